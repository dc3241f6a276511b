// Arithmetic of the six-point ramp: chip units, stopping distance, and where an accelerating ramp reaches its stopping
// distance. Stateless.
// Source: TMC5160 data sheet, 12.1 (units) and 12.2 (motion profiles).

/** Ramp parameters in microsteps, seconds. */
export interface RampParameters {
    vstart: number
    a1: number
    v1: number
    amax: number
    vmax: number
    dmax: number
    d1: number
    vstop: number
    /** Waiting time after a stop in us. */
    zerowaitUs: number
}

/** v[usteps/s] = v[register] * fclk / 2^24 */
export const velocityUnit = (fclkHz: number): number => fclkHz / 2 ** 24

/** a[usteps/s^2] = a[register] * fclk^2 / (512 * 256) / 2^24 */
export const accelerationUnit = (fclkHz: number): number =>
    (fclkHz * fclkHz) / (512 * 256) / 2 ** 24

/**
 * Distance in usteps from speed `s` down to VSTOP, with DMAX above V1 and D1 below; 0 at or below VSTOP,
 * Infinity if the required deceleration is 0.
 */
export function stoppingDistance(p: RampParameters, s: number): number {
    if (s <= p.vstop) return 0
    const knee = Math.max(p.v1, p.vstop)
    if (s <= knee) return (s * s - p.vstop * p.vstop) / (2 * p.d1)
    return (s * s - knee * knee) / (2 * p.dmax) + kneeDistance(p)
}

/** Stopping distance at the knee V1 (0 if VSTOP is above it). */
function kneeDistance(p: RampParameters): number {
    return p.v1 > p.vstop ? (p.v1 * p.v1 - p.vstop * p.vstop) / (2 * p.d1) : 0
}

/**
 * Speed at which a ramp, now at speed `s` with `d` usteps to go and acceleration `a` (> 0), has exactly its
 * stopping distance left. Valid while the speed stays on one side of VSTOP and V1; the caller splits there.
 */
export function meetingSpeed(p: RampParameters, s: number, d: number, a: number): number {
    if (s < p.vstop) return Math.sqrt(s * s + 2 * a * d)
    const below = s < p.v1
    const decel = below ? p.d1 : p.dmax
    if (decel <= 0) return s
    const knee = below ? p.vstop : Math.max(p.v1, p.vstop)
    const c = below ? 0 : kneeDistance(p)
    const square =
        (d + (s * s) / (2 * a) - c + (knee * knee) / (2 * decel)) / (1 / (2 * a) + 1 / (2 * decel))
    return Math.sqrt(Math.max(square, s * s))
}

/**
 * The same for a ramp that decelerates with `a` (> 0) to a lower VMAX: the speed at which the stopping distance
 * is reached, or NaN if the ramp never reaches it.
 */
export function meetingSpeedSlowing(p: RampParameters, s: number, d: number, a: number): number {
    if (s <= p.vstop) return s * s > 2 * a * d ? Math.sqrt(s * s - 2 * a * d) : NaN
    const below = s <= p.v1
    const decel = below ? p.d1 : p.dmax
    if (decel <= 0) return s
    const slope = 1 / (2 * a) - 1 / (2 * decel)
    if (slope <= 0) return NaN
    const knee = below ? p.vstop : Math.max(p.v1, p.vstop)
    const c = below ? 0 : kneeDistance(p)
    const square = (c - (knee * knee) / (2 * decel) - d + (s * s) / (2 * a)) / slope
    return square >= 0 && square <= s * s ? Math.sqrt(square) : NaN
}
