// Conversion of speeds and accelerations to the units of the motor driver, and the ramps of a pullback.
// Source: TMC5160 data sheet, "Ramp generator": v[usteps/s] = VMAX·fCLK/2^24,
// a[usteps/s^2] = AMAX·fCLK^2/(512·256)/2^24.

const TWO_24 = 16777216
const NM_PER_MM = 1000000

/** VMAX for a speed; not limited to the range of the register. */
export function vmaxOf(speed_nm_s: number, microsteps_per_mm: number, fclk_hz: number): number {
    const usteps_s = (speed_nm_s * microsteps_per_mm) / NM_PER_MM
    return Math.round((usteps_s * TWO_24) / fclk_hz)
}

/** Speed of a VMAX value. */
export function speedOfVmax(vmax: number, microsteps_per_mm: number, fclk_hz: number): number {
    return (((vmax * fclk_hz) / TWO_24) * NM_PER_MM) / microsteps_per_mm
}

/** AMAX for an acceleration in nm/s². */
export function amaxOf(accel_nm_s2: number, microsteps_per_mm: number, fclk_hz: number): number {
    const usteps_s2 = (accel_nm_s2 * microsteps_per_mm) / NM_PER_MM
    return Math.round((((usteps_s2 * 512 * 256) / fclk_hz) * TWO_24) / fclk_hz)
}

/** Speed range of the cart: 0.25 to 10 mm/s. */
export const SPEED_MIN_NM_S = 250000
export const SPEED_MAX_NM_S = 10000000
/** Highest speed of homing, return and jog, which are not imaged: a stop from 5 mm/s takes 60 ms and 0.15 mm. */
export const TRAVERSE_MAX_NM_S = 5000000
/** Length range: 1 to 150 mm. */
export const LENGTH_MIN_NM = 1000000
export const LENGTH_MAX_NM = 150000000

/** Acceleration of every move: 20 mm/s², so 1 mm/s is reached in 50 ms and 25 um. */
export const ACCEL_NM_S2 = 20000000
/** Time at speed before the window, in which the sled settles and its speed is checked over 100 ms. */
export const SETTLE_BEFORE_MS = 400
/** Time at speed after the window, so that its last frame is complete and recorded at constant speed. */
export const SETTLE_AFTER_MS = 200
/** Park position, from the edge of the home switch. */
export const PARK_NM = 1000000
/** End of the sled's travel, before the far end switch. */
export const TRAVEL_END_NM = 164000000

/** Positions of a pullback, in nm from the home switch. */
export interface PullbackPlan {
    start_nm: number
    window_start_nm: number
    window_end_nm: number
    target_nm: number
    /** Duration of the move, in ms. */
    duration_ms: number
}

/** Length of one ramp from standstill to `speed_nm_s`, in nm. */
export function rampLengthNm(speed_nm_s: number): number {
    return Math.ceil(((speed_nm_s / ACCEL_NM_S2) * speed_nm_s) / 2)
}

/**
 * Plans a pullback from `start_nm` with both ramps outside the imaged window of the requested length. The caller checks
 * the limits.
 */
export function planPullback(
    start_nm: number,
    speed_nm_s: number,
    length_nm: number
): PullbackPlan {
    const ramp = rampLengthNm(speed_nm_s)
    // Whole micrometres: the edges of the window are encoder counts.
    const before = 1000 * Math.ceil((ramp + (speed_nm_s * SETTLE_BEFORE_MS) / 1000) / 1000)
    const after = 1000 * Math.ceil((ramp + (speed_nm_s * SETTLE_AFTER_MS) / 1000) / 1000)
    const window_start_nm = start_nm + before
    const window_end_nm = window_start_nm + length_nm
    const target_nm = window_end_nm + after
    const plateau_ms = (1000 * (target_nm - start_nm - 2 * ramp)) / speed_nm_s
    const ramps_ms = (2 * 1000 * speed_nm_s) / ACCEL_NM_S2
    return {
        start_nm,
        window_start_nm,
        window_end_nm,
        target_nm,
        duration_ms: Math.ceil(plateau_ms + ramps_ms),
    }
}
