// What a caliper measures: the length of a line, the area of an outline, or the angle at a corner.

import type { CaliperMark } from "../../../../runs/marks-file"
import type { Point } from "../../stage/stage-view"

export type CaliperKind = CaliperMark["kind"]

/** Points that finish it; an area has any number from three. */
export const POINTS: Readonly<Record<CaliperKind, number>> = { distance: 2, angle: 3, area: 3 }
const LETTERS: Readonly<Record<CaliperKind, string>> = { distance: "D", area: "A", angle: "G" }

/** With its unit: mm, mm² or degrees. */
export function caliperText(kind: CaliperKind, points: readonly Point[]): string {
    if (points.length < POINTS[kind]) return ""
    const [a, b, c] = points as readonly [Point, Point, Point]
    if (kind === "distance") return `${Math.hypot(a[0] - b[0], a[1] - b[1]).toFixed(2)} mm`
    if (kind === "area") return `${areaMm2(points).toFixed(2)} mm²`
    return `${angleDeg(a, b, c).toFixed(0)}°`
}

export function areaMm2(points: readonly Point[]): number {
    const twice = points.reduce((sum, [x, y], i) => {
        const [nextX, nextY] = points[(i + 1) % points.length]!
        return sum + x * nextY - y * nextX
    }, 0)
    return Math.abs(twice) / 2
}

/** @param corner between the two arms @returns 0 to 180 */
export function angleDeg(from: Point, corner: Point, to: Point): number {
    const [ax, ay] = [from[0] - corner[0], from[1] - corner[1]]
    const [bx, by] = [to[0] - corner[0], to[1] - corner[1]]
    return (Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by)) * 180) / Math.PI
}

export interface NamedCaliper extends CaliperMark {
    /** D1, D2, A1, … in the order in which they were set. */
    readonly name: string
    readonly text: string
}

export function named(calipers: readonly CaliperMark[]): NamedCaliper[] {
    return calipers.map((caliper, i) => {
        const { kind, points_mm } = caliper
        const n = calipers.slice(0, i + 1).filter(one => one.kind === kind).length
        return { ...caliper, name: `${LETTERS[kind]}${n}`, text: caliperText(kind, points_mm) }
    })
}

/** How finely a line is followed, mm. */
const STEP_MM = 0.02

/** Whether it goes through a sector that was not received: then it measures nothing. @param present a flag for each A-line */
export function crossesGap(
    kind: CaliperKind,
    points: readonly Point[],
    present: Uint8Array
): boolean {
    if (!present.includes(0)) return false
    const lines = present.length
    const ends = kind === "area" ? [...points, points[0]!] : points
    return ends.slice(1).some((to, i) => {
        const from = ends[i]!
        const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / STEP_MM) + 1
        return Array.from({ length: steps + 1 }, (_, n) => n / steps).some(t => {
            const [x, y] = [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]
            const line = Math.round((Math.atan2(y, x) * lines) / (2 * Math.PI))
            return present[(line + lines) % lines] === 0
        })
    })
}
