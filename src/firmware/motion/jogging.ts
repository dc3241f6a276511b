// Jogs the sled: it moves only while it is repeated that a button is held, as in the return of a bedside unit.

import { planMove } from "../../shared/motion/move-plan"
import { limitsOf, MovePlanResult, MOVE_JOG } from "../../shared/motion/move-terms"
import { LENGTH_MAX_NM, TRAVERSE_MAX_NM_S } from "../../shared/motion/ramp"
import { GOOD, REFUSED_DIRECTION, REFUSED_SPEED } from "../../shared/codes"
import { stopping } from "./guard"
import {
    atFarSwitch,
    atHomeSwitch,
    changeMove,
    hasArrived,
    holdSled,
    motorNm,
    moveTo,
    stopSled,
    traverseLimit,
} from "./sled"

/** A held button repeats its request at least every 50 ms; after three missing ones it counts as released. */
const HOLD_LIMIT_MS = 150

// Without imaging the stroke of a catheter does not limit a jog, only the travel does.
const limits = limitsOf(LENGTH_MAX_NM / 1000)

/** The button was released before the end of the travel. */
export let jog_released = false
let held_ms = 0
let jog_nm_s = 0
let braking = false
let jogging = false

/**
 * A button is pressed; the sign of the speed is the direction.
 * @returns GOOD or why not; `value` then is the nearest speed that fits
 */
export async function pressJog(speed_nm_s: number, now_ms: number): Promise<MovePlanResult> {
    if (speed_nm_s > 0 ? atFarSwitch() : atHomeSwitch())
        return { reason: REFUSED_DIRECTION, value: speed_nm_s > 0 ? -1 : 1, plan: undefined }
    if (jogging && (braking || speed_nm_s * jog_nm_s < 0)) {
        // The opposite direction needs a new press after the sled has stopped.
        await brake()
        return { reason: REFUSED_DIRECTION, value: jog_nm_s > 0 ? 1 : -1, plan: undefined }
    }
    held_ms = now_ms
    const limit_nm_s = traverseLimit()
    if (speed_nm_s > limit_nm_s && speed_nm_s <= TRAVERSE_MAX_NM_S) speed_nm_s = limit_nm_s
    if (speed_nm_s < -limit_nm_s && speed_nm_s >= -TRAVERSE_MAX_NM_S) speed_nm_s = -limit_nm_s
    if (jogging && speed_nm_s === jog_nm_s) return { reason: GOOD, value: 0, plan: undefined }
    const result = planMove(
        MOVE_JOG,
        motorNm(),
        {
            speed_nm_s: Math.abs(speed_nm_s),
            length_nm: 0,
            towards: speed_nm_s > 0 ? 1 : -1,
            step_um: 0,
            dwell_ms: 0,
            trigger_rate_per_min: 0,
            refractory_ms: 0,
            timeout_ms: 0,
        },
        limits
    )
    if (!result.plan) {
        if (result.reason === REFUSED_SPEED && speed_nm_s < 0) result.value = -result.value
        if (jogging) await brake()
        return result
    }
    const target_nm = result.plan.target_nm
    const faster = Math.abs(speed_nm_s) > Math.abs(jog_nm_s)
    jog_nm_s = speed_nm_s
    if (jogging) {
        await changeMove(target_nm, Math.abs(speed_nm_s), faster)
        return result
    }
    braking = false
    jog_released = false
    jogging = true
    await moveTo(target_nm, Math.abs(speed_nm_s))
    return result
}

/** The button of a jog or a return is still held. */
export function holdButton(now_ms: number): void {
    held_ms = now_ms
}

/** Whether the button has been let go. */
export function isLetGo(now_ms: number): boolean {
    return now_ms - held_ms > HOLD_LIMIT_MS
}

/** Something else, such as a stop, has ended the jog. */
export function cancelJog(): void {
    jogging = false
}

/** Called by every loop after the poll. @returns whether the sled has stopped */
export async function stepJog(now_ms: number): Promise<boolean> {
    if (!braking && isLetGo(now_ms)) await brake()
    if (braking ? stopping : !hasArrived()) return false
    jogging = false
    // The supervision holds a sled that has stopped.
    if (!braking) await holdSled()
    return true
}

async function brake(): Promise<void> {
    if (braking) return
    braking = true
    jog_released = true
    await stopSled()
}
