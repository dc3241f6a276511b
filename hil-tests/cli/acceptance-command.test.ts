// `ivus acceptance`: its checks, its signed report, and a change of that report.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ivus } from "../support/cli/ivus"

const test = suite("ivus acceptance")
const folder = mkdtempSync(join(tmpdir(), "ivus-acceptance-"))
process.env.IVUS_SIGNING_KEY = join(folder, "key.pem")
test.after(() => rmSync(folder, { recursive: true, force: true }))

test("checks cart, calibration and a pullback, and signs the report", async () => {
    const out = join(folder, "report")
    const made = await ivus(
        ...["acceptance", "--json", "--length", "2", "--serial", "sled=A17", "--out", out]
    )
    assert.is(made.status, 0, made.err)
    const report = JSON.parse(made.out)
    assert.is(report.passed, true)
    assert.equal(report.serials, { sled: "A17" })
    assert.match(report.board, /^[0-9a-f]{16}$/)
    const groups = new Set(report.checks.map((check: { group: string }) => check.group))
    assert.equal([...groups], ["cart", "calibration", "pullback"])
    const speed = report.checks.find(
        (check: { name: string }) => check.name === "speed over 100 ms, worst"
    )
    assert.is(speed.limit, "± 1")
    assert.match(readFileSync(join(out, "acceptance.html"), "utf8"), /✓ Accepted: all \d+ checks/)

    const file = join(out, "acceptance.json")
    const right = await ivus("acceptance", "--verify", file)
    assert.is(right.status, 0, right.err)
    assert.match(right.out, /accepted\.\nSigned by this host\./)
    writeFileSync(file, readFileSync(file, "utf8").replace("A17", "A18"))
    const changed = await ivus("acceptance", "--verify", file)
    assert.is(changed.status, 1)
    assert.match(changed.err, /was changed after it was signed/)

    const again = await ivus("acceptance", "--out", out)
    assert.is(again.status, 2)
    assert.match(again.err, /cannot be made .*name a new one with --out/)
})

test("moves no sled over TCP before the user confirms that no catheter is attached", async () => {
    const { status, err } = await ivus("acceptance", "--target", "tcp:127.0.0.1")
    assert.is(status, 2)
    assert.match(err, "--no-catheter")
})

test("refuses a file that is no report, and a serial number without its part", async () => {
    const file = join(folder, "other.json")
    writeFileSync(file, '{"report":{}}')
    assert.match((await ivus("acceptance", "--verify", file)).err, /is not the signed report/)
    assert.match((await ivus("acceptance", "--verify", join(folder, "none"))).err, /ENOENT/)
    const serial = await ivus("acceptance", "--serial", "A17")
    assert.is(serial.status, 2)
    assert.match(serial.err, /write PART=NUMBER/)
})

test.run()
