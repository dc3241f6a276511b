// The angle of a point, some times as fast as Math.atan2: from a table, with the next two terms of the Taylor series.

const STEPS = 1024
/** atan(n/STEPS), and its first two derivatives there (the second one halved). */
const ATAN = Float64Array.from({ length: STEPS + 1 }, (_, n) => Math.atan(n / STEPS))
const SLOPE = Float64Array.from({ length: STEPS + 1 }, (_, n) => 1 / (1 + (n / STEPS) ** 2))
const BEND = Float64Array.from({ length: STEPS + 1 }, (_, n) => (-n / STEPS) * SLOPE[n]! ** 2)

/** As Math.atan2, in turns from 0 to 1. Wrong by 1e-11 of a turn at most. (0, 0) has the angle 0. */
export function turnsOf(y: number, x: number): number {
    const across = Math.abs(y)
    const along = Math.abs(x)
    const isSteep = across > along
    const ratio = isSteep ? along / across : along > 0 ? across / along : 0
    const n = (ratio * STEPS + 0.5) | 0
    const rest = ratio - n / STEPS
    const part = (ATAN[n]! + rest * (SLOPE[n]! + rest * BEND[n]!)) / (2 * Math.PI)
    const quarter = isSteep ? 0.25 - part : part
    const half = x < 0 ? 0.5 - quarter : quarter
    return y < 0 && half > 0 ? 1 - half : half
}
