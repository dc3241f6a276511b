// Responsible for: the figures of the sled's motion: speed, length, acceleration.
// Not for: where the curve comes from (timing-track.ts), or frames and pulses (timing-lines.ts).

import { type FigureList, LIMITS, WINDOW_MS } from "./timing-figures"
import { fitLine, steps, worstOf } from "./timing-fit"
import type { Track } from "./timing-track"

/** What a run was asked for. */
export interface Asked {
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly encoderMmPerCount: number
}

/** A place and the line clock with it. */
export interface Sample {
    readonly timeUs: number
    readonly positionMm: number
}

const NO_RULER = "this target has no instrument beside the cart"
const STEP_US = 10_000
const RULER_STEP_US = 1000
/** Over fewer turns of the 1 mm screw a fit tells the screw's phase: 10 um of error in one turn tilt it by 1 %. */
const FIT_MIN_MM = 5
/** The plateau's edges, in which a dip would show. */
const EDGE_US = 200_000
/**
 * Acceleration is the second difference of position over twice this time, a mean over 100 ms with most weight on
 * its middle. Shorter, and a few micrometres of backlash at standstill are tens of mm/s2.
 */
const SMOOTH_US = 50_000
/** Share for speed trimming and the ramp's own steps. */
const ACCEL_SLACK = 0.05
/** The largest screw error and backlash of a sled that is in order. */
const SCREW_AMPLITUDE_MM = 0.005
const SCREW_LEAD_MM = 1
const BACKLASH_MM = 0.005
/** The nut is elastic: met at a speed, the sled may leave at up to twice that. */
const REBOUND = 2
/** Slower than that over 5 ms the sled stands. */
const STANDS_MM_PER_S = 0.01
/** In which the sled, caught by the nut, comes to the motor's speed; longer than the smoothing reaches. */
const CATCH_US = 100_000

/** Mean speed, by least squares over the positions that the bursts carry. */
export function judgeBurstFit(
    list: FigureList,
    bursts: readonly Sample[],
    asked: Asked
): void {
    judgeFit(list, "bursts", bursts, asked)
}

function judgeFit(
    list: FigureList,
    by: "bursts" | "ruler",
    samples: readonly Sample[],
    { speedMmPerS, lengthMm }: Asked,
    unmeasured?: string
): void {
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
    if (unmeasured || lengthMm < FIT_MIN_MM || samples.length < 3) {
        const why =
            unmeasured ??
            (samples.length < 3
                ? "there are fewer than three positions at speed"
                : `over less than ${FIT_MIN_MM} mm a fit tells the phase of the screw`)
        list.skip(names.slope, "mm/s", limits.slope, why)
        list.skip(names.spread, "um", limits.spread, why)
        list.skip(names.rms, "um", limits.rms, why)
        list.skip(names.outliers, unit, limits.outliers, why)
        return
    }
    const fit = fitLine(
        samples.map(s => s.timeUs / 1e6),
        samples.map(s => s.positionMm)
    )
    const note =
        by === "bursts"
            ? `least squares over ${samples.length} burst positions, encoder over line clock`
            : `least squares over ${samples.length} ruler samples, 1 ms apart`
    const offPercent = 100 * (fit.slope / speedMmPerS - 1)
    const spreadUm = 1000 * fit.peakToPeak
    const rmsUm = 1000 * fit.rms
    const outliers = fit.residuals.filter(
        r => Math.abs(r) * 1000 > LIMITS.positionUm
    ).length
    const fits = Math.abs(offPercent) <= LIMITS.meanSpeedPercent
    list.judge(names.slope, fit.slope, "mm/s", limits.slope, fits, note)
    list.judge(
        names.spread,
        spreadUm,
        "um",
        limits.spread,
        spreadUm <= 2 * LIMITS.positionUm,
        "twice the limit of a position"
    )
    list.judge(
        names.rms,
        rmsUm,
        "um",
        limits.rms,
        rmsUm <= LIMITS.positionUm,
        note
    )
    list.judge(
        names.outliers,
        outliers,
        unit,
        limits.outliers,
        outliers === 0,
        `more than ${LIMITS.positionUm} um from the line`
    )
}

/** Everything that only an instrument beside the cart can tell. */
export function judgeTrueMotion(
    list: FigureList,
    track: Track,
    asked: Asked
): void {
    const { speedMmPerS } = asked
    const slow = speedMmPerS < LIMITS.slowMmPerS
    const percent = slow ? LIMITS.slowWindowPercent : LIMITS.windowPercent
    const names = ["at plateau start", "at plateau end"] as const
    const accelLimit = accelLimitOf(speedMmPerS)
    const accelText = `≤ ${accelLimit.toFixed(1)}`
    const stepLimit = backlashStepOf(speedMmPerS)
    const stepText = `≤ ${stepLimit.toFixed(2)}`
    if (!track.independent) {
        judgeFit(list, "ruler", [], asked, NO_RULER)
        list.skip("speed over 100 ms, worst", "%", `± ${percent}`, NO_RULER)
        for (const name of names)
            list.skip(`speed dip ${name}`, "%", `≥ -${percent}`, NO_RULER)
        list.skip("acceleration, worst", "mm/s2", accelText, NO_RULER)
        list.skip("jolt as the backlash closes", "mm/s", stepText, NO_RULER)
        return
    }
    judgeFit(list, "ruler", [...rulerSamples(track)], asked)
    const { plateauFromUs: from, plateauToUs: to } = track
    const off = (timeUs: number): number =>
        100 * (track.speedMmPerS(timeUs, WINDOW_MS) / speedMmPerS - 1)
    const worst = worstOf([...steps(from, to, STEP_US)].map(off))
    list.judge(
        "speed over 100 ms, worst",
        worst,
        "%",
        `± ${percent}`,
        Math.abs(worst) <= percent,
        slow
            ? "every 10 ms while lines were flagged at speed; below 0.5 mm/s a dry guide sticks and slips"
            : "every 10 ms while lines were flagged at speed"
    )
    const edge = Math.min(EDGE_US, (to - from) / 2)
    const edges = [
        [names[0], from, from + edge],
        [names[1], to - edge, to],
    ] as const
    for (const [name, first, last] of edges) {
        const lowest = Math.min(...[...steps(first, last, 1000)].map(off))
        list.judge(
            `speed dip ${name}`,
            Math.min(0, lowest),
            "%",
            `≥ -${percent}`,
            lowest >= -percent,
            `lowest speed over ${WINDOW_MS} ms in ${edge / 1000} ms of the plateau`
        )
    }
    judgeAcceleration(list, track, accelLimit, stepLimit)
}

function* rulerSamples(track: Track): Generator<Sample> {
    for (const timeUs of steps(
        track.plateauFromUs,
        track.plateauToUs,
        RULER_STEP_US
    ))
        yield { timeUs, positionMm: track.positionMm(timeUs) }
}

/** The ramp's acceleration, and what a screw that is in order adds to it at this speed; mm/s². */
export function accelLimitOf(speedMmPerS: number): number {
    const screw =
        SCREW_AMPLITUDE_MM * ((2 * Math.PI * speedMmPerS) / SCREW_LEAD_MM) ** 2
    return LIMITS.accelMmPerS2 * (1 + ACCEL_SLACK) + screw
}

/** How fast the motor goes when it has crossed the backlash and meets the sled, with the nut's rebound; mm/s. */
export function backlashStepOf(speedMmPerS: number): number {
    const met = Math.sqrt(2 * LIMITS.accelMmPerS2 * BACKLASH_MM)
    return REBOUND * Math.min(speedMmPerS, met)
}

function judgeAcceleration(
    list: FigureList,
    track: Track,
    accelLimit: number,
    stepLimit: number
): void {
    const { fromUs, toUs, positionMm } = track
    let movesUs = fromUs
    while (movesUs < toUs && track.speedMmPerS(movesUs, 5) < STANDS_MM_PER_S)
        movesUs += RULER_STEP_US
    const caughtUs = movesUs + CATCH_US
    const accel = (t: number): number =>
        (positionMm(t + SMOOTH_US) -
            2 * positionMm(t) +
            positionMm(t - SMOOTH_US)) /
        (SMOOTH_US / 1e6) ** 2
    const worst = worstOf(
        [...steps(caughtUs + SMOOTH_US, toUs - SMOOTH_US, RULER_STEP_US)].map(
            accel
        )
    )
    list.judge(
        "acceleration, worst",
        worst,
        "mm/s2",
        `≤ ${accelLimit.toFixed(1)}`,
        Math.abs(worst) <= accelLimit,
        `ruler, second difference over ${SMOOTH_US / 1000} ms; ${LIMITS.accelMmPerS2} of the ramp, ${100 * ACCEL_SLACK} %, and the screw's own at this speed`
    )
    let step = 0
    for (const t of steps(movesUs, caughtUs, RULER_STEP_US)) {
        const change = track.speedMmPerS(t, 5) - track.speedMmPerS(t - 5000, 5)
        step = Math.max(step, Math.abs(change))
    }
    list.judge(
        "jolt as the backlash closes",
        step,
        "mm/s",
        `≤ ${stepLimit.toFixed(2)}`,
        step <= stepLimit,
        "ruler, change of speed from 5 ms to the next while the nut catches the sled"
    )
}
