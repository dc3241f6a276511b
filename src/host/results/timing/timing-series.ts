// The position series behind a timing report, stored as files when one of its figures fails.

import type { ReceivedRun } from "../../run/run-target"
import { steps } from "./timing-fit"
import type { TimingReport } from "./timing-report"
import { trackOf } from "./timing-track"

/** Interval of the position series. */
const STEP_US = 1000

export interface SeriesFile {
    /** Ending of the file name after that of the report, such as "-series.csv". */
    readonly ending: string
    readonly content: string
}

/**
 * @returns position over time by the ruler (or the bursts if there is none) and in the bursts, with times of the line clock
 * in us; empty if all figures are within their limits
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
