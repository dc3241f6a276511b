// `ivus measure`: a run measured again with references, borders and acceptance of a person; what it refuses; nothing is lost.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { MOVE_STEPPED } from "../../src/shared/motion/move-terms"
import { ivus } from "../support/cli/ivus"
import { FRAMES, narrowedCapture } from "../support/imaging/narrowed-capture"
import { file, folder } from "../support/cli/scratch"

const jsonIn = (path: string) => JSON.parse(readFileSync(path, "utf8"))
const run = join(folder, "run")

const test = suite("ivus measure")

test.before(async () => {
    const made = await ivus(
        "replay",
        file("narrowed.ivl", narrowedCapture()),
        "--out",
        run,
        "--json"
    )
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
    const vesselColumn = rows[0]!.split(",").indexOf("vessel_area_mm2")
    for (const row of rows.slice(1)) {
        assert.match(row, /unreviewed$/)
        // This wall is bright to the end of the picture: it has no media.
        assert.is(row.split(",")[vesselColumn], "")
    }
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
    const some = await ivus("measure", run, "--accept-frames", "3-5, 9", "--json")
    assert.is(JSON.parse(some.out).measurements.frames_accepted, 4)
    const accepted = await ivus("measure", run, "--accept", "--json")
    const { measurements } = JSON.parse(accepted.out)
    assert.equal([measurements.frames_accepted, measurements.mla_mm2], [FRAMES, Number(row[3])])
    assert.not(readFileSync(join(run, "measurements.csv"), "utf8").includes("unreviewed"))
    const { history, references } = jsonIn(join(run, "borders.json"))
    assert.equal([history.length, references.length], [4, 1])
})

test("refuses what cannot be used in one sentence, and changes nothing", async () => {
    const before = readFileSync(join(run, "run.json"), "utf8")
    const damaged = file("damaged.json", '{"format": 1, "borders": 3}')
    const later = file("later.json", '{"format": 2}')
    const notJson = file("text.json", "borders")
    const drawn = {
        ...{ frame: 3, kind: "lumen", by: "A. Smith", date: "2026-11-30T10:00:00Z" },
        points_mm: Array.from({ length: 16 }, (_, i): [number, number] => [
            2 * Math.cos((i * Math.PI) / 8),
            2 * Math.sin((i * Math.PI) / 8),
        ]),
    }
    const parts = { format: 1, references: [], accepted: [], history: [] }
    const twice = file("twice.json", JSON.stringify({ ...parts, borders: [drawn, drawn] }))
    const nameless = { ...parts, borders: [{ ...drawn, by: undefined }] }
    const missing = file("missing.json", JSON.stringify(nameless))
    // Some editors write a byte order mark.
    const marked = file("marked.json", '\uFEFF{"format": 2}')
    const cases: [string[], RegExp][] = [
        [[run, "--edits", twice], /the lumen border of frame 3 is there twice; leave one/],
        [[run, "--edits", missing], /borders\.0\.by is missing; add it/],
        [[run, "--edits", marked], /later version/],
        [[run, "--reference", "distal=1-2", "--reference", "distal=2-3"], /distal is given twice/],
        [[run, "--reference", "proximal=20-900"], /goes beyond the frames of the run/],
        [[run, "--reference", "distal=10-14"], /lies on the lesion/],
        [[run, "--reference", "middle=1-2"], /is not a reference segment; use one like/],
        [[run, "--accept-frames", "999"], /Frame 999 cannot be accepted/],
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
    for (const [args, expected] of [
        [["5-3"], /"5-3" is no list of frames; give them as in measurements\.csv/],
        [["1", "--accept"], /cannot be used with option/],
    ] as const) {
        const { status, err } = await ivus("measure", run, "--accept-frames", ...args)
        assert.is(status, 2)
        assert.match(err, expected)
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
        [
            "stepped",
            narrowedCapture(stepped),
            /No lesion length and volumes: .* this one was stepped\./,
        ],
        ["single", narrowedCapture({}, 1), /only one frame with the whole lumen\./],
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
