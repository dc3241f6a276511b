// Chooses the charts of a timing report, with their titles and notes.

import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import type { Steps } from "../../in-steps"
import type { ReceivedRun } from "../../run/run-target"
import type { Chart, LineChart } from "./timing-charts"
import { LIMITS, WINDOW_MS, windowPercentAt } from "./timing-figures"
import { fitLine, steps } from "./timing-fit"
import { accelerationOf, accelLimitOf, smoothUs } from "./timing-acceleration"
import { positionErrorsUm } from "./timing-lines"
import { type Plateau, plateausOf } from "./timing-plateaus"
import { samplesOf, type TimingReport } from "./timing-report"
import { type Track, trackOf } from "./timing-track"

/** A chart with its title and note. */
export interface ChartSection {
    readonly title: string
    readonly note: string
    readonly chart: Chart
}

/** Averaging time of the speed charts, ms; encoder counts make shorter means too rough. */
const SHOWN_WINDOW_MS = { ruler: 20, encoder: 100 }
const DETAIL_WINDOW_MS = { ruler: 10, encoder: 50 }
/** Length of the plateau in the charts of start and stop. */
const DETAIL_US = 300_000
const STEP_US = 10_000

const TIME_NAME = "time from the first line at speed, s"
const SPEED_NAME = "speed, mm/s"

type Points = [number, number][]

function line(chart: LineChart): Chart {
    return { line: chart }
}

/** All charts of a run, in the order of the page. */
export function* chartSections(run: ReceivedRun, report: TimingReport): Steps<ChartSection[]> {
    const track = trackOf(run)
    yield
    if (run.receiver.description!.mode !== MOVE_PULLBACK)
        return [stopsSection(track), positionSection(run, track)]
    const plateaus = plateausOf(run)
    const topSpeed = Math.max(...plateaus.map(p => p.speedMmPerS))
    const sections = [speedSection(track)]
    yield
    sections.push(speedErrorSection(track, plateaus, windowPercentAt(report.speedMmPerS)))
    yield
    if (track.independent) sections.push(accelerationSection(track, topSpeed))
    yield
    sections.push(positionSection(run, track))
    yield
    return [...sections, ...detailSections(track)]
}

/** Samples a function of time; x is in seconds from the first line at speed. */
function curve(
    track: Track,
    [fromUs, toUs]: readonly [number, number],
    stepUs: number,
    value: (timeUs: number) => number
): Points {
    return [...steps(fromUs, toUs, stepUs)].map(t => [seconds(track, t), value(t)])
}

function seconds(track: Track, timeUs: number): number {
    return (timeUs - track.plateauFromUs) / 1e6
}

function instrumentOf(track: Track): "ruler" | "encoder" {
    return track.independent ? "ruler" : "encoder"
}

/** The shaded plateau of the speed charts. */
function plateauShade(track: Track): { from: number; to: number; text: string } {
    return { from: 0, to: seconds(track, track.plateauToUs), text: "lines flagged at speed" }
}

function stopsSection(track: Track): ChartSection {
    return {
        title: "Position against time",
        note: `By the ${track.name}; the sled is imaged at standstill.`,
        chart: line({
            id: "steps",
            xName: TIME_NAME,
            yName: "position, mm",
            points: curve(track, [track.fromUs, track.toUs], STEP_US, track.positionMm),
        }),
    }
}

function speedSection(track: Track): ChartSection {
    const windowMs = SHOWN_WINDOW_MS[instrumentOf(track)]
    return {
        title: "Speed against time",
        note: `By the ${track.name}; mean over ${windowMs} ms.`,
        chart: line({
            id: "speed",
            xName: TIME_NAME,
            yName: SPEED_NAME,
            points: curve(track, [track.fromUs, track.toUs], STEP_US, t =>
                track.speedMmPerS(t, windowMs)
            ),
            shaded: plateauShade(track),
        }),
    }
}

/** @param percent the limit */
function speedErrorSection(
    track: Track,
    plateaus: readonly Plateau[],
    percent: number
): ChartSection {
    return {
        title: "Speed error on the plateau",
        note: `Mean over ${WINDOW_MS} ms against ${plateaus.map(p => p.speedMmPerS).join(" and ")} mm/s; the limit is dashed.`,
        chart: line({
            id: "error",
            xName: TIME_NAME,
            yName: "speed error, %",
            points: plateaus.flatMap(({ first, last, speedMmPerS }) =>
                curve(
                    track,
                    [first.tickUs, last.tickUs],
                    STEP_US,
                    t => 100 * (track.speedMmPerS(t, WINDOW_MS) / speedMmPerS - 1)
                )
            ),
            limits: [-percent, percent],
        }),
    }
}

/** Start and stop at a finer time scale. */
function detailSections(track: Track): ChartSection[] {
    const { fromUs, toUs, plateauFromUs, plateauToUs } = track
    const windowMs = DETAIL_WINDOW_MS[instrumentOf(track)]
    const stepUs = track.independent ? 1000 : STEP_US
    const lengthUs = Math.min(DETAIL_US, plateauToUs - plateauFromUs)
    const plateau = plateauShade(track)
    const chart = (
        id: string,
        range: readonly [number, number],
        shaded: { from: number; to: number; text: string }
    ): Chart =>
        line({
            id,
            xName: TIME_NAME,
            yName: SPEED_NAME,
            points: curve(track, range, stepUs, t => track.speedMmPerS(t, windowMs)),
            shaded,
        })
    const note = `Mean over ${windowMs} ms.`
    const start = chart("start", [fromUs, plateauFromUs + lengthUs], {
        ...plateau,
        to: lengthUs / 1e6,
    })
    const stop = chart("stop", [plateauToUs - lengthUs, toUs], {
        ...plateau,
        from: seconds(track, plateauToUs - lengthUs),
    })
    return [
        { title: "Start in detail", note, chart: start },
        { title: "Stop in detail", note, chart: stop },
    ]
}

function accelerationSection(track: Track, speedMmPerS: number): ChartSection {
    const limit = Number(accelLimitOf(speedMmPerS).toFixed(1))
    return {
        title: "Acceleration",
        note: `Second difference of the ${track.name} over ${smoothUs(speedMmPerS) / 1000} ms; the limit is dashed.`,
        chart: line({
            id: "acceleration",
            xName: TIME_NAME,
            yName: "acceleration, mm/s²",
            points: [...accelerationOf(track, speedMmPerS, STEP_US)].map(([t, a]) => [
                seconds(track, t),
                a,
            ]),
            limits: [-limit, limit],
        }),
    }
}

function positionSection(run: ReceivedRun, track: Track): ChartSection {
    if (track.independent) {
        const errors = positionErrorsUm(run, track)
        return {
            title: "Position error",
            note: `Position in each of ${errors.length} bursts minus that of the ruler at the same tick; the limit is ± ${LIMITS.positionUm} um.`,
            chart: {
                histogram: { id: "position", xName: "position error, um", values: errors },
            },
        }
    }
    const residuals = plateausOf(run).flatMap(plateau => residualsUm(run, plateau))
    return {
        title: "Distance from constant speed",
        note: `Without a ruler: residuals of a line fit to the encoder position in each of ${residuals.length} bursts at speed.`,
        chart: {
            histogram: { id: "position", xName: "distance from the line, um", values: residuals },
        },
    }
}

function residualsUm(run: ReceivedRun, plateau: Plateau): readonly number[] {
    const { timesS, positionsMm } = samplesOf(run, plateau)
    if (timesS.length < 3) return []
    const { residuals } = fitLine(
        timesS,
        positionsMm.map(mm => 1000 * mm)
    )
    return [...residuals]
}
