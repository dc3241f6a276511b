// Responsible for: reaction times to faults, over repetitions, as a table with percentiles and limits.
// Not for: causing faults or measuring (hil-tests/motion/timing.test.ts).

import type { TimingFigure } from "./timing-figures"
import { percentile } from "./timing-fit"

/** What was measured after one fault, each time it was caused; ms from the fault on. */
export interface Reaction {
    readonly fault: string
    /** Such as "motor stop commanded", "sled stands", "firing stopped". */
    readonly until: string
    readonly limitMs: number
    /** Where the limit comes from; or "skipped, because …" where it could not be measured. */
    readonly note: string
    readonly timesMs: readonly number[]
}

/** One row of the table. */
export interface ReactionRow extends Reaction {
    readonly p50Ms: number
    readonly p95Ms: number
    readonly p99Ms: number
    readonly maxMs: number
    readonly verdict: TimingFigure["verdict"]
}

/**
 * Percentiles are values that were measured (nearest rank): of few repetitions the high ones are the largest.
 * A time that never came is Infinity and fails; a reaction without repetitions is skipped.
 */
export function reactionRows(reactions: readonly Reaction[]): ReactionRow[] {
    return reactions.map(reaction => {
        const { timesMs, limitMs } = reaction
        const at = (share: number): number =>
            timesMs.length === 0 ? NaN : percentile(timesMs, share)
        const maxMs = at(1)
        return {
            ...reaction,
            p50Ms: at(0.5),
            p95Ms: at(0.95),
            p99Ms: at(0.99),
            maxMs,
            verdict: timesMs.length === 0 ? "skipped" : maxMs <= limitMs ? "pass" : "fail",
        }
    })
}

/** A time as a person reads it. */
export function msText(ms: number): string {
    if (Number.isNaN(ms)) return "–"
    return Number.isFinite(ms) ? ms.toFixed(1) : "never"
}

/** The table for a terminal. */
export function reactionText(rows: readonly ReactionRow[]): string {
    const head = ["fault", "until", "n", "p50", "p95", "p99", "max", "limit ms"]
    const cells = rows.map(r => [
        r.fault,
        r.until,
        String(r.timesMs.length),
        ...[r.p50Ms, r.p95Ms, r.p99Ms, r.maxMs].map(msText),
        `${r.limitMs}${r.verdict === "fail" ? " FAILED" : ""}`,
    ])
    const all = [head, ...cells]
    const widths = head.map((_, i) => Math.max(...all.map(c => c[i]!.length)))
    return all
        .map(row =>
            row
                .map((c, i) => (i < 2 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)))
                .join("  ")
                .trimEnd()
        )
        .join("\n")
}
