// Forces of the mechanics that depend on nothing but their arguments: contact with play, hard ends, dry friction.
// SI units throughout.

/** Hard ends: N per m, N per m/s. */
const END_STIFFNESS = 2e6
const END_DAMPING = 500

/**
 * Force of a nut on its sled in N: none within `half` m of play either way, spring and damper beyond, pushing only.
 * `gap`: nut minus sled in m; `closing`: its rate in m/s.
 */
export function contactForce(
    gap: number,
    closing: number,
    half: number,
    stiffness: number,
    damping: number
): number {
    if (gap > half) return Math.max(0, (gap - half) * stiffness + closing * damping)
    if (gap < -half) return Math.min(0, (gap + half) * stiffness + closing * damping)
    return 0
}

/** Force of the mechanical ends on a sled at `x` m with speed `v` m/s, in N. */
export function endForce(x: number, v: number, low: number, high: number): number {
    if (x < low) return Math.max(0, END_STIFFNESS * (low - x) - END_DAMPING * v)
    return x > high ? Math.min(0, END_STIFFNESS * (high - x) - END_DAMPING * v) : 0
}

/** Takes up to `most` off a speed, never past zero: dry friction as an impulse that can stop but not push. */
export function withFriction(v: number, most: number): number {
    return v > most ? v - most : v < -most ? v + most : 0
}
