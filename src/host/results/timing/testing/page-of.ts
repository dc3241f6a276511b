// The page of a timing report, with its charts drawn in this thread.

import { atOnce } from "../../../in-steps"
import { drawChart } from "../timing-charts"
import { timingPage } from "../timing-page"
import type { TimingReport } from "../timing-report"
import { chartSections } from "../timing-sections"
import type { ReceivedRun } from "../../../run/run-target"

export function pageOf(run: ReceivedRun, report: TimingReport): string {
    const sections = atOnce(chartSections(run, report))
    const drawn = sections.map(({ chart }) => drawChart(chart))
    return timingPage(report, sections, drawn)
}
