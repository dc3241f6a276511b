// Smooths the borders of the slabs along the pullback and bridges gaps, round the circle and along the vessel.
//
// Each A-line's radius along the pullback is a local regression (W. Cleveland, J. Am. Stat. Assoc. 74 (1979) 829).
// It is quadratic: it follows the bottom of a short stenosis, which a moving average would widen.

import { lowerBound } from "./lower-bound"
import type { SlabBorder } from "./lumen-edge"

/** Half-width of the regression: it spans about four independent speckles of 0.3 mm. */
const REACH_MM = 0.6

/** Weight of a bridged radius; a detected one has weight 1. */
const BRIDGED_WEIGHT = 0.02

/** Slabs with an edge needed on each side for a quadratic and for a linear fit. */
const SIDE_FOR_QUADRATIC = 2
const SIDE_FOR_LINEAR = 1

/** Below this sum of weights, in slabs with an edge, the half-width is doubled. */
const MIN_WEIGHT = 1.5

/** The border of one frame. */
export interface LumenBorder {
    /** radius of each A-line from the catheter's centre, never inside the catheter */
    readonly radiusMm: Float32Array
    /** share of the circle where an edge was detected, 0..1; the rest is interpolated */
    readonly edgeFraction: number
}

/** Interpolates the borders of the slabs at any position of the pullback. */
export class BordersAlong {
    private readonly reachMm: number
    private readonly radii: readonly Float32Array[]

    /**
     * @param positionsMm ascending, one for each border
     * @param minRadiusMm lower limit of all radii
     */
    constructor(
        private readonly positionsMm: readonly number[],
        private readonly borders: readonly SlabBorder[],
        private readonly minRadiusMm: number
    ) {
        this.radii = borders.map(bridged)
        const steps = positionsMm
            .slice(1)
            .map((p, s) => p - positionsMm[s]!)
            .sort((a, b) => a - b)
        const spacing = steps[steps.length >> 1] ?? 0
        // Widely spaced frames still use two neighbours on each side.
        this.reachMm = Math.max(REACH_MM, 2.4 * spacing)
    }

    at(positionMm: number): LumenBorder {
        const lines = this.radii[0]!.length
        const radiusMm = new Float32Array(lines)
        let reach = this.reachMm
        const pending = Uint8Array.from({ length: lines }, () => 1)
        const span =
            this.positionsMm[this.positionsMm.length - 1]! -
            this.positionsMm[0]! +
            Math.abs(positionMm - this.positionsMm[0]!)
        for (;;) {
            const last = reach > span
            const left = this.fit(positionMm, reach, pending, last, radiusMm)
            if (left === 0 || last) break
            reach *= 2
        }
        return { radiusMm, edgeFraction: this.edgeFractionAt(positionMm) }
    }

    /**
     * Fits all A-lines that are still pending.
     * @param accept fits even with too little data
     * @returns the number of A-lines with too little data within reach
     */
    private fit(
        positionMm: number,
        reach: number,
        pending: Uint8Array,
        accept: boolean,
        out: Float32Array
    ): number {
        const { positionsMm: z, radii, borders } = this
        let from = lowerBound(z, positionMm - reach)
        const to = Math.min(z.length, lowerBound(z, positionMm + reach))
        if (accept && to - from === 0) from = Math.max(0, from - 1)
        const end = Math.max(to, from + (accept ? 1 : 0))
        // Distance in units of the reach, and weight, of each border within it.
        const distances = new Float64Array(end - from)
        const kernels = new Float64Array(end - from)
        for (let s = from; s < end; s++) {
            const d = (z[s]! - positionMm) / reach
            const near = 1 - Math.abs(d) ** 3
            distances[s - from] = d
            kernels[s - from] = near > 0 ? near * near * near : 1e-6
        }
        let left = 0
        for (let i = 0; i < pending.length; i++) {
            if (!pending[i]) continue
            let weightSum = 0
            let before = 0
            let after = 0
            let s0 = 0
            let s1 = 0
            let s2 = 0
            let s3 = 0
            let s4 = 0
            let t0 = 0
            let t1 = 0
            let t2 = 0
            for (let s = from; s < end; s++) {
                const d = distances[s - from]!
                const kernel = kernels[s - from]!
                const edge = borders[s]!.edgeWeight[i]!
                weightSum += edge * kernel
                if (edge > 0.5) {
                    if (d < 0) before++
                    else if (d > 0) after++
                }
                const w = kernel * Math.max(edge, BRIDGED_WEIGHT)
                const r = radii[s]![i]!
                s0 += w
                s1 += w * d
                s2 += w * d * d
                s3 += w * d * d * d
                s4 += w * d * d * d * d
                t0 += w * r
                t1 += w * d * r
                t2 += w * d * d * r
            }
            if (weightSum < MIN_WEIGHT && !accept) {
                left++
                continue
            }
            pending[i] = 0
            const side = Math.min(before, after)
            let r = t0 / s0
            if (side >= SIDE_FOR_QUADRATIC) {
                const det =
                    s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2)
                r =
                    (t0 * (s2 * s4 - s3 * s3) -
                        s1 * (t1 * s4 - t2 * s3) +
                        s2 * (t1 * s3 - t2 * s2)) /
                    det
            } else if (
                side >= SIDE_FOR_LINEAR ||
                Math.max(before, after) >= 2 * SIDE_FOR_LINEAR + 1
            )
                r = (t0 * s2 - t1 * s1) / (s0 * s2 - s1 * s1)
            out[i] = Math.max(this.minRadiusMm, r)
        }
        return left
    }

    private edgeFractionAt(positionMm: number): number {
        const { positionsMm: z, borders } = this
        const b = Math.min(z.length - 1, lowerBound(z, positionMm))
        const a = Math.max(0, b - 1)
        const nearest = Math.abs(z[a]! - positionMm) < Math.abs(z[b]! - positionMm) ? a : b
        const { edgeWeight } = borders[nearest]!
        return edgeWeight.reduce((sum, value) => sum + value, 0) / edgeWeight.length
    }
}

/** Radii with those without an edge replaced by linear interpolation between their neighbours with one. */
function bridged(border: SlabBorder): Float32Array {
    const { radiusMm, edgeWeight } = border
    const n = radiusMm.length
    const out = radiusMm.slice()
    const detected: number[] = []
    for (let i = 0; i < n; i++) if (edgeWeight[i]! > 0.5) detected.push(i)
    if (detected.length === 0) return out
    for (let s = 0; s < detected.length; s++) {
        const a = detected[s]!
        const b = detected[(s + 1) % detected.length]!
        const run = (b - a + n) % n || n
        for (let m = 1; m < run; m++)
            out[(a + m) % n] = radiusMm[a]! + (m / run) * (radiusMm[b]! - radiusMm[a]!)
    }
    return out
}
