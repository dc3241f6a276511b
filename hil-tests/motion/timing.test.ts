// The timing rig: motion at every preset and reactions to faults, measured by independent
// instruments against limits. Reports go to .devicescript/timing.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    type Reaction,
    reactionRows,
    reactionText,
} from "../../src/host/results/timing/timing-reactions"
import {
    type TimingFigure,
    type TimingReport,
    timingReport,
} from "../../src/host/results/timing/timing-report"
import { sentenceOf } from "../../src/shared/codes"
import { REQUEST } from "../support/carts/bench-cart"
import { type FaultCase, FAULTS } from "../support/rig/faults"
import { clearReports, FOLDER, saveReactions, saveReport } from "../support/rig/report"
import { type ReactionTimes, rigTarget, type RigTarget } from "../support/rig/target"

/** Repetitions of each fault. Percentiles need about IVUS_REPETITIONS=50. */
const REPETITIONS = Number(process.env["IVUS_REPETITIONS"] ?? 2)
/**
 * Spreads repetitions over the 10 ms control loop: 10 ms times the golden ratio's fractional part.
 */
const PHASE_STEP_MS = 6.18034

/**
 * Braking at 80 mm/s², the limit of AMAX at 12 MHz; the loop in which homing and returning
 * accelerate; half of the ruler's window.
 */
const BRAKE_MM_PER_S2 = 80
const EXTRA_BRAKING_MS = 3
/** Speed at which homing and returning are disturbed (support/rig/reactions.ts). */
const OTHER_MM_PER_S = 5

/** Timings of one fault, with limits and their sources. */
function limitsOf({
    motion,
    speedMmPerS,
    limitMs,
    why,
    swingMs = 0,
}: FaultCase): ["stopCommandedMs" | "firingStoppedMs" | "standstillMs", string, number, string][] {
    const speed = motion === "pulling" ? speedMmPerS : OTHER_MM_PER_S
    const brakingMs = Math.ceil((1000 * speed) / BRAKE_MM_PER_S2 + EXTRA_BRAKING_MS + swingMs)
    return [
        ["stopCommandedMs", "motor stop commanded", limitMs, why],
        ...(motion === "pulling"
            ? [["firingStoppedMs", "firing stopped", limitMs, why] as const]
            : []),
        [
            "standstillMs",
            "sled at standstill",
            limitMs + brakingMs,
            `${why}; ${brakingMs} ms of braking from ${speed} mm/s`,
        ],
    ] as ReturnType<typeof limitsOf>
}

/**
 * Speed in mm/s, length in mm, and seeds: long enough for a line fit, short enough for every test
 * run, with more seeds at the speed with most stick-slip. The requirement specifies 100 mm.
 */
const PULLBACKS: readonly [number, number, readonly number[]][] = [
    [0.25, 5, [2]],
    [0.5, 5, [1, 2]],
    [1, 5, [4]],
    [2, 6, [1]],
    [5, 10, [3]],
    [9, 10, [1]],
    [10, 10, [2]],
    [5, 100, [2]],
    [10, 100, [1]],
]

/** IVUS_SEEDS=20 runs each short pullback with 20 sleds, which takes minutes. */
const SEED_COUNT = Number(process.env["IVUS_SEEDS"] ?? 0)
const SHORT_MM = 10

function seedsOf(lengthMm: number, seeds: readonly number[]): readonly number[] {
    return SEED_COUNT > 0 && lengthMm <= SHORT_MM
        ? Array.from({ length: SEED_COUNT }, (_, i) => i + 1)
        : seeds
}

let target: RigTarget
/** Reactions to each fault, then to all faults together. */
const reactions: Reaction[] = []

const reactionTests = suite("reactions to a fault while moving")

reactionTests.before(async () => {
    clearReports()
    target = await rigTarget()
})

for (const fault of FAULTS)
    reactionTests(
        `${fault.name}: stops in time, ${REPETITIONS} times [IVUS-MOT-003, IVUS-MOT-008, IVUS-ELE-001, IVUS-SAF-008]`,
        async () => {
            const { injector } = target
            if (!injector) {
                const note = `skipped, because ${target.name} has no fault injector`
                for (const [, until, limitMs] of limitsOf(fault))
                    reactions.push({ fault: fault.name, until, limitMs, note, timesMs: [] })
                return console.log(note)
            }
            const times: ReactionTimes[] = []
            for (let i = 0; i < REPETITIONS; i++)
                times.push(await injector.react(fault, i * PHASE_STEP_MS))
            const measured = limitsOf(fault).map(([key, until, limitMs, note]) => {
                const timesMs = times.map(t => t[key])
                return { fault: fault.name, until, limitMs, note, timesMs }
            })
            reactions.push(...measured)
            for (const { code } of times)
                assert.ok(fault.codes.includes(code ?? 0), sentenceOf(code ?? 0))
            const rows = reactionRows(measured)
            if (rows.some(row => row.verdict !== "pass")) saveReactions(fault.name, times)
            for (const row of rows)
                assert.is(
                    row.verdict,
                    "pass",
                    `${row.until}: ${row.timesMs.join(", ")} ms, limit ${row.limitMs} ms`
                )
        }
    )

reactionTests("are printed as a table", () => {
    // Percentiles need many values: those of all faults, against the longest limit.
    const measured = [...new Set(reactions.map(r => r.until))]
    for (const until of measured) {
        const rows = reactions.filter(r => r.until === until)
        reactions.push({
            fault: "any of these",
            until,
            limitMs: Math.max(...rows.map(r => r.limitMs)),
            note: rows.every(r => r.timesMs.length === 0)
                ? rows[0]!.note
                : "the longest of the limits above",
            timesMs: rows.flatMap(r => r.timesMs),
        })
    }
    console.log(`\n${reactionText(reactionRows(reactions))}`)
    // The table contains each fault, timed or skipped.
    const timed = FAULTS.flatMap(fault => limitsOf(fault)).length
    assert.is(reactions.length, timed + measured.length)
})

reactionTests.run()

const presets = suite("a pullback measured by the ruler")

for (const [speedMmPerS, lengthMm, seeds] of PULLBACKS)
    for (const [i, seed] of seedsOf(lengthMm, seeds).entries())
        presets(
            `${lengthMm} mm at ${speedMmPerS} mm/s, seed ${seed}: every figure is within its limit [IVUS-LEN-001, IVUS-LEN-002]`,
            async () => {
                if (i > 0 && !target.hasSeeds)
                    return console.log(
                        `skipped, because ${target.name} has one sled, already pulled at this speed`
                    )
                const request = { ...REQUEST, speedMmPerS, lengthMm }
                const run = await target.pullback(request, seed)
                const report = timingReport(run, reactions)
                saveReport(`timing-${speedMmPerS}-mm-s-${lengthMm}-mm-seed-${seed}`, run, report)
                checkFigures(report, run.instruments !== undefined)
            }
        )

/** Tolerances and their sources: src/host/results/README.md. */
function checkFigures(report: TimingReport, measured: boolean): void {
    const { figures, speedMmPerS, lengthMm } = report
    const of = (verdict: string): TimingFigure[] => figures.filter(f => f.verdict === verdict)
    assert.equal(
        of("fail").map(f => `${f.name}: ${f.value} ${f.unit}, limit ${f.limit} (${f.note})`),
        [],
        `reports and series are in ${FOLDER}`
    )
    for (const f of of("skipped")) console.log(`${f.name}: ${f.note}`)
    // The virtual cart has every instrument, so nothing may be skipped there.
    if (measured) assert.is(of("skipped").length, 0)
    const by = measured ? "ruler" : "bursts"
    const value = (name: string): string =>
        `${figures.find(f => f.name === name)?.value ?? "unknown"}`
    console.log(
        `${lengthMm} mm at ${speedMmPerS} mm/s: mean ${value(`mean speed, line fit to ${by}`)} mm/s by line fit to ${by}, worst 100 ms ${value("speed over 100 ms, worst")} %, ${of("pass").length} figures within their limits`
    )
}

presets.run()
