// Scatterers of a vessel's wall: random points fixed to the vessel, with strengths by layer.
//
// The wall is filled uniformly: one point per cell, at a random position with a normally distributed strength. At 4 mm this is
// about four per resolution cell, which gives fully developed speckle. Points along the border only are not sufficient: a border
// search takes the wall for a step in scattering, and the echo of a thin shell rises less steeply.

import { BorderDistance } from "./border-distance"
import { between, hash, uniform } from "./random"
import { LEVEL_DB, powerOfDb, WallProfile } from "./tissue"
import type { Vessel } from "./vessel-model"

/** Cell size across the vessel; along it, LAYER_MM. */
const CELL_MM = 0.15
export const LAYER_MM = 0.2

/** One layer of cells; millimetres in the vessel's coordinates, amplitude 1 is the intima's standard deviation. */
export interface Scatterers {
    readonly xMm: number[]
    readonly yMm: number[]
    readonly zMm: number[]
    readonly amplitude: number[]
}

/** @param layer number of the layer, centred on layer*LAYER_MM */
export function wallScatterers(
    vessel: Pick<Vessel, "borderAt" | "catheterAt" | "layers">,
    layer: number,
    seed: number
): Scatterers {
    const made: Scatterers = { xMm: [], yMm: [], zMm: [], amplitude: [] }
    const profile = new WallProfile(vessel.layers, CELL_MM / 100)
    const middleMm = layer * LAYER_MM
    const border = vessel.borderAt(middleMm)
    const { xMm, yMm } = vessel.catheterAt(middleMm)
    const distance = new BorderDistance(border)
    const rangeOf = (axis: 0 | 1, offset: number): [number, number] => {
        const values = border.filter((_, i) => i % 2 === axis)
        const reach = profile.endMm + CELL_MM
        return [
            Math.floor((Math.min(...values) - reach + offset) / CELL_MM),
            Math.ceil((Math.max(...values) + reach + offset) / CELL_MM),
        ]
    }
    const [fromX, toX] = rangeOf(0, xMm)
    const [fromY, toY] = rangeOf(1, yMm)
    for (let row = fromY; row <= toY; row++)
        for (let column = fromX; column <= toX; column++) {
            const chance = hash(seed, layer, row, column)
            const x = (column + uniform(chance, 1)) * CELL_MM
            const y = (row + uniform(chance, 2)) * CELL_MM
            distance.find(x - xMm, y - yMm, true)
            const behindMm = distance.distanceMm
            if (behindMm >= profile.endMm) continue
            if (isInside(border, x - xMm, y - yMm)) continue
            made.xMm.push(x)
            made.yMm.push(y)
            made.zMm.push(middleMm + between(-0.5, 0.5, chance, 3) * LAYER_MM)
            made.amplitude.push(
                normal(chance) * Math.sqrt(profile.at(behindMm) / powerOfDb(LEVEL_DB.intima))
            )
        }
    return made
}

/** Even-odd rule: whether a ray from the point crosses the border an odd number of times. */
function isInside(border: Float64Array, x: number, y: number): boolean {
    let inside = false
    const n = border.length
    for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
        const yi = border[i + 1]!
        const yj = border[j + 1]!
        if (yi > y === yj > y) continue
        const xi = border[i]!
        if (x < xi + ((border[j]! - xi) * (y - yi)) / (yj - yi)) inside = !inside
    }
    return inside
}

/** A normal deviate (Box and Muller). */
function normal(chance: number): number {
    const u = 1 - uniform(chance, 4)
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * uniform(chance, 5))
}
