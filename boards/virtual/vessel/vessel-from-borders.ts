// Builds a vessel from cross-sections of its lumen, with the catheter's path through them.

import polylabel from "polylabel"
import type { Border } from "./border"
import { contains, nearestOnBorder } from "./border"
import { BordersAlong, type Section, seenFrom } from "./borders-along"
import { MonotoneCurve } from "./monotone-curve"
import type { Vessel, WallLayers } from "./vessel-model"
import { withTruth } from "./vessel-truth"

/** Grid of the catheter's path. */
const PATH_STEP_MM = 0.1

/** A catheter is stiff: its path is smoothed with this standard deviation. */
const PATH_SIGMA_MM = 0.5

/** Precision of the inscribed circle. */
const CIRCLE_PRECISION_MM = 0.01

/** Wall of a muscular artery, thick enough to show three layers. */
export const LAYERS: WallLayers = {
    intimaMm: 0.18,
    mediaMm: 0.2,
    adventitiaMm: 0.35,
}

/** Radius and centre of the largest circle inside a border. */
export function inscribedCircle(border: Border): {
    xMm: number
    yMm: number
    radiusMm: number
} {
    const ring: [number, number][] = []
    for (let i = 0; i < border.length; i += 2) ring.push([border[i]!, border[i + 1]!])
    const centre = polylabel([ring], CIRCLE_PRECISION_MM)
    return { xMm: centre[0], yMm: centre[1], radiusMm: centre.distance }
}

/**
 * @param sections at least two, z ascending
 * @param catheterRadiusMm the catheter runs through the centre of the largest
 * circle inscribed in each border, smoothed along z; where it would reach
 * into the wall it is moved away as far as the lumen allows, so that it
 * touches or presses
 */
export function vesselFromSections(sections: readonly Section[], catheterRadiusMm: number): Vessel {
    const lumen = new BordersAlong(sections)
    const z = sections.map(section => section.zMm)
    const path = catheterPath(z, lumen.borders, zMm => lumen.at(zMm), catheterRadiusMm)
    return withTruth({
        lengthMm: z[z.length - 1]!,
        catheterRadiusMm,
        layers: LAYERS,
        plaques: [],
        neighbours: [],
        catheterAt: path,
        borderAt: zMm => seenFrom(lumen.at(zMm), path(zMm)),
        lumenAreaMm2: zMm => lumen.areaMm2(zMm),
    })
}

/**
 * The catheter's path.
 * @param z positions of the borders, ascending
 * @param borderAt the border at any position
 */
export function catheterPath(
    z: readonly number[],
    borders: readonly Border[],
    borderAt: (zMm: number) => Border,
    catheterRadiusMm: number
): (zMm: number) => { xMm: number; yMm: number } {
    const circles = borders.map(inscribedCircle)
    const x = new MonotoneCurve(
        z,
        circles.map(circle => circle.xMm)
    )
    const y = new MonotoneCurve(
        z,
        circles.map(circle => circle.yMm)
    )
    const from = z[0]!
    const steps = Math.max(1, Math.ceil((z[z.length - 1]! - from) / PATH_STEP_MM))
    const reach = Math.ceil((3 * PATH_SIGMA_MM) / PATH_STEP_MM)
    const pathX = new Float64Array(steps + 1)
    const pathY = new Float64Array(steps + 1)
    for (let s = 0; s <= steps; s++) {
        let weights = 0
        for (let m = -reach; m <= reach; m++) {
            const weight = Math.exp(-0.5 * ((m * PATH_STEP_MM) / PATH_SIGMA_MM) ** 2)
            const at = from + (s + m) * PATH_STEP_MM
            weights += weight
            pathX[s]! += weight * x.at(at)
            pathY[s]! += weight * y.at(at)
        }
        const place = offTheWall(
            borderAt(from + s * PATH_STEP_MM),
            pathX[s]! / weights,
            pathY[s]! / weights,
            catheterRadiusMm
        )
        pathX[s] = place.xMm
        pathY[s] = place.yMm
    }
    return zMm => {
        const at = Math.max(0, Math.min(steps, (zMm - from) / PATH_STEP_MM))
        const s = Math.min(steps - 1, Math.floor(at))
        const w = at - s
        return {
            xMm: pathX[s]! + w * (pathX[s + 1]! - pathX[s]!),
            yMm: pathY[s]! + w * (pathY[s + 1]! - pathY[s]!),
        }
    }
}

/** Moves the catheter away from a wall that it reaches into; between two walls it ends up half-way. */
function offTheWall(
    border: Border,
    xMm: number,
    yMm: number,
    radiusMm: number
): { xMm: number; yMm: number } {
    for (let step = 0; step < 12; step++) {
        const wall = nearestOnBorder(border, xMm, yMm)
        const deficit = radiusMm - wall.distanceMm
        if (deficit <= 0 || !contains(border, xMm, yMm)) break
        const away = (0.5 * deficit) / Math.max(wall.distanceMm, 1e-6)
        xMm += away * (xMm - wall.xMm)
        yMm += away * (yMm - wall.yMm)
    }
    return { xMm, yMm }
}
