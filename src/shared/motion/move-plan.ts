// Checks a requested move and plans it: positions, times, limits, for all kinds of move. Speed changes: speed-change.ts.

import { moveMs, peakOf } from "./move-profile"
import { checkSteps, placeStops } from "./move-steps"
import {
    type MovePlanResult,
    LEAD_IN_NM,
    LENGTH_GRID_NM,
    LIMIT_CART,
    LIMIT_STROKE,
    LIMIT_TRAVEL,
    MOVE_JOG,
    MOVE_MANUAL,
    MOVE_PULLBACK,
    MOVE_RETURN,
    type MoveRequest,
    type MoveLimits,
    type MovePlan,
    nearestOnGrid,
    nearestSpeed,
    NM_PER_UM,
    POSITION_MAX_NM,
    refuse,
} from "./move-terms"
import {
    ACCEL_NM_S2,
    LENGTH_MAX_NM,
    LENGTH_MIN_NM,
    PARK_NM,
    planPullback,
    rampLengthNm,
    SPEED_MAX_NM_S,
    TRAVERSE_MAX_NM_S,
} from "./ramp"
import {
    GOOD,
    REFUSED_LENGTH,
    REFUSED_SPEED,
    REFUSED_TRAVEL,
    REFUSED_DIRECTION,
    REFUSED_MOVE_KIND,
    REFUSED_START,
    REFUSED_STEP_COUNT,
} from "../codes"

/** A plan without motion, which the kinds of move complete. */
function planAt(kind: number, at_nm: number, speed_nm_s: number, limits: MoveLimits): MovePlan {
    return {
        kind,
        direction: 0,
        speed_nm_s,
        peak_nm_s: 0,
        accel_nm_s2: ACCEL_NM_S2,
        start_nm: at_nm,
        run_up_end_nm: at_nm,
        window_start_nm: at_nm,
        window_end_nm: at_nm,
        run_down_start_nm: at_nm,
        target_nm: at_nm,
        run_up_end_ms: 0,
        window_start_ms: 0,
        window_end_ms: 0,
        run_down_start_ms: 0,
        duration_ms: 0,
        duration_max_ms: 0,
        stops: 0,
        step_nm: 0,
        step_ms: 0,
        settle_ms: 0,
        dwell_ms: 0,
        cycle_ms: 0,
        refractory_ms: 0,
        timeout_ms: 0,
        travel_start_nm: limits.travel_start_nm,
        travel_end_nm: limits.travel_end_nm,
        length_max_nm: 0,
        limited_by: 0,
    }
}

/**
 * Plans a move, or returns the refusal code and the nearest allowed value.
 * @param kind one of the MOVE_ codes
 * @param from_nm position of the sled; rounded to the nearest um
 */
export function planMove(
    kind: number,
    from_nm: number,
    request: MoveRequest,
    limits: MoveLimits
): MovePlanResult {
    if (nearestOnGrid(kind, MOVE_PULLBACK, MOVE_MANUAL, 1) !== kind)
        return refuse(REFUSED_MOVE_KIND, MOVE_PULLBACK)
    const within: MoveLimits = {
        travel_start_nm: NM_PER_UM * Math.ceil(limits.travel_start_nm / NM_PER_UM),
        travel_end_nm: NM_PER_UM * Math.floor(limits.travel_end_nm / NM_PER_UM),
        stroke_nm: limits.stroke_nm,
    }
    if (!(within.travel_end_nm > within.travel_start_nm)) return refuse(REFUSED_TRAVEL, 0)
    if (!(Math.abs(from_nm) <= POSITION_MAX_NM))
        return refuse(REFUSED_START, within.travel_start_nm)
    const at_nm = NM_PER_UM * Math.floor(from_nm / NM_PER_UM + 0.5)
    if (kind === MOVE_MANUAL)
        return {
            reason: GOOD,
            value: 0,
            plan: planAt(kind, at_nm, 0, within),
        }
    const traverse = kind === MOVE_RETURN || kind === MOVE_JOG
    const speed_nm_s = Math.min(
        nearestSpeed(request.speed_nm_s),
        traverse ? TRAVERSE_MAX_NM_S : SPEED_MAX_NM_S
    )
    if (speed_nm_s !== request.speed_nm_s) return refuse(REFUSED_SPEED, speed_nm_s)
    const plan = planAt(kind, at_nm, speed_nm_s, within)
    if (kind === MOVE_RETURN) return planReturn(plan)
    if (kind === MOVE_JOG) return planJog(plan, request)
    return planImaged(plan, request, within)
}

function planReturn(plan: MovePlan): MovePlanResult {
    const target_nm = Math.max(plan.travel_start_nm, Math.min(plan.travel_end_nm, PARK_NM))
    return placeRamps(plan, target_nm)
}

function planJog(plan: MovePlan, request: MoveRequest): MovePlanResult {
    const outwards = request.towards === 1
    if (!outwards && request.towards !== -1)
        return refuse(REFUSED_DIRECTION, plan.start_nm < plan.travel_end_nm ? 1 : -1)
    const target_nm = outwards ? plan.travel_end_nm : plan.travel_start_nm
    // At or beyond the end, only the opposite direction is allowed.
    if (outwards ? plan.start_nm >= target_nm : plan.start_nm <= target_nm)
        return refuse(REFUSED_DIRECTION, -request.towards)
    return placeRamps(plan, target_nm)
}

/** Completes a move without a window: accelerate, constant speed if the distance is long enough, decelerate. */
function placeRamps(plan: MovePlan, target_nm: number): MovePlanResult {
    const distance_nm = Math.abs(target_nm - plan.start_nm)
    const direction = distance_nm === 0 ? 0 : target_nm > plan.start_nm ? 1 : -1
    const peak = peakOf(distance_nm, plan.speed_nm_s)
    const ramp_nm = rampLengthNm(peak)
    const total_ms = moveMs(distance_nm, plan.speed_nm_s)
    const ramp_ms = (1000 * peak) / ACCEL_NM_S2
    plan.direction = direction
    plan.peak_nm_s = peak
    plan.target_nm = target_nm
    plan.run_up_end_nm = plan.start_nm + direction * ramp_nm
    plan.run_down_start_nm = target_nm - direction * ramp_nm
    plan.run_up_end_ms = Math.round(ramp_ms)
    plan.run_down_start_ms = Math.round(total_ms - ramp_ms)
    plan.duration_ms = Math.ceil(total_ms)
    plan.duration_max_ms = plan.duration_ms
    return { reason: GOOD, value: 0, plan }
}

/** Travel outside the window at both ends together, in nm. */
function rampDistancesNm(plan: MovePlan): number {
    if (plan.kind !== MOVE_PULLBACK) return LEAD_IN_NM
    return planPullback(0, plan.speed_nm_s, 0).target_nm
}

/** Checks start and length against the limits of cart, catheter and travel, then places the window. */
function planImaged(plan: MovePlan, request: MoveRequest, limits: MoveLimits): MovePlanResult {
    const ramps_nm = rampDistancesNm(plan)
    const travel_nm = plan.travel_end_nm - plan.travel_start_nm - ramps_nm
    const stroke_max_nm = Math.min(LENGTH_MAX_NM, limits.stroke_nm)
    const longest_nm = Math.min(stroke_max_nm, travel_nm)
    if (!(longest_nm >= LENGTH_MIN_NM)) return refuse(REFUSED_TRAVEL, 0)
    if (plan.kind !== MOVE_PULLBACK) {
        const refused = checkSteps(plan, request, longest_nm)
        if (refused) return refused
    }
    const grid = plan.step_nm > 0 ? plan.step_nm : LENGTH_GRID_NM
    const shortest = grid * Math.ceil(LENGTH_MIN_NM / grid)
    const longest = grid * Math.floor(longest_nm / grid)
    if (plan.start_nm < plan.travel_start_nm) return refuse(REFUSED_START, plan.travel_start_nm)

    const available_nm = plan.travel_end_nm - ramps_nm - plan.start_nm
    const longest_here = Math.min(longest, grid * Math.floor(available_nm / grid))
    const length_nm = request.length_nm
    const nearest = nearestOnGrid(length_nm, shortest, longest, grid)
    if (nearest !== length_nm) {
        let reason = REFUSED_LENGTH
        if (length_nm > travel_nm && length_nm <= stroke_max_nm) reason = REFUSED_TRAVEL
        else if (plan.step_nm > 0 && length_nm >= LENGTH_MIN_NM && length_nm <= stroke_max_nm)
            reason = REFUSED_STEP_COUNT
        return refuse(reason, longest_here >= shortest ? Math.min(nearest, longest_here) : nearest)
    }
    if (length_nm > longest_here)
        return longest_here >= shortest
            ? refuse(REFUSED_TRAVEL, longest_here)
            : refuse(REFUSED_START, plan.travel_end_nm - ramps_nm - length_nm)

    plan.direction = 1
    plan.length_max_nm = longest_here
    plan.limited_by = LIMIT_TRAVEL
    if (available_nm >= stroke_max_nm)
        plan.limited_by = limits.stroke_nm < LENGTH_MAX_NM ? LIMIT_STROKE : LIMIT_CART
    if (plan.kind === MOVE_PULLBACK) placePullback(plan, length_nm)
    else placeStops(plan, length_nm)
    return { reason: GOOD, value: 0, plan }
}

function placePullback(plan: MovePlan, length_nm: number): void {
    const speed_nm_s = plan.speed_nm_s
    const p = planPullback(plan.start_nm, speed_nm_s, length_nm)
    const ramp_nm = rampLengthNm(speed_nm_s)
    const ramp_ms = (1000 * speed_nm_s) / ACCEL_NM_S2
    plan.peak_nm_s = speed_nm_s
    plan.run_up_end_nm = p.start_nm + ramp_nm
    plan.window_start_nm = p.window_start_nm
    plan.window_end_nm = p.window_end_nm
    plan.run_down_start_nm = p.target_nm - ramp_nm
    plan.target_nm = p.target_nm
    plan.run_up_end_ms = Math.round(ramp_ms)
    plan.window_start_ms = plateauMs(plan, ramp_ms, p.window_start_nm)
    plan.window_end_ms = plateauMs(plan, ramp_ms, p.window_end_nm)
    plan.run_down_start_ms = plateauMs(plan, ramp_ms, plan.run_down_start_nm)
    plan.duration_ms = p.duration_ms
    plan.duration_max_ms = p.duration_ms
}

/** Time at which the sled passes a position at constant speed. */
function plateauMs(plan: MovePlan, ramp_ms: number, at_nm: number): number {
    return Math.round(ramp_ms + (1000 * (at_nm - plan.run_up_end_nm)) / plan.speed_nm_s)
}
