// `ivus measure`: a run measured again with references, borders and acceptance of a person; what it refuses; nothing is lost.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { plainLine, record, TestBoard } from "../../src/host/link/testing/test-board"
import {
    LINE_AT_SPEED,
    LINE_FRAME_START,
    recordLength,
} from "../../src/shared/acquisition/line-record"
import { MOVE_STEPPED } from "../../src/shared/motion/move-terms"
import type { Description } from "../../src/shared/protocol/messages"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"

/** Fewer frames than need threads. */
const [LINES, SAMPLES, FRAMES] = [32, 64, 46]
const FRAME_UM = 500
const WINDOW_NM = FRAMES * FRAME_UM * 1000

/** Round, 2.4 mm in radius; 1.5 mm in the middle, with sides of 1 mm. Samples are 0.05 mm. */
function radiusMm(mm: number): number {
    return 2.4 - 0.9 * Math.max(0, Math.min(1, 4 - Math.abs(mm - 12)))
}

/** A capture of a pullback through it: blood, then wall, with noise that is the same each time. */
function capture(more: Partial<Description> = {}, frames = FRAMES): Uint8Array {
    const board = new TestBoard().hello().describe({
        ...{ lines_per_frame: LINES, samples_per_line: SAMPLES, sample_spacing_nm: 50_000 },
        ...{ record_length: recordLength(SAMPLES), frame_rate_mhz: 2000, ...more },
        window_end_nm: 2_000_000 + WINDOW_NM,
    })
    let state = 1
    const noise = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 28
    for (let line = 0; line < frames * LINES; line++) {
        const index = line % LINES
        const frame = Math.floor(line / LINES)
        const um = Math.round((line * FRAME_UM) / LINES)
        const wall = radiusMm(um / 1000) / 0.05
        const samples = Uint8Array.from({ length: SAMPLES }, (_, k) =>
            k < 6 ? 0 : (k < wall ? 70 : 190) + noise()
        )
        const header = {
            ...{ ...plainLine(line), index, frame, samples: SAMPLES },
            ...{ position_counts: 2000 + um, tick_us: 1000 + 1000 * um },
            flags: LINE_AT_SPEED | (index === 0 ? LINE_FRAME_START : 0),
        }
        board.lines([record(header, samples)])
    }
    return board.end({ run: 1, lines_fired: frames * LINES, lines_sent: frames * LINES }).bytes()
}

const jsonIn = (path: string) => JSON.parse(readFileSync(path, "utf8"))
const run = join(folder, "run")

const test = suite("ivus measure")

test.before(async () => {
    const made = await ivus("replay", file("narrowed.ivl", capture()), "--out", run, "--json")
    assert.is(made.status, 0, made.err)
})

test("measures as the run did, and changes nothing then", async () => {
    const before = readFileSync(join(run, "run.json"), "utf8")
    const names = readdirSync(run)
    const { status, out, err } = await ivus("measure", run)
    assert.is(status, 0, err)
    const m = jsonIn(join(run, "run.json")).measurements
    // (2.4² - 1.5²) / 2.4²: 61 %. Areas of this coarse picture are a few per cent off.
    assert.ok(Math.abs(m.area_stenosis_percent - 61) < 3, `${m.area_stenosis_percent}`)
    const text = out.replace(/\s+/g, " ")
    assert.match(text, /area stenosis \d+\.\d %.* distal reference .* automatic proximal/)
    assert.match(text, /not reviewed by a person Investigational equipment, not for clinical use/)
    assert.equal(readdirSync(run), names)
    assert.is(readFileSync(join(run, "run.json"), "utf8"), before)
    const rows = readFileSync(join(run, "measurements.csv"), "utf8").trim().split("\n")
    assert.match(rows[0]!, /^frame,.*,heard_percent,confidence,flags$/)
    for (const row of rows.slice(1)) assert.match(row, /unreviewed$/)
})

test("a reference that is moved counts, with who and when; what was replaced is kept", async () => {
    const by = ["--by", "A. Smith"]
    const { status, out, err } = await ivus("measure", run, "--reference", "distal=1-3", ...by)
    assert.is(status, 0, err)
    assert.match(out, /distal reference \d+\.\d\d mm², 1.00 to 3.00 mm, moved\n/)
    assert.match(out, /What was replaced is in\s.*earlier-1\./)
    const earlier = jsonIn(join(run, "earlier-1", "run.json")).measurements
    assert.is(earlier.references.distal.source, "automatic")
    const [reference] = jsonIn(join(run, "borders.json")).references
    assert.equal([reference.by, reference.from_mm], ["A. Smith", 1])
    assert.ok(jsonIn(join(run, "run.json")).files.includes("borders.json"))
})

test("a drawn border changes its frame, and acceptance all of them", async () => {
    const points = Array.from({ length: 16 }, (_, i) => {
        const angle = (2 * Math.PI * i) / 16
        return [Math.cos(angle), Math.sin(angle)]
    })
    const made = { by: "B. Jones", date: "2026-11-30T10:00:00Z" }
    const edits = {
        ...{ format: 1, references: [], accepted: [], history: [] },
        borders: [{ frame: 24, kind: "lumen", points_mm: points, ...made }],
    }
    const path = file("edits.json", JSON.stringify(edits))
    const { status, err } = await ivus("measure", run, "--edits", path, "--json")
    assert.is(status, 0, err)
    const rows = readFileSync(join(run, "measurements.csv"), "utf8").trim().split("\n")
    const row = rows.find(each => each.startsWith("24,"))!.split(",")
    // A polygon of 16 points in a circle of 1 mm: 8 sin(pi / 8).
    assert.ok(Math.abs(Number(row[3]) - 8 * Math.sin(Math.PI / 8)) < 0.03, row[3])
    assert.match(row.at(-1)!, /edited;unreviewed$/)
    const accepted = await ivus("measure", run, "--accept", "--json")
    const { measurements } = JSON.parse(accepted.out)
    assert.equal([measurements.frames_accepted, measurements.mla_mm2], [FRAMES, Number(row[3])])
    assert.not(readFileSync(join(run, "measurements.csv"), "utf8").includes("unreviewed"))
    const { history, references } = jsonIn(join(run, "borders.json"))
    assert.equal([history.length, references.length], [3, 1])
})

test("refuses what cannot be used in one sentence, and changes nothing", async () => {
    const before = readFileSync(join(run, "run.json"), "utf8")
    const damaged = file("damaged.json", '{"format": 1, "borders": 3}')
    const later = file("later.json", '{"format": 2}')
    const notJson = file("text.json", "borders")
    const cases: [string[], RegExp][] = [
        [[run, "--reference", "distal=10-14"], /lies on the lesion/],
        [[run, "--reference", "middle=1-2"], /is not a reference segment; use one like/],
        [[run, "--edits", damaged], /cannot be used: borders is 3/],
        [[run, "--edits", later], /later version/],
        [[run, "--edits", notJson], /not JSON/],
        [[run, "--edits", join(folder, "none.json")], /cannot be read/],
        [[join(folder, "no run")], /There is no run/],
    ]
    for (const [args, expected] of cases) {
        const { status, out, err } = await ivus("measure", ...args)
        const sentence = err.trim().split("\n").at(-1)!
        assert.is(status, 2, `${args.join(" ")}: ${err}`)
        assert.match(sentence, expected)
        assert.is(out, "")
    }
    assert.is(readFileSync(join(run, "run.json"), "utf8"), before)
    assert.not(existsSync(join(run, "borders.json.part")))
})

test("a borders.json that another program is writing, or has changed, is left alone", async () => {
    const part = join(run, "borders.json.part")
    writeFileSync(part, "")
    const { status, err } = await ivus("measure", run, "--reference", "distal=automatic")
    assert.is(status, 2)
    assert.match(err, /are being written by another program; try again/)
    assert.is(readFileSync(part, "utf8"), "")
})

test("stepped runs have areas but no lengths, and one frame has its area only", async () => {
    const stepped = { mode: MOVE_STEPPED, step_um: 1000, dwell_ms: 100, stops: 24 }
    for (const [name, bytes, reason] of [
        ["stepped", capture(stepped), /No lesion length and volumes: .* this one was stepped\./],
        ["single", capture({}, 1), /only one frame with the whole lumen\./],
    ] as const) {
        const out = join(folder, name)
        const made = await ivus("replay", file(`${name}.ivl`, bytes), "--out", out, "--json")
        const m = JSON.parse(made.out).measurements
        assert.equal([m.lesion_length_mm, m.volumes], [null, null])
        assert.ok(m.mla_mm2 > 5)
        assert.match(m.notes.join("\n"), reason)
    }
})

test.run()
