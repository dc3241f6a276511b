// Runs a continuous pullback as one position move: checks that the sled is at speed, and changes speed during the move.
// The line engine flags lines by position, inside the window, while the gate is open; lines_valid opens the gate.

import { MOVE_PULLBACK, MovePlan } from "../../shared/motion/move-terms"
import { SpeedChangeResult, planSpeedChange } from "../../shared/motion/speed-change"
import { FAULT_NOT_AT_SPEED, FAULT_POSITION, REFUSED_SPEED_CHANGE } from "../../shared/codes"
import { RAMP_VELOCITY_REACHED } from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { beginImagedMove, imaged_move } from "./imaged-move"
import { speed_epoch } from "./set-speed"
import {
    changeMove,
    hasArrived,
    holdSled,
    motorTargetFor,
    moveTo,
    positionNm,
    trimSpeed,
} from "./sled"
import { ramp_stat } from "./tmc5160"
import { calibration } from "./units"

/** Largest difference of measured speed and set point, in ppm: 1 %, as specified for the window. */
const SPEED_LIMIT_PPM = 10000
/** One count at each end of the measured stretch may be lost to rounding. */
const STRETCH_ERROR_COUNTS = 2
/** Control loops over which speed is measured: 200 ms. */
const STRETCH_SAMPLES = 20

/** Set point; that of the plan until the speed is changed. */
let speed_nm_s = 0
/** End of the move for the sled; the motor goes farther by the backlash. */
let target_nm = 0
/** Start of the constant-speed stretch in progress, or of the next one. */
let constant_from_nm = 0
/** Line clock and position of the last samples, a ring. */
const ticks_us: number[] = []
const positions_nm: number[] = []
for (let i = 0; i < STRETCH_SAMPLES; ++i) {
    ticks_us[i] = 0
    positions_nm[i] = 0
}
let samples = 0
let speed_reached = false
/** The sled is in the window; where and when it entered, or when its speed was last changed. */
let in_window = false
let entry_tick_us = 0
let entry_nm = 0

export async function startPullback(plan: MovePlan): Promise<void> {
    beginImagedMove(plan)
    target_nm = plan.target_nm
    expectSpeed(plan.speed_nm_s, plan.window_start_nm)
    await moveTo(motorTargetFor(target_nm), speed_nm_s)
}

/** From now on another speed is to be reached; lines are not valid before `from_nm`. */
function expectSpeed(set_nm_s: number, from_nm: number): void {
    speed_nm_s = set_nm_s
    constant_from_nm = from_nm
    samples = 0
    imaged_move.lines_valid = false
    in_window = false
    speed_reached = false
}

/**
 * Continues the pullback in progress at another speed. The chip has been polled in this loop.
 * @param shutGate called before the speed changes, with the epoch that begins: closes the gate and passes the epoch to the front end
 */
export async function changePullbackSpeed(
    new_nm_s: number,
    shutGate: (epoch: number) => Promise<void>
): Promise<SpeedChangeResult> {
    const plan = imaged_move.plan
    if (!plan || plan.kind !== MOVE_PULLBACK)
        return { reason: REFUSED_SPEED_CHANGE, value: 0, change: undefined }
    const result = planSpeedChange(positionNm(), speed_nm_s, new_nm_s, {
        // After an earlier change, not before its speed is constant.
        window_start_nm: constant_from_nm,
        window_end_nm: plan.window_end_nm,
        target_nm,
        travel_end_nm: plan.travel_end_nm,
        epoch: speed_epoch,
    })
    const change = result.change
    if (!change || new_nm_s === speed_nm_s) return result
    expectSpeed(new_nm_s, change.resume_nm)
    target_nm = change.target_nm
    await shutGate(change.epoch)
    await changeMove(motorTargetFor(target_nm), new_nm_s, change.target_first)
    return result
}

/**
 * Called by every loop after the poll.
 * @param tick_us line clock, and `position_nm` measured by the front end at the same moment
 * @returns whether the move has ended
 */
export async function stepPullback(
    plan: MovePlan,
    tick_us: number,
    position_nm: number
): Promise<boolean> {
    measureSpeed(tick_us, position_nm)
    checkWindow(plan, tick_us, position_nm)
    if (!hasArrived()) {
        await trimSpeed()
        return false
    }
    await holdSled()
    imaged_move.lines_valid = false
    // By the front end's own counter of the encoder.
    if (position_nm < plan.window_end_nm) throw new CartFault(FAULT_POSITION, position_nm)
    return true
}

/** Travel at the set point since `from_tick_us`, in nm. */
function expectedNm(tick_us: number, from_tick_us: number): number {
    return (speed_nm_s * ((tick_us - from_tick_us) >>> 0)) / 1000000
}

/** Compares the speed over the last {@link STRETCH_SAMPLES} loops with the set point. */
function measureSpeed(tick_us: number, position_nm: number): void {
    // Latched, since trimming the speed makes the chip accelerate by a little all the time.
    if (ramp_stat & RAMP_VELOCITY_REACHED) speed_reached = true
    if (!speed_reached) return
    const slot = samples % STRETCH_SAMPLES
    const expected_nm = expectedNm(tick_us, ticks_us[slot])
    const moved_nm = position_nm - positions_nm[slot]
    ticks_us[slot] = tick_us
    positions_nm[slot] = position_nm
    samples++
    if (samples <= STRETCH_SAMPLES) return
    const tolerance_nm =
        (expected_nm * SPEED_LIMIT_PPM) / 1000000 +
        STRETCH_ERROR_COUNTS * calibration.encoder_nm_per_count
    imaged_move.lines_valid = expected_nm > 0 && Math.abs(moved_nm - expected_nm) <= tolerance_nm
}

/** The sled must be at speed when it enters the window; from there on its mean speed is measured. */
function checkWindow(plan: MovePlan, tick_us: number, position_nm: number): void {
    if (!in_window) {
        if (position_nm < constant_from_nm) {
            // The engine opens the plan's window by position; after a change of speed only this program has the position.
            if (constant_from_nm > plan.window_start_nm) imaged_move.lines_valid = false
            return
        }
        if (position_nm >= plan.window_end_nm) return
        if (!imaged_move.lines_valid) throw new CartFault(FAULT_NOT_AT_SPEED, position_nm)
        in_window = true
        entry_tick_us = tick_us
        entry_nm = position_nm
    } else if (position_nm < plan.window_end_nm) {
        const expected_nm = expectedNm(tick_us, entry_tick_us)
        const moved_nm = position_nm - entry_nm
        if (expected_nm > 0)
            imaged_move.speed_error_ppm = Math.round(
                (1000000 * (moved_nm - expected_nm)) / expected_nm
            )
    }
}
