// Pullbacks that end early are runs like others: what was received is kept, counted, and made into pictures.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"

const folder = mkdtempSync(join(tmpdir(), "ivus-cut-"))
const test = suite("a pullback that ends early")
keepCalibration(test)
test.after(() => rmSync(folder, { recursive: true }))

/** A calibrated sled homes for 10 s and pulls from 11.4 s on. */
const IN_MID_PULL_S = 13.4

test("after a fault the run has a folder with its verdict, its alarm and its pictures; a replay gives the same [IVUS-ALM-006]", async () => {
    const out = join(folder, "fault")
    const {
        status,
        out: printed,
        err,
    } = await ivus(
        ...["pullback", "--once", "--length", "10", "--out", out, "--json"],
        ...["--fault", `short@${IN_MID_PULL_S}`]
    )
    assert.is(status, 1)
    assert.match(err, /^Failed: The cart stopped: the motor driver reports a short/m)
    const kept = /(\d+) A-lines were received, none missing\. They are kept in (.*)\.$/m.exec(err)
    assert.ok(kept, err)
    assert.is(kept[2], out)
    const record = JSON.parse(printed)
    assert.equal(JSON.parse(readFileSync(join(out, "run.json"), "utf8")), record)
    assert.is(record.verdict, "failed")
    assert.match(record.verdict_reason, /the motor driver reports a short/)
    assert.ok(record.warnings.some((w: string) => /^The cart stopped: /.test(w)))
    const [alarm] = record.alarms as { code: number; priority: string }[]
    assert.equal([alarm!.code, alarm!.priority], [113, "medium"])
    assert.equal(readdirSync(out).sort(), record.files)
    // It pulls at 1 mm/s for about 2 s, from its start at 1 mm.
    assert.match(err, /The sled was last reported at [23]\.\d mm from its home switch\./)
    assert.ok(record.imaged_mm > 1 && record.imaged_mm < 3, `${record.imaged_mm} mm`)
    assert.is(record.length_mm, 10)
    assert.equal([record.lines_fired, record.lines_missing], [Number(kept[1]), 0])
    assert.ok(existsSync(join(out, "longitudinal.png")))

    const replayed = join(folder, "again")
    const replay = await ivus("replay", out, "--out", replayed, "--json")
    assert.is(replay.status, 0, replay.err)
    const again = JSON.parse(replay.out)
    for (const name of ["verdict", "verdict_reason", "lines", "frames", "date", "lumen"])
        assert.equal(again[name], record[name], name)
    for (const name of ["measurements.csv", "longitudinal.png", "capture.ivl"])
        assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(replayed, name))), name)
})

test("without the front end's count the number of lost A-lines is reported as not known [IVUS-DAT-001]", async () => {
    const { status, err } = await ivus(
        ...["pullback", "--once", "--length", "10", "--out", join(folder, "engine-reset")],
        ...["--fault", `engine-reset@${IN_MID_PULL_S}`]
    )
    assert.is(status, 1)
    assert.match(
        err,
        /^\d+ A-lines were received; how many were lost is not known\. They are kept in .*\.$/m
    )
})

test("after a fault before the first A-line nothing is kept", async () => {
    const out = join(folder, "early")
    const { status, err } = await ivus(
        ...["pullback", "--once", "--length", "10", "--out", out, "--fault", "short@9"]
    )
    assert.is(status, 1)
    assert.match(err, /^No A-lines had been received; nothing is kept\.$/m)
    assert.not(existsSync(out))
})

test("a truncated capture is read to its last complete line and reported as truncated [IVUS-DAT-003]", async () => {
    const complete = join(folder, "complete")
    await ivus("pullback", "--once", "--length", "1", "--out", complete)
    const bytes = readFileSync(join(complete, "capture.ivl"))
    const cut = join(folder, "cut.ivl")
    // After the middle and not at a burst boundary.
    writeFileSync(cut, bytes.subarray(0, (bytes.length * 0.7) | 1))
    const out = join(folder, "of-cut")
    const text = await ivus("replay", cut, "--out", out)
    assert.is(text.status, 0, text.err)
    assert.match(
        text.out,
        /^Incomplete: \d+ frames, 0\.\d\d of 1\.00 mm at 1\.00 mm\/s, .*; the cart's summary of the run was not received$/m
    )
    assert.match(text.out, /bursts: 1 cut short/)
    const { out: json } = await ivus("replay", cut, "--out", out, "--force", "--json")
    const summary = JSON.parse(json)
    assert.is(summary.complete, false)
    assert.is(summary.clean, false)
    assert.is(summary.lines.fired, null)
    assert.ok(summary.frames > 5, `${summary.frames} frames`)
})

test("a missing burst is reported with its lines", async () => {
    const out = join(folder, "lossy")
    const { status, out: text } = await ivus(
        ...["pullback", "--once", "--length", "1", "--out", out],
        ...["--fault", "link-drop@8"]
    )
    assert.is(status, 0)
    const gap = /42 of \d+ A-lines missing: (\d+) to (\d+)$/m.exec(text)
    assert.ok(gap, text)
    assert.is(Number(gap[2]) - Number(gap[1]), 41)
})

test("an empty file is reported as empty", async () => {
    const empty = join(folder, "empty.ivl")
    writeFileSync(empty, "")
    const { status, out, err } = await ivus("replay", empty, "--out", join(folder, "of-empty"))
    assert.is(status, 2)
    assert.match(err, /cannot be read \(it is empty\); name a capture\.ivl/)
    assert.not.match(out + err, "NaN")
})

test.run()
