// Writes the rig's results to .devicescript/timing: a report per pullback, and raw series where a
// check failed.

import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { RigRun } from "./target"
import type { TimingReport } from "../../../src/host/results/timing/timing-report"
import { csv, failedSeries } from "../../../src/host/results/timing/timing-series"
import type { ReactionTimes } from "./target"
import { pageOf } from "../../../src/host/results/timing/testing/page-of"

export const FOLDER = join(".devicescript", "timing")

/** Deletes the results of an earlier run. */
export function clearReports(): void {
    rmSync(FOLDER, { recursive: true, force: true })
    mkdirSync(FOLDER, { recursive: true })
}

/**
 * Writes `NAME.json` and `NAME.html` and, when a figure failed, the raw series, which `NAME.json`
 * lists.
 * @param folder destination
 */
export function saveReport(name: string, run: RigRun, report: TimingReport, folder = FOLDER): void {
    const write = (file: string, content: string | Uint8Array): void =>
        writeFileSync(join(folder, file), content)
    const series = failedSeries(run, report)
    const capture = `${name}-capture.ivl`
    const files = series.map(({ ending }) => name + ending)
    const withSeries = { ...report, series: series.length > 0 ? [...files, capture] : [] }
    write(`${name}.json`, JSON.stringify(withSeries, undefined, 4) + "\n")
    write(`${name}.html`, pageOf(run, report))
    for (const { ending, content } of series) write(name + ending, content)
    if (series.length > 0) write(capture, run.capture)
}

/** Writes the ruler's positions around each injected fault. */
export function saveReactions(
    fault: string,
    times: readonly ReactionTimes[],
    folder = FOLDER
): void {
    times.forEach(({ series }, i) => {
        const rows = series.map(([ms, mm]) => `${ms},${mm.toFixed(6)}`)
        const file = join(folder, `reaction-${fault.replace(/[^\w.-]+/g, "-")}-${i + 1}-series.csv`)
        writeFileSync(file, csv("time_ms,position_mm", rows))
    })
}
