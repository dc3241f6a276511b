// Responsible for: borders of single slabs become borders that run smoothly
// along the pullback, bridged round the circle and along it where nothing was
// heard.
// Not for: finding edges.
//
// Along the pullback each line's radius is a local regression (W. Cleveland,
// J. Am. Stat. Assoc. 74 (1979) 829). It is of second degree, which follows the
// bottom of a short narrowing where a moving average would widen it.

import type { SlabBorder } from "./lumen-edge"

/** Reach of the regression to either side: some four independent speckles (0.3 mm each) in all. */
const REACH_MM = 0.6

/** What a bridged radius weighs against one that was heard. */
const BRIDGED_WEIGHT = 0.02

/** Slabs needed on either side for the second and the first degree. */
const SIDE_FOR_QUADRATIC = 2
const SIDE_FOR_LINEAR = 1

/** Weight, in slabs heard, below which the reach is widened. */
const MIN_WEIGHT = 1.5

/** The border of one frame. */
export interface LumenBorder {
    /** one radius a line from the catheter's centre, never inside the catheter */
    readonly radiusMm: Float32Array
    /** part of the circle where an edge was heard, 0..1; the rest is bridged from its surroundings */
    readonly edgeFraction: number
}

/** Slab borders along a pullback, to be read at any position. */
export class BordersAlong {
    private readonly reachMm: number
    private readonly radii: readonly Float32Array[]

    /**
     * @param positionsMm growing, one a border
     * @param minRadiusMm no border lies inside this radius
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
        // Frames that lie far apart still take two neighbours on either side.
        this.reachMm = Math.max(REACH_MM, 2.4 * spacing)
    }

    at(positionMm: number): LumenBorder {
        const lines = this.radii[0]!.length
        const radiusMm = new Float32Array(lines)
        let reach = this.reachMm
        const todo = Uint8Array.from({ length: lines }, () => 1)
        const span =
            this.positionsMm[this.positionsMm.length - 1]! -
            this.positionsMm[0]! +
            Math.abs(positionMm - this.positionsMm[0]!)
        for (;;) {
            const last = reach > span
            const left = this.fit(positionMm, reach, todo, last, radiusMm)
            if (left === 0 || last) break
            reach *= 2
        }
        return { radiusMm, edgeFraction: this.edgeFractionAt(positionMm) }
    }

    /** Fits all lines still to do. @returns how many had too little within reach */
    private fit(
        positionMm: number,
        reach: number,
        todo: Uint8Array,
        accept: boolean,
        out: Float32Array
    ): number {
        const { positionsMm: z, radii, borders } = this
        let from = lowerBound(z, positionMm - reach)
        const to = Math.min(z.length, lowerBound(z, positionMm + reach))
        if (accept && to - from === 0) from = Math.max(0, from - 1)
        let left = 0
        for (let i = 0; i < todo.length; i++) {
            if (!todo[i]) continue
            let heard = 0
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
            for (let s = from; s < Math.max(to, from + (accept ? 1 : 0)); s++) {
                const d = (z[s]! - positionMm) / reach
                const near = 1 - Math.abs(d) ** 3
                const kernel = near > 0 ? near * near * near : 1e-6
                const sure = borders[s]!.edgeWeight[i]!
                heard += sure * kernel
                if (sure > 0.5) {
                    if (d < 0) before++
                    else if (d > 0) after++
                }
                const w = kernel * Math.max(sure, BRIDGED_WEIGHT)
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
            if (heard < MIN_WEIGHT && !accept) {
                left++
                continue
            }
            todo[i] = 0
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
        const { edgeWeight: heard } = borders[nearest]!
        return heard.reduce((sum, value) => sum + value, 0) / heard.length
    }
}

/** First index whose value is not below. */
function lowerBound(values: readonly number[], value: number): number {
    let low = 0
    let high = values.length
    while (low < high) {
        const middle = (low + high) >> 1
        if (values[middle]! < value) low = middle + 1
        else high = middle
    }
    return low
}

/** Radii with the lines where nothing was heard replaced by a straight run between their heard neighbours. */
function bridged(border: SlabBorder): Float32Array {
    const { radiusMm, edgeWeight: heard } = border
    const n = radiusMm.length
    const out = radiusMm.slice()
    const sure: number[] = []
    for (let i = 0; i < n; i++) if (heard[i]! > 0.5) sure.push(i)
    if (sure.length === 0) return out
    for (let s = 0; s < sure.length; s++) {
        const a = sure[s]!
        const b = sure[(s + 1) % sure.length]!
        const run = (b - a + n) % n || n
        for (let m = 1; m < run; m++)
            out[(a + m) % n] = radiusMm[a]! + (m / run) * (radiusMm[b]! - radiusMm[a]!)
    }
    return out
}
