// Figures of the sled's speed: mean by line fit, speed over 100 ms, plateau.

import type { Steps } from "../../in-steps"
import { type FigureList, LIMITS, NO_RULER, WINDOW_MS, windowPercentAt } from "./timing-figures"
import { fitLine, steps, worstAmong } from "./timing-fit"
import type { Track } from "./timing-track"

/** What a pullback was requested to do. */
export interface RequestedMotion {
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly encoderMmPerCount: number
    readonly linePeriodUs: number
}

/** Positions and their times by the line clock. */
export interface Samples {
    readonly timesS: Float64Array
    readonly positionsMm: Float64Array
}

const NO_SAMPLES: Samples = { timesS: new Float64Array(), positionsMm: new Float64Array() }

const RULER_STEP_US = 1000
/** Over fewer revolutions of the 1 mm lead screw a fit depends on the phase of its error: 10 um in one revolution change the slope by 1 %. */
const FIT_MIN_MM = 5
/** Length of the plateau's edges, in which dips are measured. */
const EDGE_US = 200_000

/** Checks the mean speed by least squares over the positions in the bursts. */
export function checkBurstFit(list: FigureList, bursts: Samples, request: RequestedMotion): void {
    checkFit(list, "bursts", bursts, request)
}

function checkFit(
    list: FigureList,
    by: "bursts" | "ruler",
    { timesS, positionsMm }: Samples,
    { speedMmPerS, lengthMm }: RequestedMotion,
    skipReason?: string
): void {
    const count = timesS.length
    const names = {
        slope: `mean speed, line fit to ${by}`,
        spread: `line fit to ${by}, residuals peak to peak`,
        rms: `line fit to ${by}, residuals rms`,
        outliers: `line fit to ${by}, outliers`,
    }
    const unit = by === "bursts" ? "bursts" : "samples"
    const limits = {
        slope: `${speedMmPerS} ± ${LIMITS.meanSpeedPercent} %`,
        spread: `≤ ${2 * LIMITS.positionUm}`,
        rms: `≤ ${LIMITS.positionUm}`,
        outliers: "0",
    }
    if (skipReason || lengthMm < FIT_MIN_MM || count < 3) {
        const why =
            skipReason ??
            (count < 3
                ? "there are fewer than three positions at speed"
                : `over less than ${FIT_MIN_MM} mm a fit depends on the phase of the lead-screw error`)
        list.skip(names.slope, "mm/s", limits.slope, why)
        list.skip(names.spread, "um", limits.spread, why)
        list.skip(names.rms, "um", limits.rms, why)
        list.skip(names.outliers, unit, limits.outliers, why)
        return
    }
    const fit = fitLine(timesS, positionsMm)
    const note =
        by === "bursts"
            ? `least squares over ${count} burst positions, encoder over line clock`
            : `least squares over ${count} ruler samples, 1 ms apart`
    const offPercent = 100 * (fit.slope / speedMmPerS - 1)
    const spreadUm = 1000 * fit.peakToPeak
    const rmsUm = 1000 * fit.rms
    const outliers = fit.residuals.filter(r => Math.abs(r) * 1000 > LIMITS.positionUm).length
    const fits = Math.abs(offPercent) <= LIMITS.meanSpeedPercent
    list.check(names.slope, fit.slope, "mm/s", limits.slope, fits, note)
    list.check(
        names.spread,
        spreadUm,
        "um",
        limits.spread,
        spreadUm <= 2 * LIMITS.positionUm,
        "twice the limit of a position"
    )
    list.check(names.rms, rmsUm, "um", limits.rms, rmsUm <= LIMITS.positionUm, note)
    list.check(
        names.outliers,
        outliers,
        unit,
        limits.outliers,
        outliers === 0,
        `more than ${LIMITS.positionUm} um from the line`
    )
}

/** Checks the figures that need an independent instrument. */
export function* checkTrueMotion(
    list: FigureList,
    track: Track,
    request: RequestedMotion
): Steps<void> {
    const { speedMmPerS } = request
    const names = {
        window: `speed over ${WINDOW_MS} ms, worst`,
        outside: "lines flagged at speed outside the plateau",
        dips: ["speed dip at plateau start", "speed dip at plateau end"],
    } as const
    const percent = windowPercentAt(speedMmPerS)
    const limits = { window: `± ${percent}`, dip: `≥ -${percent}` }
    if (!track.independent) {
        checkFit(list, "ruler", NO_SAMPLES, request, NO_RULER)
        list.skip(names.window, "%", limits.window, NO_RULER)
        list.skip(names.outside, "lines", "0", NO_RULER)
        for (const name of names.dips) list.skip(name, "%", limits.dip, NO_RULER)
        return
    }
    checkFit(list, "ruler", rulerSamples(track), request)
    yield
    const { plateauFromUs: from, plateauToUs: to } = track
    const off = (timeUs: number): number =>
        100 * (track.speedMmPerS(timeUs, WINDOW_MS) / speedMmPerS - 1)
    const checkSpeedError = (name: string, value: number, limit: string, note: string): void =>
        list.check(name, value, "%", limit, Math.abs(value) <= percent, note)
    checkSpeedError(
        names.window,
        worstAmong(steps(from, to, RULER_STEP_US), off),
        limits.window,
        "every 1 ms while lines were flagged at speed"
    )
    yield
    checkPlateau(list, names.outside, track, request, off)
    const edge = Math.min(EDGE_US, (to - from) / 2)
    for (const [name, first] of [
        [names.dips[0], from],
        [names.dips[1], to - edge],
    ] as const)
        checkSpeedError(
            name,
            Math.min(0, ...[...steps(first, first + edge, RULER_STEP_US)].map(off)),
            limits.dip,
            `lowest speed over ${WINDOW_MS} ms in ${edge / 1000} ms of the plateau`
        )
}

/** Checks that no line was flagged outside the plateau by the ruler. */
function checkPlateau(
    list: FigureList,
    name: string,
    { plateauFromUs: from, plateauToUs: to }: Track,
    { speedMmPerS, linePeriodUs }: RequestedMotion,
    off: (timeUs: number) => number
): void {
    const percent = windowPercentAt(speedMmPerS)
    const holds = (t: number): boolean => Math.abs(off(t)) <= percent
    let first = from
    while (first < to && !holds(first)) first += RULER_STEP_US
    let last = to
    while (last > first && !holds(last)) last -= RULER_STEP_US
    const lines = Math.ceil((first - from + to - last) / linePeriodUs)
    list.check(
        name,
        lines,
        "lines",
        "0",
        lines === 0,
        `the plateau begins and ends where the ruler's speed over ${WINDOW_MS} ms is within ${percent} %`
    )
}

function rulerSamples(track: Track): Samples {
    const { plateauFromUs: from, plateauToUs: to } = track
    const count = Math.floor((to - from) / RULER_STEP_US) + 1
    const [timesS, positionsMm] = [new Float64Array(count), new Float64Array(count)]
    for (let i = 0; i < count; i++) {
        const timeUs = from + i * RULER_STEP_US
        timesS[i] = timeUs / 1e6
        positionsMm[i] = track.positionMm(timeUs)
    }
    return { timesS, positionsMm }
}
