// Reaction times to injected faults, as a table with percentiles and limits.

import type { TimingFigure } from "./timing-figures"
import { percentile } from "./timing-fit"

/** Reaction times to one fault over several repetitions, ms from the fault. */
export interface Reaction {
    readonly fault: string
    /** The reaction, such as "motor stop commanded", "sled stands", "firing stopped". */
    readonly until: string
    readonly limitMs: number
    /** Source of the limit; or "skipped, because …" if it could not be measured. */
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
 * Computes nearest-rank percentiles; with few repetitions the high ones equal the maximum. A reaction that never happened
 * is Infinity and fails; a reaction without repetitions is skipped.
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

/** Formats a time. */
export function msText(ms: number): string {
    if (Number.isNaN(ms)) return "–"
    return Number.isFinite(ms) ? ms.toFixed(1) : "never"
}

/** Formats the table for a terminal. */
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
