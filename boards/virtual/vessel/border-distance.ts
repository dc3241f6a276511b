// Responsible for: the distance to one border, fast, for many places in a row.
// Not for: which side a place is on.

import type { Border } from "./border"

/** Every so many points are tried where nothing is known of the nearest one. */
const STRIDE = 4

/**
 * Nearest place of a border to a walking point. A walk along a line moves the
 * nearest point little, so it is found by going down from the last one; a fresh
 * start looks everywhere.
 */
export class BorderDistance {
    private readonly x: Float64Array
    private readonly y: Float64Array
    private point = 0
    distanceMm = 0
    /** the nearest place itself */
    nearXMm = 0
    nearYMm = 0

    constructor(border: Border) {
        const points = border.length / 2
        this.x = Float64Array.from({ length: points }, (_, p) => border[2 * p]!)
        this.y = Float64Array.from({ length: points }, (_, p) => border[2 * p + 1]!)
    }

    /** @param fresh the place lies anywhere, not next to the last one */
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

    /** Keeps the nearest place of one edge where it is nearer; distanceMm holds the square meanwhile. */
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
