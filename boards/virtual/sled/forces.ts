// Stateless forces of the mechanics: contact with backlash, hard ends, dry friction.
// SI units throughout.

/** Hard ends: N per m, N per m/s. */
const END_STIFFNESS = 2e6
const END_DAMPING = 500

/**
 * Force of the nut on the sled in N: zero within `half` m of backlash either way, spring and damper beyond, pushing only.
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

/** Reduces a speed by up to `most`, never past zero: dry friction as an impulse that can stop but not push. */
export function withFriction(v: number, most: number): number {
    return v > most ? v - most : v < -most ? v + most : 0
}
