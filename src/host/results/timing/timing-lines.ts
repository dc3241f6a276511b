// Figures of length, position and time from the lines and frames.

import type { FrameMark } from "../../frames/assembled-frame"
import { isRf } from "../../frames/rf-frames"
import type { ReceivedRun } from "../../run/run-target"
import { type FigureList, LIMITS, NO_RULER } from "./timing-figures"
import { extremes, jitterOf, worstOf } from "./timing-fit"
import type { RequestedMotion } from "./timing-motion"
import type { Plateau } from "./timing-plateaus"
import type { Track } from "./timing-track"

/** Minimum number of frames for interval figures. */
const FRAMES_MIN = 3

/** Checks the length, and the positions of the lines flagged at speed. */
export function checkLength(
    list: FigureList,
    run: ReceivedRun,
    track: Track,
    { lengthMm, speedMmPerS, linePeriodUs }: RequestedMotion
): void {
    const { receiver } = run
    const d = receiver.description!
    const { firstAtSpeed, lastAtSpeed } = receiver.assembler!
    const from = firstAtSpeed!
    const to = lastAtSpeed!
    const encoderMm = (to.positionNm - from.positionNm) / 1e6
    // If the distance between lines exceeds the limit, it is added to it, because nothing is known between lines.
    const stepUm = (speedMmPerS * linePeriodUs) / 1000
    const lineStepUm = stepUm > LIMITS.positionUm ? stepUm : 0
    const lengthUm = LIMITS.lengthUm + lineStepUm
    const limit = `${lengthMm} ± ${lengthUm / 1000}`
    const isWithin = (mm: number): boolean => Math.abs(mm - lengthMm) * 1000 <= lengthUm
    list.check(
        "length at speed by the encoder",
        encoderMm,
        "mm",
        limit,
        isWithin(encoderMm),
        "first to last line flagged at speed"
    )
    const position = `± ${LIMITS.positionUm}`
    const edges = [
        ["first line at speed, from the window's start", track.plateauFromUs, d.window_start_nm],
        ["last line at speed, from the window's end", track.plateauToUs, d.window_end_nm],
    ] as const
    if (!track.independent) {
        list.skip("length at speed by the ruler", "mm", limit, NO_RULER)
        list.skip("position in bursts, worst", "um", position, NO_RULER)
        for (const [name] of edges) list.skip(name, "um", position, NO_RULER)
    } else {
        const ruledMm = track.positionMm(track.plateauToUs) - track.positionMm(track.plateauFromUs)
        list.check(
            "length at speed by the ruler",
            ruledMm,
            "mm",
            limit,
            isWithin(ruledMm),
            track.name
        )
        const errorUm = worstOf(positionErrorsUm(run, track))
        list.check(
            "position in bursts, worst",
            errorUm,
            "um",
            position,
            Math.abs(errorUm) <= LIMITS.positionUm,
            "burst header against the ruler at the same tick"
        )
        for (const [name, timeUs, nm] of edges) {
            const errorUm = 1000 * track.positionMm(timeUs) - nm / 1000
            const edgeUm = LIMITS.positionUm + lineStepUm
            list.check(
                name,
                errorUm,
                "um",
                `± ${edgeUm}`,
                Math.abs(errorUm) <= edgeUm,
                "ruler against the window in the description"
            )
        }
    }
}

/** Checks that every line of a plateau was flagged, and the mean speed by the encoder. */
export function checkPlateauLines(
    list: FigureList,
    run: ReceivedRun,
    plateau: Plateau,
    { encoderMmPerCount }: RequestedMotion
): void {
    const { receiver } = run
    const { first, last, lines, speedMmPerS } = plateau
    const elapsedUs = last.tickUs - first.tickUs
    // By line numbers, because the lines of a rotor are not timed by the clock.
    const between = ((last.line - first.line) >>> 0) + 1
    if (receiver.assembler!.counts.missing > 0)
        list.skip(
            "lines of the window not flagged at speed",
            "lines",
            "0",
            "some lines are missing, and their flags are unknown"
        )
    else
        list.check(
            "lines of the window not flagged at speed",
            between - lines,
            "lines",
            "0",
            between === lines,
            `${lines} flagged between the first and the last`
        )
    const encoderMm = (last.positionNm - first.positionNm) / 1e6
    const meanMmPerS = (encoderMm * 1e6) / elapsedUs
    // Both ends are whole counts: over 1 mm one count is 0.1 %.
    const slack = LIMITS.meanSpeedPercent / 100 + encoderMmPerCount / encoderMm
    list.check(
        "mean speed over the window",
        meanMmPerS,
        "mm/s",
        `${speedMmPerS} ± ${LIMITS.meanSpeedPercent} % and one count`,
        Math.abs(meanMmPerS / speedMmPerS - 1) <= slack,
        "encoder over line clock"
    )
}

/** Position by the cart minus position by the ruler in each burst, um. */
export function positionErrorsUm(run: ReceivedRun, track: Track): number[] {
    return run.receiver.lineBursts.map(
        h => h.position_nm / 1000 - 1000 * track.positionMm(h.tick_us)
    )
}

/** Checks frame rate and intervals on a plateau. */
export function checkFrames(
    list: FigureList,
    run: ReceivedRun,
    { first: from, last: to }: Plateau
): void {
    const { receiver } = run
    const rateHz = receiver.description!.frame_rate_mhz / 1000
    const frames = receiver.assembler!.marks.filter(
        f => f.tickUs >= from.tickUs && f.tickUs <= to.tickUs
    )
    const rateLimit = `${rateHz} ± ${LIMITS.frameRateHz}`
    const jumpLimit = `≤ ${LIMITS.frameJump}`
    const jitterLimit = `≤ ${LIMITS.jitterPercent}`
    if (frames.length < FRAMES_MIN) {
        const why = `there are fewer than ${FRAMES_MIN} frames`
        list.skip("frame rate", "frames/s", rateLimit, why)
        list.skip("frame interval, longest", "frames", jumpLimit, why)
        list.skip("frame interval jitter", "%", jitterLimit, why)
    } else {
        const [first, last] = [frames[0]!, frames.at(-1)!]
        const measuredHz = (1e6 * (last.index - first.index)) / (last.tickUs - first.tickUs)
        list.check(
            "frame rate",
            measuredHz,
            "frames/s",
            rateLimit,
            Math.abs(measuredHz - rateHz) <= LIMITS.frameRateHz,
            "middle lines of first and last frame, line clock"
        )
        const { longest, jitterPercent } = frameIntervals(frames, rateHz)
        list.check(
            "frame interval, longest",
            longest,
            "frames",
            jumpLimit,
            longest <= LIMITS.frameJump,
            "line clock; missing frames count"
        )
        checkJitter(
            list,
            run,
            "frame interval jitter",
            jitterPercent,
            "standard deviation over mean, of each step to the next frame"
        )
    }
}

/** Checks the jitter of the transmit pulses between the first and the last line at speed. */
export function checkPulses(list: FigureList, run: ReceivedRun, track: Track): void {
    const { instruments } = run
    const jitterLimit = `≤ ${LIMITS.jitterPercent}`
    if (!instruments?.pulseJitter)
        list.skip(
            "pulse jitter",
            "%",
            jitterLimit,
            "there are no readings of an instrument on the transmit line"
        )
    else {
        const percent = 100 * instruments.pulseJitter(track.plateauFromUs, track.plateauToUs)
        checkJitter(
            list,
            run,
            "pulse jitter",
            percent,
            "counter on the transmit line, standard deviation over mean"
        )
    }
}

/** Checks a jitter, except for an un0rick, whose lines are timed by the controller's 1 ms clock. */
function checkJitter(
    list: FigureList,
    { receiver }: ReceivedRun,
    name: string,
    percent: number,
    note: string
): void {
    if (isRf(receiver.description!))
        list.info(name, percent, "%", `${note}; the controller's clock times these lines`)
    else
        list.check(
            name,
            percent,
            "%",
            `≤ ${LIMITS.jitterPercent}`,
            percent <= LIMITS.jitterPercent,
            note
        )
}

function frameIntervals(
    frames: readonly FrameMark[],
    rateHz: number
): { longest: number; jitterPercent: number } {
    const intervals: number[] = []
    const perFrame: number[] = []
    for (let i = 1; i < frames.length; i++) {
        const us = frames[i]!.tickUs - frames[i - 1]!.tickUs
        intervals.push((us * rateHz) / 1e6)
        perFrame.push(us / (frames[i]!.index - frames[i - 1]!.index))
    }
    return {
        longest: extremes(intervals)[1],
        jitterPercent: 100 * jitterOf(perFrame),
    }
}
