// An ideal pullback passes every limit, and each deviation fails its own figure. Real firmware: hil-tests/motion/timing.test.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { timingReport } from "./timing-report"
import { type Deviations, testRun } from "./testing/timing-test-run"

const failed = (odd: Partial<Deviations>): string[] =>
    timingReport(testRun(odd))
        .figures.filter(f => f.verdict === "fail")
        .map(f => f.name)

const ideal = suite("timing report of an ideal pullback")

for (const speedMmPerS of [0.25, 0.5, 1, 2, 5, 10])
    ideal(`at ${speedMmPerS} mm/s passes every limit`, () => {
        const { figures } = timingReport(testRun({ speedMmPerS }))
        assert.is(figures.filter(f => f.verdict === "pass").length, 25)
        assert.ok(figures.every(f => f.value !== null && f.note !== ""))
    })

ideal("names seed, versions and notice", () => {
    const report = timingReport(testRun())
    assert.is(report.seed, 7)
    assert.is(report.versions.firmware, "0.1.2")
    assert.is(report.versions.node, process.version)
    assert.match(report.versions.package, /^\d+\.\d+\.\d+$/)
    assert.match(report.notice, "not for clinical use")
    assert.equal(report, timingReport(testRun()))
})

ideal.run()

const deviation = suite("timing report of a deviation")

/** A smooth step of `mm` between two times. */
const bump =
    (from: number, to: number, mm: number) =>
    (s: number): number => {
        const share = Math.min(1, Math.max(0, (s - from) / (to - from)))
        return mm * share * share * (3 - 2 * share)
    }

/** Each deviation with exactly the figures that it must fail. */
const DEVIATIONS: [string, Partial<Deviations>, string[]][] = [
    [
        // 0.15 % of 10 mm are 15 um: within 20 um of length, outside 0.1 % of speed.
        "0.15 % too fast",
        { wobbleMm: s => 0.0015 * Math.min(10, Math.max(0, s)) },
        [
            "last line at speed, from the window's end",
            "mean speed over the window",
            "mean speed, line fit to bursts",
            "mean speed, line fit to ruler",
        ],
    ],
    [
        // 3 um in 0.2 s: up to 2.2 % of 1 mm/s.
        "slow in the middle",
        { wobbleMm: s => bump(5, 5.2, -0.003)(s) - bump(6, 7, -0.003)(s) },
        ["speed over 100 ms, worst"],
    ],
    [
        "slow at the start of the window",
        { wobbleMm: s => bump(0, 0.15, -0.003)(s) - bump(1, 2, -0.003)(s) },
        ["speed over 100 ms, worst", "speed dip at plateau start"],
    ],
    [
        "slow at the end of the window",
        { wobbleMm: s => bump(9.85, 10, -0.003)(s) - bump(10.05, 10.1, -0.003)(s) },
        ["speed over 100 ms, worst", "speed dip at plateau end"],
    ],
    [
        // 6 um in 0.2 s: 4.5 % too fast when the first lines are flagged.
        "lines flagged before the speed is reached",
        { wobbleMm: s => bump(-0.1, 0.1, 0.006)(s) - 0.003 },
        ["speed over 100 ms, worst", "lines flagged at speed outside the plateau"],
    ],
    [
        // 4 um back and forth within 40 ms.
        "a jolt in the run-out",
        { wobbleMm: s => bump(10.1, 10.14, 0.15)(s) - bump(10.14, 10.18, 0.15)(s) },
        ["acceleration, worst"],
    ],
    [
        "a jump at the start",
        { wobbleMm: s => bump(-0.45, -0.447, 0.006)(s) - bump(-0.4, -0.1, 0.006)(s) },
        ["jolt as the sled breaks away"],
    ],
    ["an encoder error of 11 um", { encoderUm: () => 11 }, ["position in bursts, worst"]],
    [
        "an error of 30 um in one burst",
        { encoderUm: s => (Math.abs(s - 5) < 0.004 ? 30 : 0) },
        [
            "position in bursts, worst",
            "line fit to bursts, residuals peak to peak",
            "line fit to bursts, outliers",
        ],
    ],
    ["lines without flag", { linesUnflagged: 3 }, ["lines of the window not flagged at speed"]],
    ["two missing frames", { framesMissing: [40, 41] }, ["frame interval, longest"]],
    ["pulse jitter", { pulseJitter: 0.002 }, ["pulse jitter"]],
]

for (const [name, changes, figures] of DEVIATIONS)
    deviation(`${name} fails ${figures.join("; ")}`, () => {
        assert.equal(failed(changes).sort(), [...figures].sort())
    })

deviation("accepts one missing frame", () => {
    assert.equal(failed({ framesMissing: [40] }), [])
})

deviation.run()

const skipped = suite("timing report with skipped figures")

skipped("skips figures without a ruler, and says why", () => {
    const { figures } = timingReport(testRun({ instruments: false }))
    const left = figures.filter(f => f.verdict === "skipped")
    assert.is(left.length, 15)
    assert.is(figures.length, 25)
    assert.ok(left.every(f => f.value === null))
    assert.ok(left.every(f => f.note.startsWith("skipped, because ")))
    assert.ok(figures.some(f => f.name === "mean speed, line fit to bursts"))
    assert.is(figures.filter(f => f.verdict === "fail").length, 0)
})

skipped("skips the line fits over 1 mm", () => {
    const { figures } = timingReport(testRun({ lengthMm: 1 }))
    const left = figures.filter(f => f.verdict === "skipped")
    assert.ok(left.length === 8 && left.every(f => /line fit/.test(f.name)))
})

skipped("skips the count of flags if lines are missing", () => {
    const { figures } = timingReport(testRun({ linesMissing: 2 }))
    const flags = figures.find(f => /not flagged/.test(f.name))
    assert.is(flags?.verdict, "skipped")
})

skipped.run()
