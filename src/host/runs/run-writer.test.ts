// A recorded run on the disk: results and record of whole, cut and failed runs; the counts that come later; nothing without A-lines.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { LINE_AT_SPEED, LINE_FRAME_START, recordLength } from "../../shared/acquisition/line-record"
import { type End, LINES_UNKNOWN } from "../../shared/protocol/messages"
import { RunReceiver } from "../run/run-receiver"
import { DESCRIPTION, plainLine, record as lineRecord, TestBoard } from "../link/testing/test-board"
import type { RunReview, WrittenRun } from "./recorded-run"
import { editRun } from "./edit-run"
import { readRecord } from "./record-schema"
import { aboutNothing } from "./run-about"
import { RunFolder } from "./run-folder"
import { RunWriter } from "./run-writer"

const test = suite("run writer")
const runs = mkdtempSync(join(tmpdir(), "ivus-writer-"))
test.after(() => rmSync(runs, { recursive: true }))

const DATE_MS = Date.UTC(2026, 10, 30, 10, 39, 17)
const RUN = 77

interface Written {
    readonly writer: RunWriter
    readonly told: WrittenRun[]
    readonly reviews: RunReview[]
    readonly reported: string[]
}

/** Writes a run of these bytes until its end. */
function write(bytes: Uint8Array): Written {
    const [told, reviews, reported]: [WrittenRun[], RunReview[], string[]] = [[], [], []]
    const writer = new RunWriter(
        { number: 1, run: RUN, catheter: DESCRIPTION.catheter, beganMs: DATE_MS },
        {
            ...{ runs, about: aboutNothing(0, "cart"), asked: "nothing", choice: {}, workers: 1 },
            report: line => void reported.push(line),
            onReview: review => void reviews.push(review),
            onWritten: run => void told.push(run),
        }
    )
    writer.take(bytes)
    return { writer, told, reviews, reported }
}

const record = ({ writer }: Written): Record<string, unknown> & { lines: object } =>
    JSON.parse(readFileSync(join(writer.path, "run.json"), "utf8"))

async function released({ reviews }: Written): Promise<void> {
    for (const review of reviews) await review.close()
}

// Fewer cannot be shown.
const LINES_PER_FRAME = 16
const SAMPLES_PER_LINE = 64
const SAMPLES = Uint8Array.from({ length: SAMPLES_PER_LINE }, (_, k) => 4 * k)

function linesOf(from: number, to: number, isAtSpeed = true): Uint8Array[] {
    return Array.from({ length: to - from }, (_, i) => {
        const line = from + i
        const [frame, index] = [Math.floor(line / LINES_PER_FRAME), line % LINES_PER_FRAME]
        const atSpeed = isAtSpeed ? LINE_AT_SPEED : 0
        const flags = atSpeed | (index === 0 ? LINE_FRAME_START : 0)
        const samples = SAMPLES_PER_LINE
        return lineRecord({ ...plainLine(line), frame, index, flags, samples }, SAMPLES)
    })
}

const described = (): TestBoard =>
    new TestBoard().hello().describe({
        ...{ run: RUN, lines_per_frame: LINES_PER_FRAME, samples_per_line: SAMPLES_PER_LINE },
        record_length: recordLength(SAMPLES_PER_LINE),
    })
/** Lines 0 to 47, without 12 to 15. */
const board = (): TestBoard => described().lines(linesOf(0, 12)).lines(linesOf(16, 48))
const END = { run: RUN, lines_fired: 50, lines_sent: 44, lines_dropped_credit: 6 }
const end = (fields: Partial<End> = {}): End => {
    const bytes = new TestBoard()
        .hello()
        .describe({ run: RUN })
        .end({ ...END, ...fields })
        .bytes()
    let received: End | undefined
    new RunReceiver({ onEnd: one => void (received = one) }).push(bytes)
    return received!
}

test("a run that ended: its files, its review, and a record without a writer", async () => {
    const run = write(board().end(END).bytes())
    assert.equal(
        [record(run).verdict, record(run).verdict_reason],
        ["incomplete", "the run is being received"]
    )
    assert.ok(record(run).writer)
    run.writer.finish(false)
    await run.writer.settled()
    const { verdict, lines_fired, lines_missing, writer, files, warnings } = record(run)
    assert.equal([verdict, lines_fired, lines_missing, writer], ["incomplete", 50, 6, undefined])
    assert.equal(files, readdirSync(run.writer.path).sort())
    for (const name of ["capture.ivl", "run.log", "longitudinal.png", "measurements.csv"])
        assert.ok((files as string[]).includes(name), name)
    assert.ok((warnings as string[]).length > 0)
    assert.equal([run.told.length, run.reviews.length, run.reported], [1, 1, []])
    assert.is(await run.reviews[0]!.summary, run.told[0]!.summary)
    assert.is(run.reviews[0]!.results.frames.length, 3)
    await released(run)
})

test("a run that was cut has results and a record; a later summary completes its counts [IVUS-DAT-005]", async () => {
    const run = write(board().bytes())
    run.writer.finish(true)
    await run.writer.settled()
    assert.match(
        run.reported.join("\n"),
        /^run 77 was CUT: 44 A-lines received, 4 missing \(12 to 15\) before the last of them/
    )
    assert.equal(
        [record(run).verdict, record(run).lines_fired, record(run).lines_missing],
        ["incomplete", null, 4]
    )
    assert.ok(existsSync(join(run.writer.path, "longitudinal.png")))
    run.writer.complete(end())
    await run.writer.settled()
    assert.match(
        run.reported.at(-1)!,
        /^run 77, which was CUT, ended: 50 A-lines fired, 44 sent, 44 received, 6 missing \(12 to 15, 48 to 49\)$/
    )
    const { lines_fired, lines_missing, lines, summary_received } = record(run)
    assert.equal([lines_fired, lines_missing, summary_received], [50, 6, true])
    const { dropped } = lines as { dropped: object }
    assert.equal(dropped, { fifo: 0, credit: 6, crc: 0, gate: 0 })
    assert.match(readFileSync(join(run.writer.path, "run.log"), "utf8"), /which was CUT, ended/)
    await released(run)
})

test("a late summary keeps what was edited, and reaches a run that was set aside [IVUS-DAT-005]", async () => {
    const run = write(board().bytes())
    run.writer.finish(true)
    await run.writer.settled()
    const before = run.writer.path
    editRun(before, { label: "patient moved", side: "left" }, DATE_MS)
    const place = { runs, out: before, force: true, dateMs: DATE_MS, catheter: "another" }
    const other = RunFolder.create(place)
    run.writer.complete(end())
    await run.writer.settled()
    assert.equal([run.writer.path, other.setAside], [`${before}-1`, `${before}-1`])
    const { site, history, lines_fired } = record(run)
    assert.equal(site, { label: "patient moved", vessel: null, side: "left", segment: null })
    assert.equal([(history as unknown[]).length, lines_fired], [2, 50])
    assert.is(readRecord(before).catheter, "another")
    assert.match(readFileSync(join(run.writer.path, "run.log"), "utf8"), /which was CUT, ended/)
    assert.not(existsSync(join(before, "run.log")))
    assert.is(run.told.at(-1)!.record.site.label, "patient moved")
    other.remove()
    await released(run)
})

test("a summary that does not know how many A-lines were fired leaves them unknown [IVUS-DAT-001]", async () => {
    const run = write(board().bytes())
    run.writer.finish(true)
    run.writer.complete(end({ lines_fired: LINES_UNKNOWN }))
    await run.writer.settled()
    assert.match(run.reported.at(-1)!, /unknown to the cart.*after the last one received/)
    assert.equal([record(run).lines_fired, record(run).lines_missing], [null, 4])
    await released(run)
})

test("a run without an A-line leaves nothing", async () => {
    const before = readdirSync(runs)
    const run = write(described().bytes())
    run.writer.finish(true)
    await run.writer.settled()
    assert.equal(readdirSync(runs), before)
    assert.match(run.reported.join(), /^Nothing is kept of run 77/)
})

test("A-lines, none of them at speed: no results, but a record that says why", async () => {
    const lines = linesOf(0, 48, false)
    const run = write(described().lines(lines).end(END).bytes())
    run.writer.finish(false)
    await run.writer.settled()
    const { verdict, frames, warnings, lines_fired } = record(run)
    assert.equal([verdict, frames, lines_fired], ["incomplete", 0, 50])
    assert.match(String(warnings), /no frames at speed/)
    assert.equal(readdirSync(run.writer.path).sort(), ["capture.ivl", "run.json", "run.log"])
    assert.equal([run.told.length, run.reviews.length], [1, 0])
})

test("of a folder that is removed, capture, log and record go into another one", async () => {
    const bytes = board().end(END).bytes()
    const run = write(bytes.subarray(0, bytes.length / 2))
    const before = run.writer.path
    const log = readFileSync(join(before, "run.log"), "utf8")
    rmSync(before, { recursive: true })
    run.writer.take(bytes.subarray(bytes.length / 2))
    run.writer.finish(false)
    await run.writer.settled()
    const { path } = run.writer
    assert.is(path, `${before}-kept`)
    assert.not(existsSync(before))
    assert.equal(readdirSync(path).sort(), ["capture.ivl", "run.json", "run.log"])
    assert.equal(readFileSync(join(path, "capture.ivl")), Buffer.from(bytes))
    const { files, lines_fired, disk } = record(run)
    assert.equal([files, lines_fired], [["capture.ivl", "run.json", "run.log"], 50])
    assert.match((disk as { message: string }).message, /is gone; its capture is kept in/)
    const later = readFileSync(join(path, "run.log"), "utf8")
    assert.ok(later.startsWith(log))
    assert.match(later, / verdict /)
})

test("ended at once: the bytes are on the disk, and the record says so", () => {
    const bytes = board().bytes()
    const run = write(bytes)
    run.writer.drop()
    assert.equal(readFileSync(join(run.writer.path, "capture.ivl")), Buffer.from(bytes))
    assert.is(record(run).writer, undefined)
    assert.match(run.reported.join(), /kept in .*without all of the results; "ivus replay"/)
})

test.run()
