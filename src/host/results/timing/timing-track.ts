// Responsible for: where the sled was over time, as one curve: by the ruler, or by the encoder's positions in the bursts.
// Not for: judging that curve (timing-motion.ts).

import { ACCEL_NM_S2, SETTLE_AFTER_MS, SETTLE_BEFORE_MS } from "../../../shared/motion/ramp"
import type { BurstHeader } from "../../link/burst-stream"
import type { ReceivedRun } from "../../run/run-target"

/** The sled's position over one pullback. */
export interface Track {
    readonly name: string
    /** True for an instrument beside the cart, false for the cart's own encoder. */
    readonly independent: boolean
    /** From standstill before the start to standstill after the stop, as far as it was seen; us of the line clock. */
    readonly fromUs: number
    readonly toUs: number
    /** First line at speed, and end of the last one. */
    readonly plateauFromUs: number
    readonly plateauToUs: number
    /** In mm from the home switch, between fromUs and toUs. */
    positionMm(timeUs: number): number
    /** Mean over a window centred on `timeUs`; at the ends the window is cut. */
    speedMmPerS(timeUs: number, windowMs: number): number
}

/** Seen before the start, and after the stop: the sled may be on its way back 40 ms later. */
const MARGIN_BEFORE_US = 50_000
const MARGIN_AFTER_US = 20_000
/** Longer than homing's and supervision's delays before the sled moves; the search for standstill ends there. */
const SEARCH_US = 500_000
/** Slower than this share of the speed asked for is standstill. */
const STANDSTILL = 0.02
const STANDSTILL_WINDOW_MS = 20
const STANDSTILL_STEP_US = 1000

/** The curve of a run that has lines at speed. */
export function trackOf(run: ReceivedRun): Track {
    const { receiver, instruments } = run
    const d = receiver.description!
    const { firstAtSpeed, lastAtSpeed } = receiver.assembler!
    const plateauFromUs = firstAtSpeed!.tickUs
    const plateauToUs = lastAtSpeed!.tickUs + d.line_period_ns / 1000
    const plateau = { plateauFromUs, plateauToUs }
    const bursts = burstCurve(receiver.lineBursts)
    if (!instruments || bursts.timesUs.length < 2)
        return {
            name: "encoder, in each burst",
            independent: false,
            ...plateau,
            ...bursts.range,
            positionMm: bursts.positionMm,
            speedMmPerS: meanSpeed(bursts.positionMm, bursts.range),
        }
    const { positionMm } = instruments
    const rampUs = (1e6 * d.speed_nm_s) / ACCEL_NM_S2
    const wide = {
        fromUs: Math.max(0, plateauFromUs - rampUs - 1000 * SETTLE_BEFORE_MS - SEARCH_US),
        toUs: plateauToUs + rampUs + 1000 * SETTLE_AFTER_MS + SEARCH_US,
    }
    const speed = meanSpeed(t => positionMm.call(instruments, t), wide)
    const slow = (STANDSTILL * d.speed_nm_s) / 1e6
    const stands = (t: number): boolean => speed(t, STANDSTILL_WINDOW_MS) < slow
    let fromUs = plateauFromUs
    while (fromUs > wide.fromUs && !stands(fromUs)) fromUs -= STANDSTILL_STEP_US
    let toUs = plateauToUs
    while (toUs < wide.toUs && !stands(toUs)) toUs += STANDSTILL_STEP_US
    const range = {
        fromUs: Math.max(wide.fromUs, fromUs - MARGIN_BEFORE_US),
        toUs: Math.min(wide.toUs, toUs + MARGIN_AFTER_US),
    }
    return {
        name: instruments.name,
        independent: true,
        ...plateau,
        ...range,
        positionMm: t => positionMm.call(instruments, t),
        speedMmPerS: meanSpeed(t => positionMm.call(instruments, t), range),
    }
}

interface Range {
    readonly fromUs: number
    readonly toUs: number
}

function meanSpeed(
    positionMm: (timeUs: number) => number,
    range: Range
): (timeUs: number, windowMs: number) => number {
    return (timeUs, windowMs) => {
        const from = Math.max(range.fromUs, timeUs - windowMs * 500)
        const to = Math.min(range.toUs, timeUs + windowMs * 500)
        return to > from ? ((positionMm(to) - positionMm(from)) / (to - from)) * 1e6 : 0
    }
}

/** Linear between bursts; the line clock's wrap after 71 minutes is undone. */
function burstCurve(headers: readonly BurstHeader[]): {
    timesUs: readonly number[]
    range: Range
    positionMm: (timeUs: number) => number
} {
    const timesUs: number[] = []
    const positionsMm: number[] = []
    for (const { tick_us, position_nm } of headers) {
        if (timesUs.length > 0 && tick_us <= timesUs.at(-1)!) continue
        timesUs.push(tick_us)
        positionsMm.push(position_nm / 1e6)
    }
    const positionMm = (timeUs: number): number => {
        let low = 0
        let high = timesUs.length - 1
        while (high - low > 1) {
            const middle = (low + high) >> 1
            if (timesUs[middle]! <= timeUs) low = middle
            else high = middle
        }
        const [t0, t1] = [timesUs[low]!, timesUs[high]!]
        const share = t1 > t0 ? (timeUs - t0) / (t1 - t0) : 0
        const [p0, p1] = [positionsMm[low]!, positionsMm[high]!]
        return p0 + (p1 - p0) * Math.min(1, Math.max(0, share))
    }
    const range = { fromUs: timesUs[0] ?? 0, toUs: timesUs.at(-1) ?? 0 }
    return { timesUs, range, positionMm }
}
