// A measured value along a pullback.

export interface CurvePoint {
    readonly positionMm: number
    readonly value: number
}

/** A longer stretch without a value is not bridged. */
const GAP_MAX_MM = 1

/** A function of the position: linear between neighbours, null beyond the ends and in gaps. */
export type Curve = (positionMm: number) => number | null

/** @param points in order of position */
export function curveOf(points: readonly CurvePoint[]): Curve {
    return positionMm => {
        if (points.length === 0) return null
        const after = firstFrom(points, positionMm)
        const b = points[after]
        if (b?.positionMm === positionMm) return b.value
        const a = points[after - 1]
        if (!a || !b) return null
        const length = b.positionMm - a.positionMm
        if (length > GAP_MAX_MM) return null
        return a.value + ((positionMm - a.positionMm) / length) * (b.value - a.value)
    }
}

/** @returns the place of the first point at a position or behind it; the number of points where there is none */
export function firstFrom(
    points: readonly { readonly positionMm: number }[],
    positionMm: number
): number {
    let [low, high] = [0, points.length]
    while (low < high) {
        const middle = (low + high) >> 1
        if (points[middle]!.positionMm < positionMm) low = middle + 1
        else high = middle
    }
    return low
}
