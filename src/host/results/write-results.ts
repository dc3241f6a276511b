// The files of a run besides its pictures: measurements and timing report; and its summary.

import type { FrameMark } from "../frames/assembled-frame"
import { inSteps } from "../in-steps"
import type { LumenMeasures } from "../measure/lumen-measures"
import type { ReceivedRun } from "../run/run-target"
import { type RunSummary, type SummarizedResults, summarize } from "./summary"
import type { Chart } from "./timing/timing-charts"
import { timingPage } from "./timing/timing-page"
import { timingReport, type TimingReport } from "./timing/timing-report"
import { chartSections } from "./timing/timing-sections"
import { failedSeries } from "./timing/timing-series"

/** Where files are written. */
export interface ResultFiles {
    write(name: string, content: Uint8Array | string): void
}

/** @param dicomNote why there is no pullback.dcm; null if there is one */
export function summarizeRun(
    run: ReceivedRun,
    results: SummarizedResults,
    dicomNote: string | null,
    timing = timingReport(run)
): RunSummary {
    return summarize(run, results, timing, dicomNote)
}

/** @param draw draws a chart as SVG: some tens of ms of work each */
export async function writeTiming(
    run: ReceivedRun,
    timing: TimingReport,
    files: ResultFiles,
    draw: (chart: Chart) => Promise<string>
): Promise<void> {
    const series = failedSeries(run, timing)
    const timingJson = { ...timing, series: series.map(s => `timing${s.ending}`) }
    files.write("timing.json", JSON.stringify(timingJson, undefined, 4) + "\n")
    for (const { ending, content } of series) files.write(`timing${ending}`, content)
    const sections = await inSteps(chartSections(run, timing))
    const drawn = await Promise.all(sections.map(({ chart }) => draw(chart)))
    files.write("timing.html", timingPage(timing, sections, drawn))
}

export function writeMeasurements(
    frames: readonly FrameMark[],
    measures: readonly (LumenMeasures | null)[],
    files: ResultFiles
): void {
    const rows = frames.map((frame, i) => {
        const m = measures[i]
        return [
            frame.index,
            frame.timeMs.toFixed(3),
            frame.positionMm.toFixed(4),
            m?.areaMm2.toFixed(3) ?? "",
            m?.minDiameterMm.toFixed(3) ?? "",
            m?.maxDiameterMm.toFixed(3) ?? "",
        ].join(",")
    })
    const header = "frame,time_ms,position_mm,lumen_area_mm2,min_diameter_mm,max_diameter_mm"
    files.write("measurements.csv", [header, ...rows].join("\n") + "\n")
}
