// The wall around the lumen in one plane, met by a line from sample to sample: layers of equal thickness all round. A wall whose
// outer border has a shape of its own is in layered-wall.ts.

import type { Border } from "./border"
import { crossingsOfLines } from "./border"
import { BorderDistance } from "./border-distance"
import type { Heterogeneity } from "./heterogeneity"
import type { WallProfile } from "./tissue"

/** Power that a layer returns at grazing incidence, relative to normal incidence. */
const GRAZING = 0.35

/** Part of the power that a layer returns. @param square cosine of the angle between beam and normal */
export function incidence(square: number): number {
    return GRAZING + (1 - GRAZING) * square * square
}

/** What a line meets. The fields hold for the point of the last call of {@link Wall.advance}. */
export interface Wall {
    /** in the lumen */
    readonly inside: boolean
    /** behind the lumen border, negative in the lumen; far from it only on which side, and that it is far */
    readonly distanceMm: number
    readonly power: number
    startLine(line: number, ux: number, uy: number): void
    /** Goes on to sample k, which is at (x, y) and at the distance r. */
    advance(k: number, r: number, x: number, y: number): void
}

/** One border as a line meets it. */
export class BorderOnLine {
    inside = false
    /** not negative; {@link farMm} where the line is known to be at least this far away */
    distanceMm = 0
    /** cosine of the angle between line and normal */
    square = 1
    private readonly crossings: readonly (readonly number[])[]
    private readonly nearest: BorderDistance
    private radii: readonly number[] = []
    private passed = 0
    private clearUntilMm = 0
    private fresh = true
    private ux = 1
    private uy = 0

    /**
     * @param insideMm distance from the border up to which it must be known, inside it
     * @param farMm the same outside it
     */
    constructor(
        border: Border,
        lines: number,
        private readonly insideMm: number,
        private readonly farMm: number
    ) {
        this.crossings = crossingsOfLines(border, lines)
        this.nearest = new BorderDistance(border)
    }

    startLine(line: number, ux: number, uy: number): void {
        this.radii = this.crossings[line]!
        this.passed = 0
        // The distance to the border changes by at most the distance travelled, so
        // far from the wall it need not be recomputed at every sample.
        this.clearUntilMm = 0
        this.fresh = true
        this.ux = ux
        this.uy = uy
    }

    advance(r: number, x: number, y: number): void {
        const { radii, nearest } = this
        while (this.passed < radii.length && radii[this.passed]! <= r) {
            this.passed++
            this.clearUntilMm = 0
        }
        this.inside = (radii.length - this.passed) % 2 === 1
        this.distanceMm = this.farMm
        this.square = 1
        if (r < this.clearUntilMm) {
            this.fresh = true
            return
        }
        nearest.find(x, y, this.fresh)
        this.fresh = false
        const mm = nearest.distanceMm
        this.distanceMm = mm
        this.clearUntilMm = r + mm - (this.inside ? this.insideMm : this.farMm)
        if (mm > 1e-6)
            this.square = ((x - nearest.nearXMm) * this.ux + (y - nearest.nearYMm) * this.uy) / mm
    }
}

/** A wall with layers of equal thickness all round. */
export class UniformWall implements Wall {
    inside = false
    distanceMm = 0
    power = 0
    private readonly lumen: BorderOnLine

    /**
     * @param edgeMm within this distance of the border a sample is a mixture of blood and wall
     * @param plateEndMm the deepest calcium behind the border
     */
    constructor(
        border: Border,
        lines: number,
        private readonly uneven: Heterogeneity,
        private readonly profile: WallProfile,
        private readonly blood: number,
        private readonly edgeMm: number,
        plateEndMm: number
    ) {
        const reachMm = Math.max(profile.endMm, plateEndMm) + edgeMm
        this.lumen = new BorderOnLine(border, lines, edgeMm, reachMm)
    }

    startLine(line: number, ux: number, uy: number): void {
        this.lumen.startLine(line, ux, uy)
        this.uneven.startLine(line)
    }

    advance(k: number, r: number, x: number, y: number): void {
        const { lumen, profile, edgeMm } = this
        lumen.advance(r, x, y)
        this.inside = lumen.inside
        const distance = lumen.inside ? -lumen.distanceMm : lumen.distanceMm
        this.distanceMm = distance
        if (distance < -edgeMm) {
            this.power = this.blood
            return
        }
        let power = profile.at(distance)
        if (distance < profile.endMm) power *= incidence(lumen.square)
        if (distance > edgeMm) {
            // The wall itself is more homogeneous than the tissue around it.
            const factor = this.uneven.at(k)
            power *= distance < profile.endMm ? Math.sqrt(factor) : factor
        }
        this.power = power
    }
}
