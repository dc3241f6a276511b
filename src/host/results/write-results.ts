// The files of a run besides its pictures: measurements and timing report; and its summary.

import { setImmediate as yieldToEventLoop } from "node:timers/promises"
import type { FrameMark } from "../frames/assembled-frame"
import { inSteps } from "../in-steps"
import type { FrameMeasures } from "../measure/frame-measures"
import type { ReceivedRun } from "../run/run-target"
import type { MeasuredRun } from "./measured-run"
import { makeReport, REPORT_NAME, type ReportArtist } from "./report/write-report"
import type { Chart } from "./timing/timing-charts"
import { timingPage } from "./timing/timing-page"
import type { TimingReport } from "./timing/timing-report"
import { chartSections } from "./timing/timing-sections"
import { failedSeries } from "./timing/timing-series"

/** Where files are written. */
export interface ResultFiles {
    write(name: string, content: Uint8Array | string): void
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

/** Columns of measurements.csv. The first six are for programs that know only them; others go to the end. */
const COLUMNS = [
    ...["frame", "time_ms", "position_mm", "lumen_area_mm2", "min_diameter_mm", "max_diameter_mm"],
    ...["mean_diameter_mm", "eccentricity", "feret_min_mm", "feret_max_mm", "vessel_area_mm2"],
    ...["plaque_area_mm2", "plaque_burden_percent", "calcium_arc_deg", "stent_area_mm2"],
    ...["heard_percent", "confidence", "flags"],
]

/** A number with so many digits; nothing where there is none. */
function cell(value: number | null | undefined, digits: number): string {
    return value?.toFixed(digits) ?? ""
}

/** The files that follow from the measurements alone; an edit of them makes these again. */
export async function writeMeasured(
    run: MeasuredRun,
    files: ResultFiles,
    artist: ReportArtist
): Promise<void> {
    files.write("measurements.csv", measurementsCsv(run.results.frames.marks, run.measures))
    await yieldToEventLoop()
    files.write(REPORT_NAME, await makeReport(run, artist))
}

export function measurementsCsv(
    frames: readonly FrameMark[],
    measures: readonly FrameMeasures[]
): string {
    const rows = frames.map((frame, i) => {
        const m = measures[i]
        return [
            frame.index,
            cell(frame.timeMs, 3),
            cell(frame.positionMm, 4),
            cell(m?.lumen?.areaMm2, 3),
            cell(m?.lumen?.minDiameterMm, 3),
            cell(m?.lumen?.maxDiameterMm, 3),
            cell(m?.lumen?.meanDiameterMm, 3),
            cell(m?.lumen?.eccentricity, 3),
            cell(m?.lumen?.feretMinMm, 3),
            cell(m?.lumen?.feretMaxMm, 3),
            cell(m?.vessel?.areaMm2, 3),
            cell(m?.plaqueAreaMm2, 3),
            cell(m?.plaqueBurdenPercent, 1),
            cell(m?.calciumArcDeg, 0),
            cell(m?.stent?.areaMm2, 3),
            cell(m && 100 * m.heardFraction, 0),
            cell(m?.confidence, 2),
            m?.flags.join(";") ?? "",
        ].join(",")
    })
    return [COLUMNS.join(","), ...rows].join("\n") + "\n"
}
