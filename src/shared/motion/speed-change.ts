// Checks and plans a speed change of a pullback in progress: the sections of constant speed before and after it.

import { nearestSpeed, SPEED_GRID_NM_S } from "./move-terms"
import {
    ACCEL_NM_S2,
    LENGTH_MIN_NM,
    planPullback,
    rampLengthNm,
    SETTLE_BEFORE_MS,
    SPEED_MIN_NM_S,
} from "./ramp"
import { GOOD, REFUSED_SPEED, REFUSED_SPEED_CHANGE } from "../codes"

/** Latency from the measured position to the new VMAX in the chip: two control cycles. */
export const CHANGE_LATENCY_MS = 20
/** Minimum length at the new speed, the same as for a pullback. */
export const CHANGE_LENGTH_MIN_NM = LENGTH_MIN_NM
const NM_PER_UM = 1000

/** The rest of the pullback in progress; positions in nm from the edge of the home switch. */
export interface Remaining {
    window_start_nm: number
    window_end_nm: number
    /** Present XTARGET. */
    target_nm: number
    travel_end_nm: number
    /** Epoch of the present set point. */
    epoch: number
}

/**
 * A valid speed change. It is atomic: in one control cycle the controller closes the gate and the burst in progress, writes
 * XTARGET and VMAX to the chip and takes over set point and epoch. So no burst and no section of constant speed contains
 * A-lines of two speeds. The section before ends at `begin_nm`, the next one starts at `resume_nm`; A-lines between have the
 * new epoch and are not flagged at speed. Times are worst-case values in ms from `begin_nm`, rounded up.
 */
export interface SpeedChange {
    speed_nm_s: number
    /** Previous epoch + 1 modulo 2^16; unchanged if the speed is unchanged; then no action is needed. */
    epoch: number
    begin_nm: number
    /** Latest position at which the new speed is reached. */
    ramp_end_nm: number
    resume_nm: number
    window_end_nm: number
    /** New XTARGET: the deceleration from the new speed after the same window. */
    target_nm: number
    /** Order of the writes: XTARGET first for a higher speed, VMAX first for a lower one. */
    target_first: boolean
    ramp_ms: number
    resume_ms: number
    window_end_ms: number
    /** Time to standstill. */
    remaining_ms: number
}

/** `reason` is GOOD or the refusal code; `value` is then the nearest allowed speed in nm/s, 0 if there is none. */
export interface SpeedChangeResult {
    reason: number
    value: number
    change: SpeedChange | undefined
}

function refuse(reason: number, value: number): SpeedChangeResult {
    return { reason, value, change: undefined }
}

/** Distance of a ramp between two speeds, in nm. */
function betweenNm(from_nm_s: number, to_nm_s: number): number {
    const squares = Math.abs(to_nm_s * to_nm_s - from_nm_s * from_nm_s)
    return Math.ceil(squares / (2 * ACCEL_NM_S2))
}

function rampEndNm(at_nm: number, from_nm_s: number, to_nm_s: number): number {
    const late_nm = Math.ceil((from_nm_s * CHANGE_LATENCY_MS) / 1000)
    return at_nm + late_nm + betweenNm(from_nm_s, to_nm_s)
}

/** Start of the next section of constant speed: whole um, settled as at the start of a pullback. */
function resumeNm(at_nm: number, from_nm_s: number, to_nm_s: number): number {
    const settle_nm = (to_nm_s * SETTLE_BEFORE_MS) / 1000
    const nm = rampEndNm(at_nm, from_nm_s, to_nm_s) + settle_nm
    return NM_PER_UM * Math.ceil(nm / NM_PER_UM)
}

/**
 * Latest time at which the sled reaches a position after the ramp. The worst case is a lower speed without latency and a
 * higher speed with the full latency.
 */
function arrivalMs(begin_nm: number, from_nm_s: number, to_nm_s: number, at_nm: number): number {
    const ramp_ms = (1000 * Math.abs(to_nm_s - from_nm_s)) / ACCEL_NM_S2
    const plateau_nm = at_nm - begin_nm - betweenNm(from_nm_s, to_nm_s)
    const late_ms = CHANGE_LATENCY_MS * (1 - from_nm_s / to_nm_s)
    return ramp_ms + (1000 * plateau_nm) / to_nm_s + Math.max(0, late_ms)
}

/** XTARGET for a window that ends at this position and speed. */
function targetNm(window_end_nm: number, speed_nm_s: number): number {
    const p = planPullback(0, speed_nm_s, 0)
    return window_end_nm + p.target_nm - p.window_end_nm
}

function fits(at_nm: number, from_nm_s: number, to_nm_s: number, left: Remaining): boolean {
    if (to_nm_s === from_nm_s) return true
    const resume_nm = resumeNm(at_nm, from_nm_s, to_nm_s)
    return (
        resume_nm + CHANGE_LENGTH_MIN_NM <= left.window_end_nm &&
        targetNm(left.window_end_nm, to_nm_s) <= left.travel_end_nm
    )
}

/** The last allowed speed between an allowed and a refused one, by bisection. */
function lastAllowedSpeed(
    at_nm: number,
    from_nm_s: number,
    good_nm_s: number,
    bad_nm_s: number,
    left: Remaining
): number {
    let good = Math.round(good_nm_s / SPEED_GRID_NM_S)
    let bad = Math.round(bad_nm_s / SPEED_GRID_NM_S)
    while (Math.abs(bad - good) > 1) {
        const middle = Math.floor((good + bad) / 2)
        if (fits(at_nm, from_nm_s, middle * SPEED_GRID_NM_S, left)) good = middle
        else bad = middle
    }
    return good * SPEED_GRID_NM_S
}

/** The allowed speed nearest to a refused one; the present speed is always allowed. */
function nearestAllowedSpeed(
    at_nm: number,
    from_nm_s: number,
    to_nm_s: number,
    left: Remaining
): number {
    const toward = lastAllowedSpeed(at_nm, from_nm_s, from_nm_s, to_nm_s, left)
    // A medium speed may need the longest distance for braking and settling, so lower speeds may be allowed again.
    if (!fits(at_nm, from_nm_s, SPEED_MIN_NM_S, left)) return toward
    const beyond = lastAllowedSpeed(at_nm, from_nm_s, SPEED_MIN_NM_S, to_nm_s, left)
    return to_nm_s - beyond <= toward - to_nm_s ? beyond : toward
}

/**
 * Plans a speed change inside the imaged window of a continuous pullback.
 * @param position_nm measured position
 * @param now_nm_s present set point
 * @param new_nm_s requested speed
 */
export function planSpeedChange(
    position_nm: number,
    now_nm_s: number,
    new_nm_s: number,
    left: Remaining
): SpeedChangeResult {
    if (nearestSpeed(now_nm_s) !== now_nm_s) return refuse(REFUSED_SPEED_CHANGE, 0)
    const speed_nm_s = nearestSpeed(new_nm_s)
    if (speed_nm_s !== new_nm_s) return refuse(REFUSED_SPEED, speed_nm_s)
    const inside = position_nm >= left.window_start_nm && position_nm < left.window_end_nm
    if (!inside) return refuse(REFUSED_SPEED_CHANGE, 0)
    if (!fits(position_nm, now_nm_s, new_nm_s, left))
        return refuse(
            REFUSED_SPEED_CHANGE,
            nearestAllowedSpeed(position_nm, now_nm_s, new_nm_s, left)
        )
    const same = new_nm_s === now_nm_s
    const ramp_end_nm = same ? position_nm : rampEndNm(position_nm, now_nm_s, new_nm_s)
    const resume_nm = same ? position_nm : resumeNm(position_nm, now_nm_s, new_nm_s)
    const target_nm = same ? left.target_nm : targetNm(left.window_end_nm, new_nm_s)
    const ramp_ms = (1000 * Math.abs(new_nm_s - now_nm_s)) / ACCEL_NM_S2
    const after_ms = (at_nm: number): number =>
        Math.ceil(arrivalMs(position_nm, now_nm_s, new_nm_s, at_nm))
    const plateau_nm = target_nm - left.window_end_nm - rampLengthNm(new_nm_s)
    const down_ms = (1000 * plateau_nm) / new_nm_s + (1000 * new_nm_s) / ACCEL_NM_S2
    const window_end_ms = after_ms(left.window_end_nm)
    return {
        reason: GOOD,
        value: 0,
        change: {
            speed_nm_s: new_nm_s,
            epoch: same ? left.epoch : (left.epoch + 1) & 0xffff,
            begin_nm: position_nm,
            ramp_end_nm,
            resume_nm,
            window_end_nm: left.window_end_nm,
            target_nm,
            target_first: new_nm_s > now_nm_s,
            ramp_ms: same ? 0 : Math.ceil(CHANGE_LATENCY_MS + ramp_ms),
            resume_ms: same ? 0 : after_ms(resume_nm),
            window_end_ms,
            remaining_ms: Math.ceil(window_end_ms + down_ms),
        },
    }
}
