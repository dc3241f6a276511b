// Addresses, and the settings file: who may read it, which destination it means, and what its errors do not show.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { UsageError } from "../errors"
import { parseAddress } from "./destination"
import { destinationOf } from "./send-settings"
import { selfSigned } from "./testing/certificate"

const folder = mkdtempSync(join(tmpdir(), "ivus-send-settings-"))
const file = join(folder, "send.json")
const SECRET = "open sesame"

const test = suite("where a run is sent")
test.after(() => rmSync(folder, { recursive: true, force: true }))

function settings(content: unknown, mode = 0o600): string {
    rmSync(file, { force: true })
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content))
    chmodSync(file, mode)
    return file
}

function refuses(use: () => unknown, sentence: RegExp): void {
    assert.throws(use, (error: Error) => {
        assert.instance(error, UsageError)
        assert.match(error.message, sentence)
        assert.is(error.message.includes(SECRET), false, error.message)
        assert.match(error.message, /\.$/)
        return true
    })
}

test("an address is DICOMweb or DIMSE, and is written in one way", () => {
    const web = parseAddress("HTTPS://Pacs.Example:443/dicom-web/")
    assert.is(web.to, "https://pacs.example/dicom-web")
    const dimse = parseAddress("dicom://ANY-SCP@pacs:104")
    assert.equal(dimse, {
        ...{ kind: "dimse", to: "dicom://ANY-SCP@pacs:104" },
        ...{ ae: "ANY-SCP", host: "pacs", port: 104 },
    })
})

test("what is no address is refused in one sentence, without its password", () => {
    refuses(() => parseAddress("pacs"), /no address/)
    refuses(() => parseAddress("ftp://pacs/x"), /no address/)
    refuses(() => parseAddress(`https://me:${encodeURIComponent(SECRET)}@pacs/x`), /settings file/)
    refuses(() => parseAddress("https://pacs/x?token=1"), /"\?"/)
    refuses(() => parseAddress("dicom://pacs:104"), /AE@HOST:PORT/)
    refuses(() => parseAddress("dicom://AE@pacs"), /AE@HOST:PORT/)
    refuses(() => parseAddress("dicom://AE@pacs:99999"), /"dicom:\/\/AE@pacs:99999".*1 to 65535/)
    refuses(() => parseAddress("dicom://A%ZZ@pacs:104"), /1 to 16/)
    for (const secret of [SECRET, `a/${SECRET}`, `a@${SECRET}`])
        refuses(() => parseAddress(`dicom://AE:${secret}@pacs:104`), /AE:…@pacs:104/)
    refuses(() => parseAddress("dicom://AN_AE_OF_17_SIGNS@pacs:104"), /1 to 16/)
})

test("a destination is found by its name and by its address", () => {
    const path = settings({
        destinations: [
            { name: "hospital", to: "https://pacs/dicom-web/", user: "me", password: SECRET },
            { to: "https://other/dicom-web", token: SECRET },
        ],
    })
    const basic = `Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}`
    for (const to of ["hospital", "https://pacs/dicom-web"]) {
        const { address, authorization, tls } = destinationOf(to, path)
        assert.is(address.to, "https://pacs/dicom-web")
        assert.is(authorization, basic)
        assert.ok(tls)
    }
    assert.is(destinationOf("https://other/dicom-web", path).authorization, `Bearer ${SECRET}`)
    assert.is(destinationOf("https://third/dicom-web", path).authorization, undefined)
    assert.is(destinationOf("dicom://A@third:104", join(folder, "none")).callingAe, "IVUS-CART")
})

test("a settings file that others can read is refused", () => {
    if (process.platform === "win32") return
    const content = { destinations: [{ to: "https://pacs/x", token: SECRET }] }
    for (const mode of [0o640, 0o604, 0o620])
        refuses(() => destinationOf("https://pacs/x", settings(content, mode)), /chmod 600/)
})

test("a damaged settings file is refused by its place, not by its value", () => {
    const to = "https://pacs/x"
    refuses(() => destinationOf(to, settings(`{"password": "${SECRET}"`)), /README/)
    const unknown = { destinations: [{ to, pasword: SECRET }] }
    refuses(() => destinationOf(to, settings(unknown)), /destinations\.0\.pasword/)
    const wrong = { destinations: [{ to, token: [SECRET] }] }
    refuses(() => destinationOf(to, settings(wrong)), /destinations\.0\.token/)
})

test("a password goes to another computer only with TLS, unless it is allowed", () => {
    const of = (to: string, more = {}): (() => unknown) => {
        const path = settings({ destinations: [{ to, user: "me", password: SECRET, ...more }] })
        return () => destinationOf(to, path)
    }
    refuses(of("http://pacs/dicom-web"), /without encryption/)
    of("http://127.0.0.1:8042/dicom-web")()
    of("http://pacs/dicom-web", { allow_unencrypted: true })()
    refuses(of("dicom://A@pacs:104"), /do not use/)
})

test("a certificate file that is not there is told", () => {
    const to = "dicom://A@pacs:2762"
    const path = settings({ destinations: [{ to, tls: true, ca: "no.pem" }] })
    refuses(() => destinationOf(to, path), /"no\.pem" of "ca"/)
})

test("PEM files that cannot be used are told before anything is sent", () => {
    const own = selfSigned()
    const other = selfSigned()
    if (!own || !other) return console.log("skipped, because openssl is missing")
    for (const [name, content] of Object.entries({
        ...{ "cert.pem": own.cert, "key.pem": own.key, "other.pem": other.key },
        "bad.pem": "no PEM",
    }))
        writeFileSync(join(folder, name), content)
    for (const to of ["https://pacs/x", "dicom://A@pacs:2762"]) {
        const given = (pem: Record<string, string>) => (): unknown =>
            destinationOf(to, settings({ destinations: [{ to, tls: true, ...pem }] }))
        given({ ca: "cert.pem", cert: "cert.pem", key: "key.pem" })()
        refuses(given({ ca: "bad.pem" }), /"ca" in .* holds no certificate/)
        refuses(given({ ca: "key.pem" }), /"ca" in .* holds no certificate/)
        refuses(given({ cert: "bad.pem", key: "key.pem" }), /"cert" in .* holds no certificate/)
        refuses(given({ cert: "cert.pem", key: "bad.pem" }), /"key" in .* holds no key/)
        refuses(given({ cert: "cert.pem" }), /"key" in .* is missing/)
        refuses(given({ cert: "cert.pem", key: "other.pem" }), /does not belong/)
    }
})

test.run()
