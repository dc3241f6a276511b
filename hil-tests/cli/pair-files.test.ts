// `ivus pair` with key folders, key files and settings that cannot be written or used.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    chmodSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { KeyStoreError } from "../../src/host/link/key-store"
import { BOARD, hexOf, keys, pair, preparePair, settings } from "../support/cli/pairing"

const test = suite("files of ivus pair")
test.before.each(preparePair)

test("fails on a folder that cannot be written and leaves no files behind", async () => {
    // A file in place of the folder: not writable even for root.
    writeFileSync(keys.folder, "in the way")
    const { status, err } = await pair("--board", BOARD)
    assert.is(status, 1)
    assert.match(err, /cannot be written \((EEXIST|ENOTDIR)\); .* IVUS_KEYS/)
    // A board must not get a key that its host does not have.
    assert.not(existsSync(settings))
    rmSync(keys.folder)
    mkdirSync(settings)
    const unset = await pair("--board", BOARD)
    assert.is(unset.status, 1)
    assert.match(unset.err, /settings .* cannot be .*; run this in the project/)
    assert.equal(readdirSync(keys.folder), [])
    assert.not(existsSync(`${settings}.partial`))
})

/** Settings with CR LF line ends, blank lines and no final line end. */
const ODD_SETTINGS = `# Wi-Fi\r\nWIFI_SSID=lab\r\n\r\n\r\nlink_key="00"`

test("a failure leaves settings and existing key unchanged, byte for byte", async () => {
    writeFileSync(settings, ODD_SETTINGS)
    writeFileSync(keys.folder, "in the way")
    assert.is((await pair("--board", BOARD)).status, 1)
    assert.is(readFileSync(settings, "utf8"), ODD_SETTINGS)
    rmSync(keys.folder)
    rmSync(settings)

    await pair("--board", BOARD)
    const key = hexOf(BOARD)
    rmSync(settings)
    mkdirSync(settings)
    for (const what of ["--replace", "--unpair"]) {
        const { status, err } = await pair("--board", BOARD, what)
        assert.is(status, 1, what)
        assert.match(err, /it is not a file/)
        assert.is(hexOf(BOARD), key)
    }
    rmSync(settings, { recursive: true })

    // The key cannot be deleted: a folder is in its place.
    rmSync(keys.fileOf(BOARD))
    mkdirSync(keys.fileOf(BOARD))
    for (const before of [ODD_SETTINGS, undefined]) {
        if (before !== undefined) writeFileSync(settings, before)
        const { status, err } = await pair("--board", BOARD, "--unpair")
        assert.is(status, 1)
        assert.match(err, /The key .* cannot be written/)
        const after = existsSync(settings) && readFileSync(settings, "utf8")
        assert.is(after, before ?? false)
        rmSync(settings, { force: true })
    }
})

test("refuses a folder below /proc at once", async () => {
    if (process.platform !== "linux") return console.log("skipped, because there is no /proc")
    process.env.IVUS_KEYS = "/proc/ivus/keys"
    try {
        const { status, err } = await pair("--board", BOARD)
        assert.is(status, 1)
        assert.match(err, /cannot be written \(\w+\)/)
    } finally {
        process.env.IVUS_KEYS = keys.folder
    }
})

test("leaves settings without a key unchanged and reports that", async () => {
    const others = "WIFI_SSID=lab\r\n\r\n\r\n"
    writeFileSync(settings, others)
    const { status, out } = await pair("--deployed")
    assert.is(status, 0)
    assert.match(out, /has no key and no catheter; nothing was changed/)
    assert.is(readFileSync(settings, "utf8"), others)
})

test("does not use a key that others can read or that is damaged", () => {
    keys.save(BOARD, new Uint8Array(32).fill(7))
    if (process.platform !== "win32") {
        chmodSync(keys.fileOf(BOARD), 0o644)
        assert.throws(
            () => keys.keyOf(BOARD),
            (e: Error) => e instanceof KeyStoreError && /read by others/.test(e.message)
        )
    }
    keys.save(BOARD, new Uint8Array(32).fill(7))
    writeFileSync(keys.fileOf(BOARD), "abc\n", { mode: 0o600 })
    assert.throws(() => keys.keyOf(BOARD), /is damaged/)
    const printed: string[] = []
    const identity = storedIdentity(true, line => void printed.push(line), keys)
    // A lab-bench host accepts a board without a key only if it has no key file for it.
    assert.is(identity.keyOf(BOARD)?.length, 32)
    assert.match(printed[0]!, /is damaged; make a new one/)
})

test.run()
