// The same command with the same --date gives the same folder, byte for byte; a replay gives the same results.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"

const parent = mkdtempSync(join(tmpdir(), "ivus-same-"))
const test = suite("the folder of a run with --date")
keepCalibration(test)
test.after(() => rmSync(parent, { recursive: true, force: true }))

/** A zone of its own, so that the date does not depend on that of this computer. */
const DATE = ["--date", "2026-11-30T10:39:17.5Z"]
const WHO = ["--patient-id", "P-7", "--patient-name", "Müller^Jürgen", "--study", "Graft 2"]

/** The content of a folder: text, or bytes in base 64, by name. */
function contentOf(name: string): Readonly<Record<string, string>> {
    const folder = join(parent, name)
    return Object.fromEntries(
        readdirSync(folder).map(file => {
            const isText = /\.(json|log|csv|html)$/.test(file)
            return [file, readFileSync(join(folder, file), isText ? "utf8" : "base64")]
        })
    )
}

async function run(name: string, ...args: string[]): Promise<void> {
    const { status, err } = await ivus(...args, "--out", join(parent, name))
    assert.is(status, 0, err)
}

const PULLBACK = ["pullback", "--once", "--length", "1", ...WHO]

// A test rather than `before`: uvu silently skips a suite whose `before` fails.
test("is the same for the same command", async () => {
    await run("one", ...PULLBACK, ...DATE)
    await run("two", ...PULLBACK, ...DATE)
    const [one, two] = [contentOf("one"), contentOf("two")]
    assert.equal(Object.keys(one), Object.keys(two))
    for (const name of ["run.json", "run.log", "capture.ivl", "pullback.dcm", "timing.html"])
        assert.ok(name in one, name)
    for (const [name, content] of Object.entries(one))
        assert.ok(content === two[name], `${name} differs: ${difference(content, two[name]!)}`)
})

test("follows the date, but not the capture; a replay has the same results", async () => {
    await run("replayed", "replay", join(parent, "one", "capture.ivl"), ...WHO, ...DATE)
    await run(
        "later",
        "replay",
        join(parent, "one", "capture.ivl"),
        ...WHO,
        "--date",
        "2027-01-31T00:00:00Z"
    )
    const [one, replayed, later] = [contentOf("one"), contentOf("replayed"), contentOf("later")]
    const named = Object.keys(one).filter(name => /\.(png|csv|dcm|ivl)$/.test(name))
    assert.ok(named.length > 30)
    for (const name of named) {
        assert.ok(replayed[name] === one[name], name)
        assert.is(later[name] === one[name], !name.endsWith(".dcm"), name)
    }
    assert.match(one["run.log"]!, /^2026-11-30T/)
    assert.match(later["run.log"]!, /^2027-01-3/)
    // Names of persons are in no log.
    assert.not.match(one["run.log"]!, /P-7|ller/)
})

/** Where two texts begin to differ. */
function difference(a: string, b: string): string {
    let at = 0
    while (at < a.length && a[at] === b[at]) at++
    return [a, b].map(text => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))).join(" ")
}

test.run()
