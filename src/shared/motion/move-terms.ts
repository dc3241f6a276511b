// Types and constants of moves: kinds, requests, limits, plans.

import { SPEED_MAX_NM_S, SPEED_MIN_NM_S, TRAVEL_END_NM } from "./ramp"

/** Continuous pullback at constant speed, with the ramps outside the imaged window. */
export const MOVE_PULLBACK = 1
/** Return to the park position without imaging. */
export const MOVE_RETURN = 2
/** Jog towards an end of the travel while the button is held; ends there by itself. */
export const MOVE_JOG = 3
/** Stepped pullback: imaging at each stop. */
export const MOVE_STEPPED = 4
/** Gated pullback: one step per ECG trigger. */
export const MOVE_GATED = 5
/** No move: the motor is released; the position is still measured. */
export const MOVE_MANUAL = 6

export const NM_PER_UM = 1000
/** Speeds are multiples of 0.01 mm/s, lengths and positions of 1 um (one count of the nominal encoder). */
export const SPEED_GRID_NM_S = 10000
export const LENGTH_GRID_NM = NM_PER_UM
/** 0.5, 1, 2, 5, 9 and 10 mm/s. */
export const SPEED_PRESETS_NM_S = [500000, 1000000, 2000000, 5000000, 9000000, 10000000]
/** Start of the travel for operator moves: between the home switch and the park position. */
export const TRAVEL_START_NM = 500000

export const STEP_MIN_UM = 10
export const STEP_MAX_UM = 5000
export const DWELL_MAX_MS = 10000
/** Time from the computed end of a step to the imaging of its stop: five control cycles to settle and to measure standstill. */
export const STEP_SETTLE_MS = 50
/** Approach to the first stop, which takes up the backlash; without it the first step would be too short. */
export const LEAD_IN_NM = 100000
/** Heart-rate range of a gated pullback. */
export const TRIGGER_RATE_MIN = 30
export const TRIGGER_RATE_MAX = 240
/** Minimum refractory period: rejects noise on the QRS complex that triggered. */
export const REFRACTORY_MIN_MS = 150
export const TIMEOUT_MAX_MS = 10000
/** Positions beyond 1 m are invalid. */
export const POSITION_MAX_NM = 1000000000

/** What limits the length of a pullback: the cart's 150 mm, the catheter's stroke, or the sled's travel. */
export const LIMIT_CART = 1
export const LIMIT_STROKE = 2
export const LIMIT_TRAVEL = 3

/** A requested move. Fields that the kind of move does not use are ignored. */
export interface MoveRequest {
    /** All kinds except manual; stepped and gated: maximum speed of a step. */
    speed_nm_s: number
    /** Continuous, stepped and gated: distance between the first and the last imaged position. */
    length_nm: number
    /** Jog: 1 is away from the home switch, -1 towards it. */
    towards: number
    /** Stepped and gated. */
    step_um: number
    /** Stepped and gated: imaging time at each stop; gated: from the trigger to the step. */
    dwell_ms: number
    /** Gated: expected heart rate, per minute. */
    trigger_rate_per_min: number
    /** Gated: refractory period after an accepted trigger. */
    refractory_ms: number
    /** Gated: time without an accepted trigger that ends the pullback. */
    timeout_ms: number
}

/** Travel of the sled, in nm from the edge of the home switch, and stroke of the catheter. */
export interface MoveLimits {
    travel_start_nm: number
    travel_end_nm: number
    stroke_nm: number
}

/**
 * A valid move. Positions are in nm from the edge of the home switch, times in ms from the start of the move, to the
 * nearest ms. They are computed with ACCEL_NM_S2 and an ideal lead screw.
 */
export interface MovePlan {
    kind: number
    /** 1 away from the home switch, -1 towards it, 0 no move. */
    direction: number
    /** Set point, VMAX; unsigned. */
    speed_nm_s: number
    /** Peak speed: below the set point if the distance is too short. */
    peak_nm_s: number
    accel_nm_s2: number
    start_nm: number
    /** End of the acceleration; stepped and gated: the first stop. */
    run_up_end_nm: number
    /** Imaged window; both ends are equal if nothing is imaged. */
    window_start_nm: number
    window_end_nm: number
    /** Start of the deceleration; stepped and gated: the last stop. */
    run_down_start_nm: number
    /** XTARGET; stepped and gated: that of the last step, see {@link stopNm}. */
    target_nm: number
    run_up_end_ms: number
    window_start_ms: number
    window_end_ms: number
    run_down_start_ms: number
    /** Expected duration, rounded up. */
    duration_ms: number
    /** Gated: duration if every trigger arrives just before its time-out; otherwise equal to duration_ms. */
    duration_max_ms: number
    /** Stepped and gated: imaged stops, the number of steps + 1; else 0. */
    stops: number
    step_nm: number
    /** Duration of a step from standstill to standstill, rounded up. */
    step_ms: number
    settle_ms: number
    dwell_ms: number
    /** Time between the arrivals at two successive stops; gated: the expected beat interval. */
    cycle_ms: number
    refractory_ms: number
    timeout_ms: number
    /** The applied limits. length_max_nm: from this position, with this speed and step; 0 without a window. */
    travel_start_nm: number
    travel_end_nm: number
    length_max_nm: number
    /** The LIMIT_ code that determines length_max_nm; 0 without a window. */
    limited_by: number
}

/**
 * `reason` is GOOD or the refusal code. `value` is then the nearest allowed value of the field to which the code
 * refers, in the unit of that field (REFUSED_TRAVEL: length_nm; REFUSED_START: from_nm; REFUSED_STEP: um); 0 if there is
 * none.
 */
export interface MovePlanResult {
    reason: number
    value: number
    plan: MovePlan | undefined
}

/** The limits of this sled with a catheter. */
export function limitsOf(stroke_um: number): MoveLimits {
    return {
        travel_start_nm: TRAVEL_START_NM,
        travel_end_nm: TRAVEL_END_NM,
        stroke_nm: stroke_um * NM_PER_UM,
    }
}

/** The nearest multiple of `grid` from min to max, which are multiples themselves; min for NaN. */
export function nearestOnGrid(value: number, min: number, max: number, grid: number): number {
    if (!(value > min)) return min
    if (value >= max) return max
    return Math.min(max, grid * Math.floor(value / grid + 0.5))
}

/** The nearest allowed speed. */
export function nearestSpeed(speed_nm_s: number): number {
    return nearestOnGrid(speed_nm_s, SPEED_MIN_NM_S, SPEED_MAX_NM_S, SPEED_GRID_NM_S)
}

/** A refusal with the nearest allowed value. */
export function refuse(reason: number, value: number): MovePlanResult {
    return { reason, value, plan: undefined }
}
