// Stepped and gated pullbacks: validation of steps and beats, positions of the stops, trigger gating.

import { moveMs, peakOf } from "./move-profile"
import {
    DWELL_MAX_MS,
    type MovePlanResult,
    LEAD_IN_NM,
    MOVE_GATED,
    type MoveRequest,
    type MovePlan,
    nearestOnGrid,
    NM_PER_UM,
    REFRACTORY_MIN_MS,
    refuse,
    STEP_MAX_UM,
    STEP_MIN_UM,
    STEP_SETTLE_MS,
    TIMEOUT_MAX_MS,
    TRIGGER_RATE_MAX,
    TRIGGER_RATE_MIN,
} from "./move-terms"
import { ACCEL_NM_S2, LENGTH_MIN_NM } from "./ramp"
import {
    REFUSED_DWELL,
    REFUSED_REFRACTORY,
    REFUSED_STEP,
    REFUSED_TIMEOUT,
    REFUSED_TRIGGER_RATE,
} from "../codes"

/** Duration of a step of this length in um, in whole ms. */
function stepMs(step_um: number, speed_nm_s: number): number {
    return Math.ceil(moveMs(step_um * NM_PER_UM, speed_nm_s))
}

/** Longest step, in um, within this time in ms. */
function longestStepUm(time_ms: number, speed_nm_s: number): number {
    const time_s = time_ms / 1000
    const ramp_s = speed_nm_s / ACCEL_NM_S2
    const distance_nm =
        time_s < 2 * ramp_s ? (ACCEL_NM_S2 * time_s * time_s) / 4 : speed_nm_s * (time_s - ramp_s)
    const step_um = Math.min(STEP_MAX_UM, Math.floor(distance_nm / NM_PER_UM))
    return Math.max(step_um, STEP_MIN_UM)
}

/** Longest step, in um, that divides an allowed length. */
function coarsestStepUm(length_max_nm: number): number {
    const nm = length_max_nm >= 2 * LENGTH_MIN_NM ? length_max_nm : length_max_nm - LENGTH_MIN_NM
    const um = Math.floor(nm / NM_PER_UM)
    return Math.max(STEP_MIN_UM, Math.min(STEP_MAX_UM, um))
}

/**
 * Checks the step and, for a gated pullback, that it ends before the next accepted trigger.
 * @param length_max_nm maximum pullback length of catheter and sled
 * @returns a refusal, or undefined if the steps are valid; then they are in the plan
 */
export function checkSteps(
    plan: MovePlan,
    request: MoveRequest,
    length_max_nm: number
): MovePlanResult | undefined {
    const speed_nm_s = plan.speed_nm_s
    const gated = plan.kind === MOVE_GATED
    const rate = nearestOnGrid(request.trigger_rate_per_min, TRIGGER_RATE_MIN, TRIGGER_RATE_MAX, 1)
    if (gated && rate !== request.trigger_rate_per_min) return refuse(REFUSED_TRIGGER_RATE, rate)
    const beat_ms = Math.floor(60000 / rate)
    const min_step_ms = STEP_SETTLE_MS + stepMs(STEP_MIN_UM, speed_nm_s)
    const dwell_max_ms = gated ? beat_ms - min_step_ms : DWELL_MAX_MS
    const dwell_ms = nearestOnGrid(request.dwell_ms, 0, dwell_max_ms, 1)
    if (dwell_ms !== request.dwell_ms) return refuse(REFUSED_DWELL, dwell_ms)
    let step_max_um = coarsestStepUm(length_max_nm)
    if (gated)
        step_max_um = Math.min(
            step_max_um,
            longestStepUm(beat_ms - STEP_SETTLE_MS - dwell_ms, speed_nm_s)
        )
    const step_um = nearestOnGrid(request.step_um, STEP_MIN_UM, step_max_um, 1)
    if (step_um !== request.step_um) return refuse(REFUSED_STEP, step_um)
    plan.step_nm = step_um * NM_PER_UM
    plan.step_ms = stepMs(step_um, speed_nm_s)
    plan.settle_ms = STEP_SETTLE_MS
    plan.dwell_ms = dwell_ms
    plan.cycle_ms = plan.step_ms + STEP_SETTLE_MS + dwell_ms
    if (!gated) return undefined
    const refractory_ms = nearestOnGrid(
        request.refractory_ms,
        Math.max(REFRACTORY_MIN_MS, plan.cycle_ms),
        beat_ms,
        1
    )
    if (refractory_ms !== request.refractory_ms) return refuse(REFUSED_REFRACTORY, refractory_ms)
    // One missed beat must not end the pullback.
    const timeout_ms = nearestOnGrid(request.timeout_ms, 2 * beat_ms, TIMEOUT_MAX_MS, 1)
    if (timeout_ms !== request.timeout_ms) return refuse(REFUSED_TIMEOUT, timeout_ms)
    plan.cycle_ms = beat_ms
    plan.refractory_ms = refractory_ms
    plan.timeout_ms = timeout_ms
    return undefined
}

/** Places the stops of a plan whose steps have been checked. */
export function placeStops(plan: MovePlan, length_nm: number): void {
    const steps = Math.round(length_nm / plan.step_nm)
    const gated = plan.kind === MOVE_GATED
    plan.peak_nm_s = peakOf(Math.max(LEAD_IN_NM, plan.step_nm), plan.speed_nm_s)
    plan.stops = steps + 1
    plan.window_start_nm = plan.start_nm + LEAD_IN_NM
    plan.window_end_nm = plan.window_start_nm + length_nm
    plan.run_up_end_nm = plan.window_start_nm
    plan.run_down_start_nm = plan.target_nm = plan.window_end_nm
    const first_ms = Math.ceil(moveMs(LEAD_IN_NM, plan.speed_nm_s))
    // Gated: at most one beat until the first trigger, and one for the last stop.
    const last_ms = gated
        ? first_ms + plan.settle_ms + plan.stops * plan.cycle_ms + plan.dwell_ms
        : first_ms + plan.stops * plan.cycle_ms - plan.step_ms
    plan.run_up_end_ms = plan.window_start_ms = first_ms
    plan.window_end_ms = plan.run_down_start_ms = plan.duration_ms = last_ms
    plan.duration_max_ms = gated
        ? last_ms + plan.stops * (plan.timeout_ms - plan.cycle_ms)
        : last_ms
}

/** XTARGET of stop `index`, counted from 0: relative to the start of the window, so that errors do not accumulate. */
export function stopNm(plan: MovePlan, index: number): number {
    return Math.min(plan.window_end_nm, plan.window_start_nm + index * plan.step_nm)
}

/** Results of checkTrigger: no trigger; trigger ignored; image the stop, then step; end the pullback. */
export const GATE_WAIT = 0
export const GATE_IGNORE = 1
export const GATE_BEAT = 2
export const GATE_TIMED_OUT = 3

/**
 * Decides the action of one control cycle in a gated pullback.
 * @param since_ms time since the last accepted trigger, or since the first stop settled
 */
export function checkTrigger(
    plan: MovePlan,
    since_ms: number,
    triggered: boolean,
    first: boolean
): number {
    if (since_ms > plan.timeout_ms) return GATE_TIMED_OUT
    if (!triggered) return GATE_WAIT
    return first || since_ms >= plan.refractory_ms ? GATE_BEAT : GATE_IGNORE
}
