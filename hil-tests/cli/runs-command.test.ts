// `ivus runs`, and what `replay` and `review` say of folders that are not as they should be.

import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { plainLine, record, TestBoard } from "../../src/host/link/testing/test-board"
import {
    LINE_AT_SPEED,
    LINE_FRAME_START,
    recordLength,
} from "../../src/shared/acquisition/line-record"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"

// Fewer cannot be shown.
const [LINES_PER_FRAME, SAMPLES_PER_LINE] = [16, 64]
const LINES = 20 * LINES_PER_FRAME
const SAMPLES = Uint8Array.from({ length: SAMPLES_PER_LINE }, (_, k) => 4 * k)

function smallCapture(): Uint8Array {
    const board = new TestBoard().hello().describe({
        ...{ run: 7, lines_per_frame: LINES_PER_FRAME, samples_per_line: SAMPLES_PER_LINE },
        record_length: recordLength(SAMPLES_PER_LINE),
    })
    for (let line = 0; line < LINES; line++) {
        const index = line % LINES_PER_FRAME
        const header = {
            ...plainLine(line),
            ...{ index, frame: Math.floor(line / LINES_PER_FRAME), samples: SAMPLES_PER_LINE },
            flags: LINE_AT_SPEED | (index === 0 ? LINE_FRAME_START : 0),
        }
        board.lines([record(header, SAMPLES)])
    }
    return board.end({ run: 7, lines_fired: LINES, lines_sent: LINES }).bytes()
}
const CAPTURE = file("small.ivl", smallCapture())

const test = suite("runs of a folder")
const runs = join(folder, "runs of a – lab")
const first = join(runs, "first")
const DATE = ["--date", "2026-11-30T10:39:17Z"]

test("a replay is a run of its own, which the table and its JSON show", async () => {
    const about = ["--patient-name", "Doe^J", "--study", "S 1", "--label", "first try"]
    const made = await ivus("replay", CAPTURE, "--out", first, ...DATE, ...about, "--json")
    assert.is(made.status, 0, made.err)
    const record = JSON.parse(made.out)
    assert.equal(record, JSON.parse(readFileSync(join(first, "run.json"), "utf8")))
    assert.equal(readdirSync(first).sort(), record.files)
    assert.is(record.format, 1)
    assert.is(record.study, "S 1")
    const again = await ivus("replay", first, "--out", join(runs, "again"))
    assert.is(again.status, 0, again.err)
    // Date, patient and study are those of the run.
    assert.is(JSON.parse(readFileSync(join(runs, "again", "run.json"), "utf8")).date, record.date)
    const { out, status } = await ivus("runs", runs)
    assert.is(status, 0)
    const [titles, ...rows] = out.trim().split("\n")
    assert.match(titles!, /verdict +label +folder +replay of$/)
    // The newest is the one that was made last: a replay of now, then that with a date.
    assert.is(rows.length, 2)
    assert.match(rows[0]!, /Doe\^J +test-catheter .* again +first$/)
    assert.match(rows[1]!, /10\.0 mm +incomplete +first try +first +small\.ivl$/)
    const json = JSON.parse((await ivus("runs", runs, "--study", "S 1", "--json")).out)
    assert.is(json.length, 2)
    assert.equal(json[1], { folder: first, ...record })
    assert.equal([json[0].replay_of, json[0].date], ["first", record.date])
    const none = await ivus("runs", runs, "--until", "2026-11-29", "--label", "try")
    assert.is(none.out, "")
    assert.match(none.err, /None of the 2 runs in .*lab meets --until and --label; leave some out/)
})

test("the same command with --date gives the same folder byte for byte", async () => {
    const twice = ["a", "b"].map(name => join(folder, name))
    for (const out of twice)
        assert.is((await ivus("replay", CAPTURE, "--out", out, ...DATE)).status, 0)
    const [a, b] = twice.map(path => readdirSync(path).sort())
    assert.equal(a, b)
    for (const name of a!)
        assert.ok(
            readFileSync(join(twice[0]!, name)).equals(readFileSync(join(twice[1]!, name))),
            name
        )
})

test("an edit needs a run and something to change", async () => {
    const edited = await ivus("runs", "edit", first, "--label", "", "--vessel-name", "LAD")
    assert.is(edited.out, "label: first try → none\nvessel: none → LAD\n")
    const odd = join(runs, "..", "nothing")
    for (const [args, sentence] of [
        [[first], /^ivus: Nothing is to be changed; give --label/],
        [[odd, "--label", "x"], /^ivus: There is no run ".*nothing"; "ivus runs" lists/],
        [[first, "--label", "a\u001b[2J"], /^ivus: --label: 1 to 200 characters/],
    ] as const) {
        const { status, err } = await ivus("runs", "edit", ...args)
        assert.is(status, 2)
        assert.match(err, sentence)
    }
})

test("--force replays a run in its own folder: the old one is set aside with its capture", async () => {
    const refused = await ivus("replay", first, "--out", first)
    assert.is(refused.status, 2)
    assert.match(refused.err, /holds a run already; name another one with --out, or add --force/)
    writeFileSync(join(first, "marks.json"), "{}")
    const forced = await ivus("replay", first, "--out", first, "--force", "--json")
    assert.is(forced.status, 0, forced.err)
    assert.match(
        forced.err,
        `The run that was in ${first} is now in ${first}-1, with its marks.json, which the new run has not.`
    )
    assert.is(JSON.parse(forced.out).site.vessel, "LAD")
    assert.ok(readFileSync(join(first, "capture.ivl")).equals(readFileSync(CAPTURE)))
    assert.is(readFileSync(join(`${first}-1`, "marks.json"), "utf8"), "{}")
})

test("--force finds a capture that was named by a symbolic link into the folder that is set aside", async () => {
    const [link, out] = [join(folder, "link"), join(folder, "linked")]
    const data = join(out, "data.json")
    mkdirSync(out)
    writeFileSync(join(out, "capture.ivl"), readFileSync(CAPTURE))
    symlinkSync(out, link)
    writeFileSync(data, "{}")
    const forced = ["replay", join(link, "capture.ivl"), "--out", out, "--force"]
    // The catheter's data are looked for where they are now: the one in this file is none.
    const { status, err } = await ivus(...forced, "--catheter", data)
    assert.is(status, 2)
    assert.match(err, /linked-1.data\.json" is not valid/)
    // It came to nothing, so the folder is as it was.
    assert.equal(readdirSync(out).sort(), ["capture.ivl", "data.json"])
    const replayed = await ivus(...forced, "--json")
    assert.is(replayed.status, 0, replayed.err)
    assert.is(JSON.parse(replayed.out).replay_of, "linked-1")
    assert.ok(readFileSync(join(`${out}-1`, "capture.ivl")).equals(readFileSync(CAPTURE)))
})

test("a folder with a later, a damaged or no record, or without a capture, is one sentence", async () => {
    const later = join(runs, "later")
    mkdirSync(later)
    writeFileSync(join(later, "run.json"), '{"format": 9}')
    const damaged = join(runs, "damaged")
    mkdirSync(damaged)
    writeFileSync(join(damaged, "run.json"), '{"format"')
    writeFileSync(join(damaged, "capture.ivl"), "")
    const table = await ivus("runs", runs)
    assert.is(table.status, 0)
    assert.match(table.err, /later" is of a later version of this program \(format 9\); update/)
    assert.match(table.out, / record of a later version .*later$/m)
    assert.match(table.err, /damaged" is damaged: it is not JSON; "ivus replay" makes a run with/)
    assert.match(table.out, / record damaged .*damaged$/m)
    const filtered = await ivus("runs", runs, "--verdict", "incomplete")
    assert.not.match(filtered.out, /damaged/)
    assert.match(filtered.err, /damaged" is damaged/)
    const review = await ivus("review", later, "--console-port", "0")
    assert.is(review.status, 2)
    assert.match(review.err, /^ivus: The run in ".*later" has no capture\.ivl/)
    const none = await ivus("review", join(folder, "no-such"))
    assert.is(none.status, 2)
    writeFileSync(join(later, "capture.ivl"), readFileSync(CAPTURE))
    const replayed = await ivus("replay", later, "--out", join(runs, "later-again"))
    assert.is(replayed.status, 0, replayed.err)
    assert.match(replayed.err, /later version .* Date, patient, study and site are not taken/)
})

test("a replay that comes to nothing leaves nothing", async () => {
    const out = join(folder, "nothing")
    const { status } = await ivus("replay", file("short.ivl", "no capture"), "--out", out)
    assert.is(status, 1)
    assert.not(existsSync(out))
    rmSync(runs, { recursive: true })
    const { err } = await ivus("runs", runs)
    assert.match(err, /^ivus: There is no run in ".*lab"; name the folder/)
})

test.run()
