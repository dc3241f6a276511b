// Responsible for: what pairs of elements hear of a vessel: scatterers on and behind its border, plane by plane.
// Not for: the echo of a scatterer (element-echo.ts), or A-lines of a vessel (phantom.ts).
//
// A wall of points: its place and strength can be held against a picture, its speckle is not tissue's.

import { type ElementArray, ElementEcho, type PointTarget, type SampleClock } from "./element-echo" // prettier-ignore
import { uniform } from "./random"
import type { Vessel } from "./vessel-model"

/** RF of one pair with the catheter at a place of the vessel. */
export interface ElementSource {
    line(
        zMm: number,
        shot: SampleClock & { readonly tx: number; readonly rx: number },
        out: Float32Array
    ): void
}

/** Along the pullback the vessel is made anew so often. */
const PLANE_MM = 0.05
/** Along the border so far apart, and so many behind each other. */
const SPACING_MM = 0.15
const LAYERS = 2
const WALL_MM = 0.4
/** Echo of one scatterer that drives an element straight before it, behind the time gain; 1 is full scale. */
const STRENGTH = 0.04
const NOISE = 0.0005

export interface ElementVesselOptions {
    readonly array: ElementArray
    readonly soundSpeedMPerS: number
    /** What the way to a depth and back takes, which the front end's time gain makes up for, dB/mm. */
    readonly attenuationDbPerMm: number
    readonly seed: number
}

export function elementVessel(
    vessel: Pick<Vessel, "borderAt">,
    options: ElementVesselOptions
): ElementSource {
    const { array, soundSpeedMPerS, seed } = options
    let plane = NaN
    let echo: ElementEcho
    return {
        line: (zMm, shot, out) => {
            const here = Math.round(zMm / PLANE_MM)
            if (here !== plane) {
                plane = here
                const border = vessel.borderAt(here * PLANE_MM)
                echo = new ElementEcho(
                    { array, soundSpeedMPerS, noise: NOISE, seed },
                    wall(border, here, options)
                )
            }
            echo.line(shot.tx, shot.rx, shot, out, plane)
        },
    }
}

/** Scatterers along a closed border, the first of each on it and the others somewhere behind. */
function wall(
    border: Float64Array,
    plane: number,
    { array, attenuationDbPerMm, seed }: ElementVesselOptions
): PointTarget[] {
    const targets: PointTarget[] = []
    const points = border.length / 2
    let left = 0
    for (let p = 0; p < points; p++) {
        const q = (p + 1) % points
        const [ax, ay] = [border[2 * p]!, border[2 * p + 1]!]
        const [bx, by] = [border[2 * q]!, border[2 * q + 1]!]
        const lengthMm = Math.hypot(bx - ax, by - ay)
        for (; left < lengthMm; left += SPACING_MM) {
            const [x, y] = [ax + ((bx - ax) * left) / lengthMm, ay + ((by - ay) * left) / lengthMm] // prettier-ignore
            for (let layer = 0; layer < LAYERS; layer++) {
                const chance = uniform(seed, plane, targets.length, layer) // prettier-ignore
                const behindMm = layer === 0 ? 0 : chance * WALL_MM
                const radiusMm = Math.hypot(x, y) + behindMm
                const awayMm = radiusMm - array.radiusMm
                if (!(awayMm > 0.05)) continue
                const takenDb = attenuationDbPerMm * radiusMm
                targets.push({
                    radiusMm,
                    angleRad: Math.atan2(y, x),
                    strength: STRENGTH * (0.5 + chance) * awayMm ** 2 * 10 ** (-takenDb / 20), // prettier-ignore
                })
            }
        }
        left -= lengthMm
    }
    return targets
}
