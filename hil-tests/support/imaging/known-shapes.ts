// Vessels of known geometry, for the accuracy of measurements.

import { type Vessel, withTruth } from "../../../boards/virtual/vessel/vessel"

/** A vessel, the catheter that images it, and the largest errors that are allowed. */
export interface KnownShape {
    readonly name: string
    readonly catheterId: string
    readonly vessel: Vessel
    /** Whether measurements at this position are compared; default: everywhere. */
    readonly counts?: (zMm: number) => boolean
    /** Largest error of the area in percent. */
    readonly areaPercent: { readonly mean: number; readonly worst: number }
}

export const SHAPE_LENGTH_MM = 5
const POINTS = 720

type Radius = (angleRad: number, zMm: number) => number

/** A vessel whose border has one radius in each direction from a centre that lies beside the catheter. */
function vesselOf(radiusMm: Radius, besideMm: readonly [number, number] = [0, 0]): Vessel {
    const borderAt = (zMm: number): Float64Array => {
        const border = new Float64Array(2 * POINTS)
        for (let p = 0; p < POINTS; p++) {
            const angle = (2 * Math.PI * p) / POINTS
            const r = radiusMm(angle, zMm)
            border[2 * p] = besideMm[0] + r * Math.cos(angle)
            border[2 * p + 1] = besideMm[1] + r * Math.sin(angle)
        }
        return border
    }
    return withTruth({
        lengthMm: SHAPE_LENGTH_MM,
        catheterRadiusMm: 0.3,
        layers: { intimaMm: 0.18, mediaMm: 0.2, adventitiaMm: 0.35 },
        plaques: [],
        neighbours: [],
        catheterAt: () => ({ xMm: 0, yMm: 0 }),
        borderAt,
        lumenAreaMm2: zMm => polygonArea(borderAt(zMm)),
    })
}

function polygonArea(border: Float64Array): number {
    let twice = 0
    const n = border.length
    for (let i = 0; i < n; i += 2)
        twice += border[i]! * border[(i + 3) % n]! - border[(i + 2) % n]! * border[i + 1]!
    return twice / 2
}

const circle =
    (areaMm2: number): Radius =>
    () =>
        Math.sqrt(areaMm2 / Math.PI)

/** An ellipse with its long axis at 0.4 rad, so that no A-line is an axis. */
function ellipse(areaMm2: number, ratio: number): Radius {
    const b = Math.sqrt(areaMm2 / Math.PI / ratio)
    const a = ratio * b
    return angle => (a * b) / Math.hypot(b * Math.cos(angle - 0.4), a * Math.sin(angle - 0.4))
}

/** Two parallel sides with round ends; the long axis at 0.4 rad. */
function stadium(lengthMm: number, heightMm: number): Radius {
    const end = heightMm / 2
    const straight = lengthMm / 2 - end
    return angle => {
        const ux = Math.abs(Math.cos(angle - 0.4))
        const uy = Math.abs(Math.sin(angle - 0.4))
        if (uy * straight > ux * end) return end / uy
        // Where the ray leaves the circle of the end.
        return ux * straight + Math.sqrt(end * end - uy * uy * straight * straight)
    }
}

/** The difference of two angles, -pi to pi. */
const turn = (a: number, b: number): number => Math.atan2(Math.sin(a - b), Math.cos(a - b))

const kidney: Radius = angle => 2.6 - 1.1 * Math.exp(-0.5 * (turn(angle, 1) / 0.45) ** 2)

const taper: Radius = (_, zMm) =>
    Math.sqrt((8 + (22 * Math.max(0, Math.min(SHAPE_LENGTH_MM, zMm))) / SHAPE_LENGTH_MM) / Math.PI)

/** A side branch of 1 mm radius that leaves at a right angle, 2.5 mm from the distal end. */
const branch: Radius = (angle, zMm) => {
    const half = Math.sqrt(Math.max(0, 1 - (zMm - 2.5) ** 2))
    const beside = 2.5 * Math.abs(Math.sin(turn(angle, 2)))
    return half > 0 && Math.cos(turn(angle, 2)) > 0 && beside < half ? 3.6 : 2.5
}

/** Largest errors of the EEM's area, where it is reported. */
export const VESSEL_PERCENT = { mean: 4, worst: 8 }
/** Largest error of the shortest and the longest diameter in percent. */
export const DIAMETER_PERCENT = { mean: 3, worst: 6 }

const USUAL = { mean: 2, worst: 4 }

/** The shapes with the figures that the measurements must reach. */
export const KNOWN_SHAPES: readonly KnownShape[] = [
    shape("circle, 28 mm²", vesselOf(circle(28.27)), USUAL),
    shape("circle, catheter 1.6 mm off its centre", vesselOf(circle(28.27), [1.5, -0.6]), USUAL),
    shape("ellipse 3 : 1, 18 mm²", vesselOf(ellipse(18, 3)), USUAL),
    shape("kidney", vesselOf(kidney), USUAL),
    shape("taper, 8 to 30 mm²", vesselOf(taper), USUAL),
    {
        ...shape("side branch, away from its ostium", vesselOf(branch), USUAL),
        counts: zMm => Math.abs(zMm - 2.5) > 1.5,
    },
    shape("flat, 5 : 1, 12 mm²", vesselOf(ellipse(12, 5)), { mean: 3, worst: 6 }),
    shape("flat, 5 : 1, 25 mm²", vesselOf(ellipse(25, 5)), { mean: 3, worst: 6 }),
    shape("flat with parallel sides, 8 by 1.6 mm", vesselOf(stadium(8, 1.6)), {
        mean: 3,
        worst: 6,
    }),
    shape("circle, 2 mm²", vesselOf(circle(2)), { mean: 4, worst: 8 }),
    { ...shape("circle, 250 mm²", vesselOf(circle(250)), USUAL), catheterId: "array-10mhz" },
]

function shape(name: string, vessel: Vessel, areaPercent: KnownShape["areaPercent"]): KnownShape {
    return { name, catheterId: "array-20mhz", vessel, areaPercent }
}
