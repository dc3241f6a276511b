// Position of calcified plaques in the wall of one plane.

import type { Border } from "./border"
import { centroid } from "./border"
import type { Plaque } from "./vessel-model"

/** Depth of a plaque within the wall, and the length over which its ends fade. */
const FROM_MM = 0.02
const TO_MM = 0.4
const FADE_MM = 0.3

interface PlateAt {
    readonly angleRad: number
    readonly halfWidthRad: number
    readonly strength: number
}

/** The plaques of one plane. */
export class Plates {
    private readonly plates: readonly PlateAt[]
    private readonly xMm: number
    private readonly yMm: number

    constructor(plaques: readonly Plaque[], zMm: number, border: Border) {
        const middle = centroid(border)
        this.xMm = middle.xMm
        this.yMm = middle.yMm
        this.plates = plaques
            .map(plaque => ({
                angleRad: plaque.angleRad,
                halfWidthRad: plaque.halfWidthRad,
                strength: Math.min(
                    1,
                    (zMm - plaque.fromMm) / FADE_MM,
                    (plaque.toMm - zMm) / FADE_MM
                ),
            }))
            .filter(plate => plate.strength > 0)
    }

    /** Fraction of calcium at a point, 0..1. @param distance distance behind the lumen border */
    at(xMm: number, yMm: number, distance: number): number {
        if (distance < FROM_MM || distance > TO_MM) return 0
        for (const plate of this.plates) {
            const angle = Math.atan2(yMm - this.yMm, xMm - this.xMm) - plate.angleRad
            const revolutions = Math.round(angle / (2 * Math.PI))
            if (Math.abs(angle - 2 * Math.PI * revolutions) < plate.halfWidthRad)
                return plate.strength
        }
        return 0
    }
}
