// Position of calcified plaques in the wall of one plane.

import type { Border } from "./border"
import { centroid } from "./border"
import type { Plaque } from "./vessel-model"

/** Depth of a plate within the wall, its thickness, and the length over which its ends fade. */
const DEPTH_MM = 0.02
const THICKNESS_MM = 0.38
const FADE_MM = 0.3

interface PlateAt {
    readonly angleRad: number
    readonly halfWidthRad: number
    readonly strength: number
    readonly depthMm: number
    readonly endMm: number
    readonly repeatDb: number | undefined
}

/** The calcified plaques of one plane. */
export class Plates {
    /** Of the plate at which {@link at} was last asked and found one. */
    repeatDb: number | undefined
    /** the deepest calcium behind the lumen border; 0 without any */
    readonly endMm: number
    readonly sectors: readonly PlateAt[]
    private readonly xMm: number
    private readonly yMm: number

    /** @param above strength that counts, 0..1 */
    constructor(plaques: readonly Plaque[], zMm: number, border: Border, above = 0) {
        const middle = centroid(border)
        this.xMm = middle.xMm
        this.yMm = middle.yMm
        this.sectors = plaques
            .filter(plaque => plaque.kind === "calcified")
            .map(plaque => ({
                angleRad: plaque.angleRad,
                halfWidthRad: plaque.halfWidthRad,
                depthMm: plaque.depthMm ?? DEPTH_MM,
                endMm: (plaque.depthMm ?? DEPTH_MM) + (plaque.thicknessMm ?? THICKNESS_MM),
                repeatDb: plaque.repeatDb,
                strength: Math.min(
                    1,
                    (zMm - plaque.fromMm) / FADE_MM,
                    (plaque.toMm - zMm) / FADE_MM
                ),
            }))
            .filter(plate => plate.strength > above)
        this.endMm = Math.max(0, ...this.sectors.map(plate => plate.endMm))
    }

    /** Fraction of calcium at a point, 0..1. @param distance distance behind the lumen border */
    at(xMm: number, yMm: number, distance: number): number {
        for (const plate of this.sectors) {
            if (distance < plate.depthMm || distance > plate.endMm) continue
            const angle = Math.atan2(yMm - this.yMm, xMm - this.xMm) - plate.angleRad
            const revolutions = Math.round(angle / (2 * Math.PI))
            if (Math.abs(angle - 2 * Math.PI * revolutions) < plate.halfWidthRad) {
                this.repeatDb = plate.repeatDb
                return plate.strength
            }
        }
        return 0
    }
}
