// Fast distance from many successive points to one border.

import type { Border } from "./border"

/** Without a previous nearest point, every fourth point of the border is tried first. */
const STRIDE = 4

/**
 * Nearest point of a border to a moving point. Along a line the nearest point changes
 * little, so it is found by descent from the previous one; a fresh start searches
 * the whole border.
 */
export class BorderDistance {
    private readonly x: Float64Array
    private readonly y: Float64Array
    private point = 0
    distanceMm = 0
    /** the nearest point */
    nearXMm = 0
    nearYMm = 0

    constructor(border: Border) {
        const points = border.length / 2
        this.x = Float64Array.from({ length: points }, (_, p) => border[2 * p]!)
        this.y = Float64Array.from({ length: points }, (_, p) => border[2 * p + 1]!)
    }

    /** @param fresh the point is not next to the previous one */
    find(xMm: number, yMm: number, fresh: boolean): void {
        const { x, y } = this
        const n = x.length
        let p = this.point
        let best = fresh ? Infinity : (x[p]! - xMm) ** 2 + (y[p]! - yMm) ** 2
        if (fresh)
            for (let q = 0; q < n; q += STRIDE) {
                const d = (x[q]! - xMm) ** 2 + (y[q]! - yMm) ** 2
                if (d < best) {
                    best = d
                    p = q
                }
            }
        for (const step of [1, n - 1])
            for (;;) {
                const q = (p + step) % n
                const d = (x[q]! - xMm) ** 2 + (y[q]! - yMm) ** 2
                if (d >= best) break
                best = d
                p = q
            }
        this.point = p
        this.distanceMm = Infinity
        this.toEdge((p + n - 1) % n, p, xMm, yMm)
        this.toEdge(p, (p + 1) % n, xMm, yMm)
        this.distanceMm = Math.sqrt(this.distanceMm)
    }

    /** Updates the nearest point with one edge; distanceMm holds the square meanwhile. */
    private toEdge(a: number, b: number, xMm: number, yMm: number): void {
        const ax = this.x[a]!
        const ay = this.y[a]!
        const ex = this.x[b]! - ax
        const ey = this.y[b]! - ay
        const length2 = ex * ex + ey * ey
        const along = (xMm - ax) * ex + (yMm - ay) * ey
        const t = length2 > 0 && along > 0 ? (along < length2 ? along / length2 : 1) : 0
        const px = ax + t * ex
        const py = ay + t * ey
        const d = (xMm - px) ** 2 + (yMm - py) ** 2
        if (d < this.distanceMm) {
            this.distanceMm = d
            this.nearXMm = px
            this.nearYMm = py
        }
    }
}
