// The sled's position over time, by the ruler or by the encoder positions in the bursts.

import { ACCEL_NM_S2, SETTLE_AFTER_MS, SETTLE_BEFORE_MS } from "../../../shared/motion/ramp"
import type { LineBurst } from "../../run/run-receiver"
import type { ReceivedRun } from "../../run/run-target"

/** The sled's position over one pullback. */
export interface Track {
    readonly name: string
    /** True for an independent instrument, false for the cart's encoder. */
    readonly independent: boolean
    /** From standstill before the start to standstill after the stop, as far as recorded; us of the line clock. */
    readonly fromUs: number
    readonly toUs: number
    /** Start of the first line at speed, and end of the last one. */
    readonly plateauFromUs: number
    readonly plateauToUs: number
    /** Position from the home switch, mm, between fromUs and toUs. */
    positionMm(timeUs: number): number
    /** Mean speed over a window centred on `timeUs`; the window is cut at the ends of the track. */
    speedMmPerS(timeUs: number, windowMs: number): number
}

/** Margins before the start and after the stop; the sled may return 40 ms after the stop. */
const MARGIN_BEFORE_US = 50_000
const MARGIN_AFTER_US = 20_000
/** Maximum range of the search for standstill; longer than the delays of homing and supervision. */
const SEARCH_US = 500_000
/** Below this share of the set speed the sled is at standstill. */
const STANDSTILL = 0.02
const STANDSTILL_WINDOW_MS = 20
const STANDSTILL_STEP_US = 1000

/** The track of a run with lines at speed. */
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
    const isStill = (t: number): boolean => speed(t, STANDSTILL_WINDOW_MS) < slow
    let fromUs = plateauFromUs
    while (fromUs > wide.fromUs && !isStill(fromUs)) fromUs -= STANDSTILL_STEP_US
    let toUs = plateauToUs
    while (toUs < wide.toUs && !isStill(toUs)) toUs += STANDSTILL_STEP_US
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

/** Linear interpolation between bursts; bursts that are not later than the one before are skipped. */
function burstCurve(all: readonly LineBurst[]): {
    timesUs: Float64Array
    range: Range
    positionMm: (timeUs: number) => number
} {
    let [timesUs, positionsMm] = [new Float64Array(all.length), new Float64Array(all.length)]
    let count = 0
    for (const { tick_us, position_nm } of all) {
        if (count > 0 && tick_us <= timesUs[count - 1]!) continue
        timesUs[count] = tick_us
        positionsMm[count++] = position_nm / 1e6
    }
    timesUs = timesUs.subarray(0, count)
    positionsMm = positionsMm.subarray(0, count)
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
