// Compares every poll of the motor driver with what was commanded: direction, speed, distance, progress and time.
// A disturbed transfer can put any value into any register of the ramp, so the motion itself is checked, in every state.

import {
    FAULT_COUNTER,
    FAULT_MOVE_LATE,
    FAULT_NO_STOP,
    FAULT_UNCOMMANDED,
    GOOD,
} from "../../shared/codes"
import { ACCEL_NM_S2 } from "../../shared/motion/ramp"
import { RAMP_STOPS } from "../../shared/devices/tmc5160"
import { ramp_stat, vactual, x_enc, xactual } from "./tmc5160"
import { speedFor, toMicrosteps, toNm, vmaxFor } from "./units"

/** VACTUAL may exceed the commanded speed by this: the trim for the lead screw (SCREW_STEP_MAX_NM), and rounding at low speed. */
const SPEED_FACTOR = 1.08
const SPEED_MARGIN_NM_S = 50000
/** Distance beyond both ends of a move: the backlash and the screw error that a target compensates. */
const END_MARGIN_NM = 100000
/** Loops of 10 ms without a microstep before a move counts as stuck: at 0.25 mm/s a loop is 128 microsteps. */
const IDLE_LOOPS = 10
/** From the poll before a change of speed to the next one. */
const CHANGE_MS = 10
/** A move may last this much longer than planned: an uncalibrated clock may be 8 MHz instead of 12, and a few loops. */
const LATE_FACTOR = 1.6
const LATE_MS = 200
/** Safety rule 1: standstill within speed / 84 mm/s² + 30 ms; of these, 10 ms pass before a request is read and 5 until the next check. */
const STOP_NM_S2 = 84000000
const STOP_MARGIN_MS = 12
/** Largest travel of a resting sled between two polls: rounding of the encoder and the ringing of a stop. */
const STILL_NM = 3000
/** XACTUAL may differ by this from what the speed allows between two polls, which are up to 5 ms late at 5 mm/s. */
const JUMP_NM = 30000
/** X_ENC too: a hand or a spring moves a sled at up to 30 mm/s, which the follow check reports. */
const PUSH_NM = 300000
const JUMP_FACTOR = 1.5

/** Direction of the commanded move: 1 away from home, -1 towards it, 0 at rest. */
export let commanded = 0
/** A stop was commanded and standstill has not been seen yet. */
export let stopping = false
/** End switches that were reached when the move began, as in RAMP_STAT. */
export let switches_before = 0
/** Present time, as of the last poll. */
let now_ms = 0
/** VACTUAL allowed, and before the last change of speed, from which the ramp comes down. */
let limit = 0
let earlier_limit = 0
let changed_ms = 0
/** The move stays between these positions of the motor. */
let low = 0
let high = 0
/** The move has ended by then. */
let end_ms = 0
let stop_by_ms = 0
let target = 0
let idle_loops = 0
// As of the last accepted poll.
let seen_ms = 0
let seen_xactual = 0
let seen_x_enc = 0
let seen_vactual = 0

/** Time for the deadlines below; to be called by every loop. */
export function setGuardTime(ms: number): void {
    now_ms = ms
}

/** A move from XACTUAL to `target_usteps` begins, at most at `speed_nm_s`. */
export function guardMove(target_usteps: number, speed_nm_s: number): void {
    const margin = toMicrosteps(END_MARGIN_NM)
    target = target_usteps
    low = Math.min(xactual, target_usteps) - margin
    high = Math.max(xactual, target_usteps) + margin
    commanded = target_usteps < xactual ? -1 : 1
    stopping = false
    switches_before = ramp_stat & RAMP_STOPS
    earlier_limit = 0
    setLimits(speed_nm_s)
}

/** The move in progress gets another target and speed. */
export function guardChange(target_usteps: number, speed_nm_s: number): void {
    const margin = toMicrosteps(END_MARGIN_NM)
    target = target_usteps
    low = Math.min(low, target_usteps - margin)
    high = Math.max(high, target_usteps + margin)
    earlier_limit = limit
    changed_ms = now_ms + CHANGE_MS
    setLimits(speed_nm_s)
}

function setLimits(speed_nm_s: number): void {
    limit = vmaxFor(speed_nm_s * SPEED_FACTOR + SPEED_MARGIN_NM_S)
    const distance_nm = Math.abs(toNm(target - xactual))
    const planned_ms = (1000 * distance_nm) / speed_nm_s + rampMs(speed_nm_s)
    end_ms = now_ms + planned_ms * LATE_FACTOR + LATE_MS
    idle_loops = 0
}

function rampMs(speed_nm_s: number): number {
    return (1000 * speed_nm_s) / ACCEL_NM_S2
}

/** A stop was commanded. */
export function guardStop(): void {
    if (stopping) return
    stopping = true
    stop_by_ms = now_ms + (1000 * Math.abs(speedFor(vactual))) / STOP_NM_S2 + STOP_MARGIN_MS
}

/** The sled is at rest and is to stay there. */
export function guardRest(): void {
    commanded = 0
    stopping = false
}

/** Whether motor and sled have not moved since the last accepted poll. */
export function isQuiet(): boolean {
    return (
        vactual === 0 &&
        xactual === seen_xactual &&
        Math.abs(x_enc - seen_x_enc) <= toMicrosteps(STILL_NM)
    )
}

/**
 * Checks the last poll. Nothing changes, so that the poll can be repeated; {@link acceptReadings} follows a good one.
 * @param energised the motor stage is on
 * @returns GOOD or a FAULT_ code
 */
export function motionFault(energised: boolean): number {
    const elapsed_s = (now_ms - seen_ms) / 1000
    const fastest_nm_s = speedFor(Math.max(Math.abs(vactual), Math.abs(seen_vactual)))
    const reach_nm = fastest_nm_s * elapsed_s * JUMP_FACTOR
    if (Math.abs(toNm(xactual - seen_xactual)) > reach_nm + JUMP_NM) return FAULT_COUNTER
    if (!energised) return GOOD
    if (Math.abs(toNm(x_enc - seen_x_enc)) > reach_nm + PUSH_NM) return FAULT_COUNTER
    if (stopping) return now_ms >= stop_by_ms && !isQuiet() ? FAULT_NO_STOP : GOOD
    if (vactual * commanded < 0 || (vactual !== 0 && commanded === 0)) return FAULT_UNCOMMANDED
    // A slower speed is reached by the ramp of every move; 10 % less for the clock.
    const ramp_nm_s = ((now_ms - changed_ms) * ACCEL_NM_S2 * 0.9) / 1000
    const allowed = Math.max(limit, earlier_limit - vmaxFor(ramp_nm_s))
    if (commanded === 0) return GOOD
    if (Math.abs(vactual) > allowed || xactual < low || xactual > high) return FAULT_UNCOMMANDED
    if (now_ms > end_ms || idle_loops > IDLE_LOOPS) return FAULT_MOVE_LATE
    return GOOD
}

/** Makes the last poll the one with which the next is compared. */
export function acceptReadings(): void {
    idle_loops = xactual === seen_xactual && xactual !== target ? idle_loops + 1 : 0
    seen_ms = now_ms
    seen_xactual = xactual
    seen_x_enc = x_enc
    seen_vactual = vactual
}
