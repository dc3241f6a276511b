// Responsible for: which charts a timing report has, and what each of them shows.
// Not for: how charts are drawn (timing-charts.ts) or the page around them (timing-page.ts).

import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import type { ReceivedRun } from "../../run/run-target"
import { histogram, lineChart } from "./timing-charts"
import { LIMITS, WINDOW_MS } from "./timing-figures"
import { fitLine, steps } from "./timing-fit"
import { accelerationOf, accelLimitOf, smoothUs } from "./timing-jolts"
import { positionErrorsUm } from "./timing-lines"
import { type Plateau, plateausOf } from "./timing-plateaus"
import { samplesOf, type TimingReport } from "./timing-report"
import { type Track, trackOf } from "./timing-track"

/** One chart with what stands above it. */
export interface ChartSection {
    readonly title: string
    readonly note: string
    readonly svg: string
}

/** Speed is shown as a mean over so long: the encoder's counts make shorter ones rough. */
const SHOWN_WINDOW_MS = { ruler: 20, encoder: 100 }
const DETAIL_WINDOW_MS = { ruler: 10, encoder: 50 }
/** Of the plateau in the charts of start and stop. */
const DETAIL_US = 300_000
const STEP_US = 10_000

/** All charts of a run, in the order of the page. */
export function chartSections(run: ReceivedRun, report: TimingReport): ChartSection[] {
    const track = trackOf(run)
    const by = track.independent ? "ruler" : "encoder"
    const { fromUs, toUs, plateauFromUs, plateauToUs } = track
    const seconds = (timeUs: number): number => (timeUs - plateauFromUs) / 1e6
    const curve = (
        from: number,
        to: number,
        stepUs: number,
        value: (timeUs: number) => number
    ): [number, number][] => [...steps(from, to, stepUs)].map(t => [seconds(t), value(t)])
    const speed =
        (windowMs: number) =>
        (timeUs: number): number =>
            track.speedMmPerS(timeUs, windowMs)
    const plateau = {
        from: 0,
        to: seconds(plateauToUs),
        text: "lines flagged at speed",
    }
    const detail = Math.min(DETAIL_US, plateauToUs - plateauFromUs)
    const stepUs = track.independent ? 1000 : STEP_US
    const xName = "time from the first line at speed, s"
    const yName = "speed, mm/s"
    const slow = report.speedMmPerS < LIMITS.slowMmPerS
    const narrow = DETAIL_WINDOW_MS[by]
    const plateaus = plateausOf(run)
    if (run.receiver.description!.mode !== MOVE_PULLBACK)
        return [
            [
                "Position against time",
                `By the ${track.name}; the sled is imaged while it stands.`,
                lineChart({
                    id: "steps",
                    xName,
                    yName: "position, mm",
                    points: curve(fromUs, toUs, STEP_US, track.positionMm),
                }),
            ] as const,
            positionSection(run, track),
        ].map(([title, note, svg]) => ({ title, note, svg }))
    const sections: [string, string, string][] = [
        [
            "Speed against time",
            `By the ${track.name}; mean over ${SHOWN_WINDOW_MS[by]} ms.`,
            lineChart({
                id: "speed",
                xName,
                yName,
                points: curve(fromUs, toUs, STEP_US, speed(SHOWN_WINDOW_MS[by])),
                shaded: plateau,
            }),
        ],
        [
            "Speed error on the plateau",
            `Mean over ${WINDOW_MS} ms against ${plateaus.map(p => p.speedMmPerS).join(" and ")} mm/s; ${slow ? `the limit begins at ${LIMITS.slowMmPerS} mm/s` : "the limit is dashed"}.`,
            lineChart({
                id: "error",
                xName,
                yName: "speed error, %",
                points: plateaus.flatMap(({ first, last, speedMmPerS }) =>
                    curve(
                        first.tickUs,
                        last.tickUs,
                        STEP_US,
                        t => 100 * (track.speedMmPerS(t, WINDOW_MS) / speedMmPerS - 1)
                    )
                ),
                limits: slow ? [] : [-LIMITS.windowPercent, LIMITS.windowPercent],
            }),
        ],
        ...(track.independent
            ? [accelerationSection(track, Math.max(...plateaus.map(p => p.speedMmPerS)), xName)]
            : []),
        positionSection(run, track),
        [
            "Start in detail",
            `Mean over ${narrow} ms.`,
            lineChart({
                id: "start",
                xName,
                yName,
                points: curve(fromUs, plateauFromUs + detail, stepUs, speed(narrow)),
                shaded: { ...plateau, to: detail / 1e6 },
            }),
        ],
        [
            "Stop in detail",
            `Mean over ${narrow} ms.`,
            lineChart({
                id: "stop",
                xName,
                yName,
                points: curve(plateauToUs - detail, toUs, stepUs, speed(narrow)),
                shaded: { ...plateau, from: seconds(plateauToUs - detail) },
            }),
        ],
    ]
    return sections.map(([title, note, svg]) => ({ title, note, svg }))
}

function accelerationSection(
    track: Track,
    speedMmPerS: number,
    xName: string
): [string, string, string] {
    const limit = Number(accelLimitOf(speedMmPerS).toFixed(1))
    return [
        "Acceleration",
        `Second difference of the ${track.name} over ${smoothUs(speedMmPerS) / 1000} ms; the limit is dashed.`,
        lineChart({
            id: "acceleration",
            xName,
            yName: "acceleration, mm/s²",
            points: accelerationOf(track, speedMmPerS, STEP_US).map(([t, a]) => [
                (t - track.plateauFromUs) / 1e6,
                a,
            ]),
            limits: [-limit, limit],
        }),
    ]
}

function positionSection(run: ReceivedRun, track: Track): [string, string, string] {
    if (track.independent) {
        const errors = positionErrorsUm(run, track)
        return [
            "Position error",
            `Position in each of ${errors.length} bursts less that of the ruler at the same tick; the limit is ± ${LIMITS.positionUm} um.`,
            histogram("position", "position error, um", errors),
        ]
    }
    const residuals = plateausOf(run).flatMap(plateau => residualsUm(run, plateau))
    return [
        "Distance from even motion",
        `There is no ruler: residuals of a line fit to the encoder's position in each of ${residuals.length} bursts at speed.`,
        histogram("position", "distance from the line, um", residuals),
    ]
}

function residualsUm(run: ReceivedRun, plateau: Plateau): readonly number[] {
    const samples = samplesOf(run, plateau)
    if (samples.length < 3) return []
    return fitLine(
        samples.map(s => s.timeUs / 1e6),
        samples.map(s => 1000 * s.positionMm)
    ).residuals
}
