// Responsible for: the raw series behind a timing report, as files that are kept when one of its figures fails.
// Not for: judging (timing-report.ts), or where the files go.

import type { ReceivedRun } from "../../run/run-target"
import { steps } from "./timing-fit"
import type { TimingReport } from "./timing-report"
import { trackOf } from "./timing-track"

/** The ruler, or the bursts where there is none, is told so often. */
const STEP_US = 1000

export interface SeriesFile {
    /** What it ends in, behind the name of its report: "-series.csv". */
    readonly ending: string
    readonly content: string
}

/**
 * @returns position against time by the best instrument there is, and as the bursts told it, both in the line clock's us;
 * nothing where every figure is within its limit
 */
export function failedSeries(run: ReceivedRun, report: TimingReport): SeriesFile[] {
    if (report.figures.every(f => f.verdict !== "fail")) return []
    const track = trackOf(run)
    const series = [...steps(track.fromUs, track.toUs, STEP_US)].map(
        t => `${t},${track.positionMm(t).toFixed(6)}`
    )
    const bursts = run.receiver.lineBursts.map(h => `${h.tick_us},${h.position_nm}`)
    return [
        { ending: "-series.csv", content: csv("time_us,position_mm", series) },
        { ending: "-bursts.csv", content: csv("tick_us,position_nm", bursts) },
    ]
}

export function csv(head: string, rows: readonly string[]): string {
    return [head, ...rows].join("\n") + "\n"
}
