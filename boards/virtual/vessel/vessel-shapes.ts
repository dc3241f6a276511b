// Shapes of a cross-section by name, as borders.

import type { Border } from "./border"

/** Millimetres; where the shape is, and how it is turned: clockwise, as y points down. */
interface Placed {
    readonly x_mm?: number | undefined
    readonly y_mm?: number | undefined
    readonly rotate_deg?: number | undefined
}

/** The upper side of kidney and crescent is the hollow one. */
export type Shape = Placed &
    (
        | { readonly shape: "circle"; readonly diameter_mm: number }
        | {
              readonly shape: "ellipse" | "flat"
              readonly width_mm: number
              readonly height_mm: number
          }
        | {
              readonly shape: "kidney"
              readonly width_mm: number
              readonly height_mm: number
              /** depth of the dent as a part of half the height */
              readonly dent: number
          }
        | {
              readonly shape: "crescent"
              readonly diameter_mm: number
              /** the circle that is taken out of it, and how far up its centre is */
              readonly bite_mm: number
              readonly bite_up_mm: number
          }
        | { readonly shape: "points"; readonly points_mm: readonly (readonly [number, number])[] }
    )

const POINTS = 360
/** Half of the angle of a kidney's dent. */
const DENT_RAD = 0.7

/** The border of a shape. A crescent whose circles do not cross is the circle itself. */
export function borderOf(shape: Shape): Border {
    const points = pointsOf(shape)
    const turn = ((shape.rotate_deg ?? 0) * Math.PI) / 180
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    const border = new Float64Array(2 * points.length)
    points.forEach(([x, y], p) => {
        border[2 * p] = (shape.x_mm ?? 0) + x * cos - y * sin
        border[2 * p + 1] = (shape.y_mm ?? 0) + x * sin + y * cos
    })
    return border
}

function pointsOf(shape: Shape): readonly (readonly [number, number])[] {
    switch (shape.shape) {
        case "circle":
            return ellipse(shape.diameter_mm / 2, shape.diameter_mm / 2)
        case "ellipse":
            return ellipse(shape.width_mm / 2, shape.height_mm / 2)
        case "flat":
            return flat(shape.width_mm / 2, shape.height_mm / 2)
        case "kidney":
            return ellipse(shape.width_mm / 2, shape.height_mm / 2).map(([x, y]) => {
                const off = Math.atan2(x / shape.width_mm, -y / shape.height_mm) / DENT_RAD
                const keep = 1 - shape.dent * Math.exp(-off * off)
                return [x * keep, y * keep] as const
            })
        case "crescent":
            return crescent(shape.diameter_mm / 2, shape.bite_mm / 2, shape.bite_up_mm)
        case "points":
            return shape.points_mm
    }
}

function ellipse(a: number, b: number): (readonly [number, number])[] {
    return Array.from({ length: POINTS }, (_, p) => {
        const angle = (2 * Math.PI * p) / POINTS
        return [a * Math.cos(angle), b * Math.sin(angle)] as const
    })
}

/** Two straight sides and two half circles. */
function flat(a: number, b: number): (readonly [number, number])[] {
    const [r, straight] = [Math.min(a, b), Math.max(a, b) - Math.min(a, b)]
    const points: [number, number][] = []
    const half = POINTS / 2
    for (const side of [1, -1])
        for (let p = 0; p <= half; p++) {
            const angle = Math.PI * (p / half - 0.5)
            points.push([side * (straight + r * Math.cos(angle)), side * r * Math.sin(angle)])
        }
    return a >= b ? points : points.map(([x, y]) => [-y, x] as const)
}

/** The lower arc of the circle, and back along the circle that is taken out. */
function crescent(radius: number, bite: number, up: number): (readonly [number, number])[] {
    // Where the circles cross: at this height above the centre.
    const height = (radius * radius - bite * bite + up * up) / (2 * up)
    const across = Math.sqrt(radius * radius - height * height)
    if (!(across > 0)) return ellipse(radius, radius)
    const outer = Math.atan2(-height, across)
    const inner = Math.atan2(up - height, across)
    const arc = (r: number, cy: number, from: number, to: number): (readonly [number, number])[] =>
        Array.from({ length: POINTS / 2 }, (_, p) => {
            const angle = from + ((to - from) * p) / (POINTS / 2)
            return [r * Math.cos(angle), cy + r * Math.sin(angle)] as const
        })
    return [...arc(radius, 0, outer, Math.PI - outer), ...arc(bite, -up, Math.PI - inner, inner)]
}
