// A review shows what the run's record says of its figures, and its own only where the record has none.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { NO_EDITS } from "../measure/edits"
import { measureSegment } from "../measure/segment-measures"
import { summarize } from "../results/summary"
import { summaryText } from "../results/summary-text"
import { timingReport } from "../results/timing/timing-report"
import { testRun } from "../results/timing/testing/timing-test-run"
import { RunReceiver } from "../run/run-receiver"
import { recordedSummary } from "./recorded-summary"
import { aboutNothing } from "./run-about"
import { bareRecord, recordOf, type RunRecord } from "./run-record"

const test = suite("the summary of a review")

const pullback = { positionsMm: [], timesMs: [], measures: [], mode: "continuous" as const }
const results = {
    ...{ measures: [], rotation: null },
    segment: measureSegment({ ...pullback, edits: NO_EDITS }),
    ringDownUse: { source: "pullback" as const, captured: null, notes: [] },
}
const summaryOf = (instruments: boolean) => {
    const ideal = testRun({ instruments })
    const { assembler } = ideal.receiver
    const counts = { ...assembler!.counts, received: 10, otherEpoch: 0, framesMissing: 0 }
    const receiver = Object.assign(new RunReceiver(), ideal.receiver, {
        assembler: { ...assembler, counts, gaps: [], leftOut: 0 },
    })
    const run = { ...ideal, receiver }
    return summarize(run, results, timingReport(run), null)
}
const [measured, made] = [summaryOf(true), summaryOf(false)]
const parts = { about: aboutNothing(0, "virtual board"), hello: undefined, files: [] }
/** As a file has it. */
const stored = (record: RunRecord): RunRecord => JSON.parse(JSON.stringify(record)) as RunRecord

test("is that of the record, with the figures of its ruler", () => {
    const { summary, notes } = recordedSummary(stored(recordOf(measured, parts)), made)
    assert.equal(summary, measured)
    assert.equal(notes, [])
    assert.is(summary.timing.filter(({ verdict }) => verdict === "pass").length, 25)
    const text = summaryText(made, { verbose: true })
    assert.match(text, /^timing: 14 figures skipped, because .* a capture does not hold them$/m)
})

test("keeps why the run ended, and says where the pictures differ from those of the run", () => {
    const endedBy = "The disk takes no more."
    const ringDown = { source: "reference" as const, captured: "2026", notes: [] }
    const record = stored(recordOf(measured, { ...parts, endedBy }))
    const { summary, notes } = recordedSummary(record, { ...made, ringDown })
    assert.is(summary.ringDown.source, "pullback")
    assert.is(notes[0], endedBy)
    assert.match(notes[1]!, /differ from those of the run: ring-down: reference of 2026 subtracted/)
})

test("is made again where the record has no results, or not such ones, with the record's verdict", () => {
    const run = { verdict: "stopped" as const, verdictReason: "by hand", catheter: "x" }
    const bare = recordedSummary(stored(bareRecord(run, parts)), made)
    assert.equal(
        [bare.summary.verdict, bare.summary.verdictReason, bare.summary.complete],
        ["stopped", "by hand", false]
    )
    assert.is(bare.summary.timing, made.timing)
    assert.match(bare.notes[0]!, /^run\.json has no results/)
    for (const change of [{ timing: [{}] }, { lines: 7 }, { alarms: "none" }, { link: [] }]) {
        const odd = { ...stored(recordOf(measured, parts)), ...change } as unknown as RunRecord
        assert.is(recordedSummary(odd, made).summary.timing, made.timing, JSON.stringify(change))
    }
})

test.run()
