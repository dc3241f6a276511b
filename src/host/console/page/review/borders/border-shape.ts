// Moves a part of a border, with neighbours that follow smoothly.

/** The part of its length, on either side of the place that is dragged, in which the border follows. */
const REACH = 0.1

/** Radius of each A-line in mm. */
export type Radii = ArrayLike<number>

export interface Pull {
    readonly start: Radii
    /** The A-line that is dragged. */
    readonly line: number
    readonly radiusMm: number
    /** The other border and the picture, which it does not cross. */
    readonly least: (line: number) => number
    readonly most: (line: number) => number
}

export function pulled({ start, line, radiusMm, least, most }: Pull): Float32Array {
    const lines = start.length
    const by = radiusMm - start[line]!
    const along = lengthsOf(start)
    const whole = along[lines]!
    return Float32Array.from({ length: lines }, (_, n) => {
        const ahead = Math.abs(along[n]! - along[line]!)
        const apart = Math.min(ahead, whole - ahead) / whole
        if (apart >= REACH) return start[n]!
        const share = (1 + Math.cos((Math.PI * apart) / REACH)) / 2
        return Math.max(least(n), Math.min(most(n), start[n]! + share * by))
    })
}

/** Length of the border from A-line 0 to each A-line, and around. */
function lengthsOf(radii: Radii): number[] {
    const lengths = [0]
    for (let n = 0; n < radii.length; n++) {
        const [x, y] = pointOf(radii, n)
        const [nextX, nextY] = pointOf(radii, (n + 1) % radii.length)
        lengths.push(lengths[n]! + Math.hypot(nextX - x, nextY - y))
    }
    return lengths
}

/** A-lines that are about equally far apart along the border. */
export function spread(radii: Radii, count: number): number[] {
    const along = lengthsOf(radii)
    const step = along.at(-1)! / count
    return Array.from({ length: count }, (_, k) =>
        Math.max(
            0,
            along.findIndex(length => length >= k * step)
        )
    )
}

/** Lines without a radius get one from those beside them. @returns undefined for a border without any */
export function closed(radii: Radii): Float32Array | undefined {
    const lines = radii.length
    const known = Array.from(radii).flatMap((radius, n) => (radius > 0 ? [n] : []))
    if (known.length === 0) return undefined
    const filled = Float32Array.from(radii)
    known.forEach((from, k) => {
        const to = known[(k + 1) % known.length]!
        const gap = (to - from + lines) % lines || lines
        for (let n = 1; n < gap; n++)
            filled[(from + n) % lines] = radii[from]! + ((radii[to]! - radii[from]!) * n) / gap
    })
    return filled
}

export function pointOf(radii: Radii, line: number): readonly [x: number, y: number] {
    const angle = (2 * Math.PI * line) / radii.length
    return [radii[line]! * Math.cos(angle), radii[line]! * Math.sin(angle)]
}

/** As in borders.json. */
export function pointsOf(radii: Radii): [number, number][] {
    return Array.from(radii, (_, line) => {
        const [x, y] = pointOf(radii, line)
        return [Number(x.toFixed(4)), Number(y.toFixed(4))]
    })
}
