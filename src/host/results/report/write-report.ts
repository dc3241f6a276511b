// Has the pictures of a report made in other threads, and writes its page.

import { inSteps } from "../../in-steps"
import type { MeasuredRun } from "../measured-run"
import type { AlongChart } from "./along-charts"
import { PLOT_PX } from "./chart-frame"
import { rangeMm, reportCharts } from "./report-charts"
import { reportSteps } from "./report-page"
import { reportPlaces } from "./report-places"

export const REPORT_NAME = "report.html"

/** Draws, in any thread. */
export interface ReportArtist {
    chart(chart: AlongChart): Promise<string>
    /** PNG of a frame, as in its own file. */
    picture(i: number): Promise<Uint8Array>
    /** PNG of the longitudinal view from the start of the imaged window on. */
    longitudinal(lengthMm: number, pxPerMm: number): Promise<Uint8Array>
}

/** A screen or a page shows no more. */
const PX_PER_PLOT_PX = 2
/** As in longitudinal.png; a frame has no more to show. */
const PX_PER_MM_MAX = 20

/** @returns the page */
export async function makeReport(run: MeasuredRun, artist: ReportArtist): Promise<string> {
    const places = reportPlaces(run)
    const [, lengthMm] = rangeMm(run)
    const pxPerMm = Math.max(1, Math.min(PX_PER_MM_MAX, (PX_PER_PLOT_PX * PLOT_PX) / lengthMm))
    const [sections, longitudinal, charts] = await Promise.all([
        Promise.all(places.map(({ i }) => artist.picture(i))),
        artist.longitudinal(lengthMm, pxPerMm),
        Promise.all(reportCharts(run).map(chart => artist.chart(chart))),
    ])
    return inSteps(reportSteps(run, { places, sections, longitudinal, charts }))
}
