// `ivus compare`: a run before and one after a treatment, as text, JSON and files; what it refuses.

import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { MOVE_STEPPED } from "../../src/shared/motion/move-terms"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"
import { FRAMES, NARROW_MM, narrowedCapture } from "../support/imaging/narrowed-capture"

const WIDENED_MM = 2.1
const runs = ["before", "after", "one-frame", "in-steps"].map(name => join(folder, name))
const [before, after, single, stepped] = runs as [string, string, string, string]
const out = join(folder, "compared")

const test = suite("ivus compare")

test.before(async () => {
    const captures = [
        narrowedCapture(),
        narrowedCapture({}, FRAMES, WIDENED_MM),
        narrowedCapture({}, 1),
        narrowedCapture({ mode: MOVE_STEPPED, step_um: 1000, dwell_ms: 100, stops: 24 }),
    ]
    for (const [i, bytes] of captures.entries()) {
        const capture = file(`compared-${i}.ivl`, bytes)
        const made = await ivus("replay", capture, "--out", runs[i]!, "--json")
        assert.ok(made.status !== 2, made.err)
    }
})

test("tells what was gained, as JSON, table and page", async () => {
    const {
        status,
        out: printed,
        err,
    } = await ivus(...["compare", before, after, "--out", out, "--json"])
    assert.is(status, 0, err)
    const { runs: names, alignment, figures, files } = JSON.parse(printed)
    assert.equal(
        names.map(({ name }: { name: string }) => name),
        ["before", "after"]
    )
    // Half a frame of 0.5 mm: nothing was moved.
    assert.ok(Math.abs(alignment.shift_mm) <= 0.25, JSON.stringify(alignment))
    const mla = figures.find(({ name }: { name: string }) => /minimum lumen area/i.test(name))
    const gainMm2 = Math.PI * (WIDENED_MM ** 2 - NARROW_MM ** 2)
    // Areas of this coarse picture are a few per cent off (measure-command.test.ts).
    assert.ok(Math.abs(mla.difference - gainMm2) < 0.1 * gainMm2, JSON.stringify(mla))
    for (const path of files) assert.ok(existsSync(path), path)
    const [head, ...rows] = readFileSync(join(out, "comparison.csv"), "utf8").trim().split("\n")
    assert.match(head!, /position_mm/)
    assert.ok(rows.length >= FRAMES - 2, `${rows.length}`)
    assert.match(readFileSync(join(out, "comparison.html"), "utf8"), /not for clinical use/i)
})

test("keeps an earlier comparison that it replaces, and writes nothing where it is the same", async () => {
    const again = await ivus("compare", before, after, "--out", out)
    assert.is(again.status, 0, again.err)
    assert.not.match(again.out, /replaced/)
    const page = readFileSync(join(out, "comparison.html"), "utf8")
    const moved = await ivus("compare", before, after, "--out", out, "--shift", "1")
    assert.match(moved.out, /What was replaced is in\s.*earlier-1\./)
    assert.is(readFileSync(join(out, "earlier-1", "comparison.html"), "utf8"), page)
})

test("refuses what cannot be compared in one sentence", async () => {
    const csv = join(after, "measurements.csv")
    const copy = join(folder, "copy")
    cpSync(before, copy, { recursive: true })
    const cases: [string[], number, RegExp][] = [
        [[before, before], 2, /the same one; name two runs/],
        [[before, copy], 2, /before and copy are copies of one run/],
        [[before, single], 1, /one frame only/],
        [[before, join(folder, "none")], 2, /There is no run/],
        [[before], 2, /missing required argument/],
        [[before, after, "--shift", "900"], 2, /-500 to 500 mm/],
        [[before, after, "--out", join(csv, "x")], 2, /cannot be written/],
    ]
    for (const [args, expected, sentence] of cases) {
        const { status, err } = await ivus("compare", ...args)
        assert.is(status, expected, `${args.join(" ")}: ${err}`)
        assert.match(err, sentence)
    }
    renameSync(csv, `${csv}.away`)
    const without = await ivus("compare", before, after, "--out", out)
    assert.equal([without.status, /there is none/.test(without.err)], [1, true])
    writeFileSync(csv, 'frame,"open')
    const damaged = await ivus("compare", before, after, "--out", out)
    assert.equal([damaged.status, /it is damaged/.test(damaged.err)], [1, true])
    renameSync(`${csv}.away`, csv)
})

test("says that a stepped run has no lengths", async () => {
    const {
        status,
        out: text,
        err,
    } = await ivus(...["compare", before, stepped, "--out", join(folder, "with-stepped")])
    assert.is(status, 0, err)
    assert.match(text, /Note: in-steps was not pulled continuously \(stepped\)/)
    assert.match(text.replace(/ +/g, " "), /lesion length \d+\.\d\d – – mm/)
})

test.run()
