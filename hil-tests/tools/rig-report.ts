// Responsible for: what the rig leaves in .devicescript/timing: a report of each pullback, raw series where a check failed.
// Not for: figures or pages (src/host/results).

import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { RigRun } from "./rig-target"
import { timingPage } from "../../src/host/results/timing-page"
import type { TimingReport } from "../../src/host/results/timing-report"
import { steps } from "../../src/host/results/timing-fit"
import { trackOf } from "../../src/host/results/timing-track"
import type { ReactionTimes } from "./rig-target"

export const FOLDER = join(".devicescript", "timing")
const SERIES_STEP_US = 1000

/** Forgets what an earlier run left. */
export function clearReports(): void {
    rmSync(FOLDER, { recursive: true, force: true })
    mkdirSync(FOLDER, { recursive: true })
}

/** Writes `NAME.json` and `NAME.html`, and, when a figure failed, the series behind them. */
export function keepReport(
    name: string,
    run: RigRun,
    report: TimingReport
): void {
    const write = (file: string, content: string): void =>
        writeFileSync(join(FOLDER, file), content)
    write(`${name}.json`, JSON.stringify(report, undefined, 4) + "\n")
    write(`${name}.html`, timingPage(run, report))
    if (report.figures.every(f => f.verdict !== "fail")) return
    const track = trackOf(run)
    const series = [...steps(track.fromUs, track.toUs, SERIES_STEP_US)].map(
        t => `${t},${track.positionMm(t).toFixed(6)}`
    )
    write(`${name}-series.csv`, csv("time_us,position_mm", series))
    const bursts = run.receiver.lineBursts.map(
        h => `${h.tick_us},${h.position_nm}`
    )
    write(`${name}-bursts.csv`, csv("tick_us,position_nm", bursts))
    writeFileSync(join(FOLDER, `${name}-capture.ivl`), run.capture)
}

/** Writes the ruler's positions around each time that a fault was caused. */
export function keepReactions(
    fault: string,
    times: readonly ReactionTimes[]
): void {
    times.forEach(({ series }, i) => {
        const rows = series.map(([ms, mm]) => `${ms},${mm.toFixed(6)}`)
        const file = join(
            FOLDER,
            `reaction-${fault.replace(/[^\w.-]+/g, "-")}-${i + 1}-series.csv`
        )
        writeFileSync(file, csv("time_ms,position_mm", rows))
    })
}

function csv(head: string, rows: readonly string[]): string {
    return [head, ...rows].join("\n") + "\n"
}
