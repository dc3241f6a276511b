// Volumes by Simpson's rule: areas along a measured length.

/** A longer stretch without an area is not bridged. */
export const GAP_MAX_MM = 1

/** Step of the integration; areas are interpolated linearly between frames. */
const STEP_MM = 0.1

export interface AreaPoint {
    readonly positionMm: number
    readonly areaMm2: number
}

/** @param points by position @returns the longest distance between neighbours, and where it begins */
export function longestGap(points: readonly AreaPoint[]): { lengthMm: number; fromMm: number } {
    let longest = { lengthMm: 0, fromMm: points[0]?.positionMm ?? 0 }
    for (let p = 1; p < points.length; p++) {
        const fromMm = points[p - 1]!.positionMm
        const lengthMm = points[p]!.positionMm - fromMm
        if (lengthMm > longest.lengthMm) longest = { lengthMm, fromMm }
    }
    return longest
}

/**
 * Composite Simpson's rule, as in the ACC consensus on IVUS (Mintz et al., J Am Coll Cardiol 2001; 37: 1478).
 * @param points two or more, by position
 */
export function simpsonMm3(points: readonly AreaPoint[]): number {
    const first = points[0]!.positionMm
    const length = points.at(-1)!.positionMm - first
    if (!(length > 0)) return 0
    const pairs = Math.max(1, Math.ceil(length / STEP_MM / 2))
    const step = length / (2 * pairs)
    let sum = 0
    let p = 0
    for (let k = 0; k <= 2 * pairs; k++) {
        const mm = k === 2 * pairs ? first + length : first + k * step
        while (p + 2 < points.length && points[p + 1]!.positionMm < mm) p++
        const weight = k === 0 || k === 2 * pairs ? 1 : k % 2 === 1 ? 4 : 2
        sum += weight * between(points[p]!, points[p + 1]!, mm)
    }
    return (sum * step) / 3
}

function between(a: AreaPoint, b: AreaPoint, mm: number): number {
    const length = b.positionMm - a.positionMm
    const t = length > 0 ? Math.max(0, Math.min(1, (mm - a.positionMm) / length)) : 0
    return a.areaMm2 + t * (b.areaMm2 - a.areaMm2)
}
