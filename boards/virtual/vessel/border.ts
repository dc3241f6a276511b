// Geometry of one closed border: area, centroid, distance, resampling, point-by-point matching of two borders, crossings
// with scan lines.
//
// A border is x0,y0,x1,y1,... of a closed polygon; the last point joins the first.

export type Border = Float64Array

/** Signed area: positive where the points run from x towards y. */
export function signedArea(border: Border): number {
    let twice = 0
    const n = border.length
    for (let i = 0; i < n; i += 2) {
        const j = i + 2 === n ? 0 : i + 2
        twice += border[i]! * border[j + 1]! - border[j]! * border[i + 1]!
    }
    return twice / 2
}

export function centroid(border: Border): { xMm: number; yMm: number } {
    const area = signedArea(border)
    const n = border.length
    let x = 0
    let y = 0
    for (let i = 0; i < n; i += 2) {
        const j = i + 2 === n ? 0 : i + 2
        const cross = border[i]! * border[j + 1]! - border[j]! * border[i + 1]!
        x += (border[i]! + border[j]!) * cross
        y += (border[i + 1]! + border[j + 1]!) * cross
    }
    return { xMm: x / (6 * area), yMm: y / (6 * area) }
}

/** Length of each edge; edge i runs from point i to the next one. */
export function edgeLengths(border: Border): Float64Array {
    const points = border.length / 2
    return Float64Array.from({ length: points }, (_, i) => {
        const j = (i + 1) % points
        return Math.hypot(border[2 * j]! - border[2 * i]!, border[2 * j + 1]! - border[2 * i + 1]!)
    })
}

/** The same border with `count` points at equal arc lengths, positively oriented. */
export function resampled(border: Border, count: number): Border {
    const lengths = edgeLengths(border)
    const total = lengths.reduce((sum, length) => sum + length, 0)
    const out = new Float64Array(2 * count)
    const points = lengths.length
    let edge = 0
    let before = 0
    for (let i = 0; i < count; i++) {
        const at = (total * i) / count
        while (edge < points - 1 && before + lengths[edge]! < at) before += lengths[edge++]!
        const next = (edge + 1) % points
        const w = lengths[edge]! > 0 ? (at - before) / lengths[edge]! : 0
        for (const axis of [0, 1])
            out[2 * i + axis] =
                border[2 * edge + axis]! + w * (border[2 * next + axis]! - border[2 * edge + axis]!)
    }
    if (signedArea(border) < 0) reverse(out)
    return out
}

function reverse(border: Border): void {
    const points = border.length / 2
    for (let i = 0; i < points >> 1; i++)
        for (const axis of [0, 1]) {
            const a = 2 * i + axis
            const b = 2 * (points - 1 - i) + axis
            const keep = border[a]!
            border[a] = border[b]!
            border[b] = keep
        }
}

/**
 * Rotates the points of `border` so that they match `model` best, both taken
 * about their centroids, as recorded borders start at any point.
 */
export function aligned(border: Border, model: Border): Border {
    const points = border.length / 2
    const a = centroid(model)
    const b = centroid(border)
    let best = Infinity
    let start = 0
    for (let shift = 0; shift < points; shift++) {
        let sum = 0
        for (let i = 0; i < points && sum < best; i++) {
            const j = (i + shift) % points
            const dx = border[2 * j]! - b.xMm - (model[2 * i]! - a.xMm)
            const dy = border[2 * j + 1]! - b.yMm - (model[2 * i + 1]! - a.yMm)
            sum += dx * dx + dy * dy
        }
        if (sum < best) {
            best = sum
            start = shift
        }
    }
    return Float64Array.from(border, (_, i) => border[(i + 2 * start) % border.length]!)
}

/** Nearest point of a border. */
export interface Nearest {
    distanceMm: number
    xMm: number
    yMm: number
}

export function nearestOnBorder(border: Border, xMm: number, yMm: number): Nearest {
    const best: Nearest = { distanceMm: Infinity, xMm: 0, yMm: 0 }
    const n = border.length
    for (let i = 0; i < n; i += 2) {
        const j = i + 2 === n ? 0 : i + 2
        const ex = border[j]! - border[i]!
        const ey = border[j + 1]! - border[i + 1]!
        const length2 = ex * ex + ey * ey
        const along = (xMm - border[i]!) * ex + (yMm - border[i + 1]!) * ey
        const t = length2 > 0 ? Math.max(0, Math.min(1, along / length2)) : 0
        const px = border[i]! + t * ex
        const py = border[i + 1]! + t * ey
        const distance = Math.hypot(xMm - px, yMm - py)
        if (distance < best.distanceMm) {
            best.distanceMm = distance
            best.xMm = px
            best.yMm = py
        }
    }
    return best
}

/** Whether a point is inside (even-odd rule). */
export function contains(border: Border, xMm: number, yMm: number): boolean {
    let inside = false
    const n = border.length
    for (let i = 0; i < n; i += 2) {
        const j = i + 2 === n ? 0 : i + 2
        const yi = border[i + 1]!
        const yj = border[j + 1]!
        if (yi > yMm === yj > yMm) continue
        const x = border[i]! + ((yMm - yi) / (yj - yi)) * (border[j]! - border[i]!)
        if (xMm < x) inside = !inside
    }
    return inside
}

/** Whether two edges cross. Touching is allowed, as the wall of a compressed vessel may touch. Quadratic in the number of points. */
export function crossesItself(border: Border): boolean {
    const points = border.length / 2
    const side = (a: number, b: number, c: number): number =>
        (border[2 * b]! - border[2 * a]!) * (border[2 * c + 1]! - border[2 * a + 1]!) -
        (border[2 * b + 1]! - border[2 * a + 1]!) * (border[2 * c]! - border[2 * a]!)
    for (let i = 0; i < points; i++) {
        const i1 = (i + 1) % points
        for (let j = i + 2; j < points; j++) {
            const j1 = (j + 1) % points
            if (j1 === i) continue
            if (side(i, i1, j) * side(i, i1, j1) < 0 && side(j, j1, i) * side(j, j1, i1) < 0)
                return true
        }
    }
    return false
}

/**
 * Radii at which each line crosses the border, in ascending order.
 *
 * An edge is crossed if its ends are on different sides of the line. Each end's side is computed in the same way for both of
 * its edges, and a point on the line belongs to one side. So a line through a point of the border crosses none of its edges,
 * one or both as the border does, and a line that starts inside crosses an odd number of them.
 */
export function crossingsOfLines(border: Border, lines: number): number[][] {
    const out: number[][] = Array.from({ length: lines }, () => [])
    const directions = Float64Array.from({ length: 2 * lines }, (_, n) => {
        const angle = (2 * Math.PI * (n >> 1)) / lines
        return n % 2 === 0 ? Math.cos(angle) : Math.sin(angle)
    })
    const points = border.length / 2
    for (let p = 0; p < points; p++) {
        const q = (p + 1) % points
        const ax = border[2 * p]!
        const ay = border[2 * p + 1]!
        const bx = border[2 * q]!
        const by = border[2 * q + 1]!
        const start = Math.atan2(ay, ax) / (2 * Math.PI)
        let span = Math.atan2(by, bx) / (2 * Math.PI) - start
        span -= Math.round(span)
        // The angles only select the lines: a line more on each side, as they are rounded.
        const from = Math.floor(Math.min(start, start + span) * lines)
        const to = Math.ceil(Math.max(start, start + span) * lines)
        for (let n = from; n <= to; n++) {
            const i = ((n % lines) + lines) % lines
            // With very few lines the first one would come round again.
            if (n - from >= lines) break
            const ux = directions[2 * i]!
            const uy = directions[2 * i + 1]!
            const sideA = ux * ay - uy * ax
            const sideB = ux * by - uy * bx
            if (sideA < 0 === sideB < 0) continue
            const w = sideA / (sideA - sideB)
            const r = (ax + w * (bx - ax)) * ux + (ay + w * (by - ay)) * uy
            if (r > 0) out[i]!.push(r)
        }
    }
    for (const radii of out) radii.sort((a, b) => a - b)
    return out
}
