// Polygons that a person drew, around the catheter's centre: crossings, and one radius for each A-line.

export type Point = readonly [x: number, y: number]

/** Whether two of its sides cross or touch, except neighbours at their common point. */
export function crossesItself(points: readonly Point[]): boolean {
    const n = points.length
    const side = (i: number): readonly [Point, Point] => [points[i]!, points[(i + 1) % n]!]
    for (let i = 0; i < n; i++)
        for (let k = i + 1; k < n; k++) {
            const areNeighbours = k === i + 1 || (i === 0 && k === n - 1)
            const [a, b] = side(i)
            const [c, d] = side(k)
            if (areNeighbours ? foldsBack(a, b, c, d) : meet(a, b, c, d)) return true
        }
    return false
}

/** Neighbours cross only if one lies on the other. */
function foldsBack(a: Point, b: Point, c: Point, d: Point): boolean {
    const [from, tip, to] = isSame(b, c) ? [a, b, d] : [b, a, c]
    const [ux, uy] = [from[0] - tip[0], from[1] - tip[1]]
    const [vx, vy] = [to[0] - tip[0], to[1] - tip[1]]
    return ux * vy - uy * vx === 0 && ux * vx + uy * vy >= 0
}

function isSame(a: Point, b: Point): boolean {
    return a[0] === b[0] && a[1] === b[1]
}

/** Twice the signed area of a triangle. */
function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
    const [p, q, r, s] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
    if (p * q < 0 && r * s < 0) return true
    const onSide = (u: Point, v: Point, at: Point, turned: number): boolean =>
        turned === 0 &&
        Math.min(u[0], v[0]) <= at[0] &&
        at[0] <= Math.max(u[0], v[0]) &&
        Math.min(u[1], v[1]) <= at[1] &&
        at[1] <= Math.max(u[1], v[1])
    return onSide(a, b, c, p) || onSide(a, b, d, q) || onSide(c, d, a, r) || onSide(c, d, b, s)
}

/** Whether each ray from the centre meets it once, so that it has one radius for each A-line. */
export function isSeenFromCentre(points: readonly Point[]): boolean {
    const signs = points.map((point, i) => Math.sign(turn([0, 0], point, next(points, i))))
    const turned = points.reduce((sum, point, i) => sum + angleTo(point, next(points, i)), 0)
    const isOnce = Math.abs(Math.abs(turned) - 2 * Math.PI) < 1e-6
    return isOnce && signs.every(sign => sign !== 0 && sign === signs[0])
}

function next(points: readonly Point[], i: number): Point {
    return points[(i + 1) % points.length]!
}

function angleTo(a: Point, b: Point): number {
    return Math.atan2(turn([0, 0], a, b), a[0] * b[0] + a[1] * b[1])
}

/** @param points of which {@link isSeenFromCentre} holds @returns one radius for each A-line */
export function radiiOf(points: readonly Point[], lines: number): Float32Array {
    return Float32Array.from({ length: lines }, (_, line) => {
        const angle = (2 * Math.PI * line) / lines
        const [ux, uy] = [Math.cos(angle), Math.sin(angle)]
        let radius = 0
        for (const [i, a] of points.entries()) {
            const b = next(points, i)
            const sideA = ux * a[1] - uy * a[0]
            const sideB = ux * b[1] - uy * b[0]
            if (sideA < 0 === sideB < 0) continue
            const t = sideA / (sideA - sideB)
            const along = ux * (a[0] + t * (b[0] - a[0])) + uy * (a[1] + t * (b[1] - a[1]))
            radius = Math.max(radius, along)
        }
        return radius
    })
}
