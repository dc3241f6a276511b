// A wall whose outer border has a shape of its own, in one plane: intima and plaque fill what lies between the lumen and the media,
// which lines the outer border (the EEM); the adventitia is around it.

import { centroid } from "./border"
import { angleBetween } from "./features-at"
import type { Heterogeneity } from "./heterogeneity"
import { valueNoise } from "./random"
import { LEVEL_DB, powerOfDb } from "./tissue"
import type { CrossSection, Plaque, Tissue } from "./vessel-model"
import { BorderOnLine, incidence, type Wall } from "./wall"

/** Fibrous cap over the softer kinds of plaque. */
const CAP_MM = 0.1
/** Size of the parts of a mixed plaque, and the noise above which a part is fibrous, and a speck of calcium. */
const PART_MM = 0.45
const FIBROUS_FROM = -0.05
const SPECK_FROM = 0.62
const SPECK_DB = -12

const POWER = {
    intima: powerOfDb(LEVEL_DB.intima),
    media: powerOfDb(LEVEL_DB.media),
    adventitia: powerOfDb(LEVEL_DB.adventitia),
    tissue: powerOfDb(LEVEL_DB.tissue),
    fibrous: powerOfDb(LEVEL_DB.fibrous),
    lipid: powerOfDb(LEVEL_DB.lipid),
    speck: powerOfDb(SPECK_DB),
} as const

export interface LayeredWallOptions {
    readonly lines: number
    readonly sampleSpacingMm: number
    readonly seed: number
    readonly blood: number
    /** the deepest calcium behind the lumen border */
    readonly plateEndMm: number
    /** within this distance of a border a sample is a mixture */
    readonly edgeMm: number
}

export class LayeredWall implements Wall {
    inside = false
    distanceMm = 0
    power = 0
    private readonly lumen: BorderOnLine
    private readonly outer: BorderOnLine
    private readonly plaques: readonly Plaque[]
    private readonly centre: { readonly xMm: number; readonly yMm: number }

    constructor(
        private readonly section: CrossSection,
        vesselBorder: Float64Array,
        private readonly tissue: Tissue,
        private readonly uneven: Heterogeneity,
        private readonly options: LayeredWallOptions
    ) {
        const { lines, edgeMm } = options
        const { layers, plaques } = tissue
        const reachMm = Math.max(layers.intimaMm, options.plateEndMm) + edgeMm
        this.lumen = new BorderOnLine(section.border, lines, edgeMm, reachMm)
        const outerMm = Math.max(layers.mediaMm, layers.adventitiaMm) + edgeMm
        this.outer = new BorderOnLine(vesselBorder, lines, outerMm, outerMm)
        this.plaques = plaques.filter(
            ({ kind, fromMm, toMm }) =>
                kind !== "calcified" && section.zMm >= fromMm && section.zMm <= toMm
        )
        this.centre = centroid(section.border)
    }

    startLine(line: number, ux: number, uy: number): void {
        this.lumen.startLine(line, ux, uy)
        this.outer.startLine(line, ux, uy)
        this.uneven.startLine(line)
    }

    advance(k: number, r: number, x: number, y: number): void {
        const { lumen, outer, options } = this
        const { edgeMm } = options
        lumen.advance(r, x, y)
        outer.advance(r, x, y)
        this.inside = lumen.inside
        const distance = lumen.inside ? -lumen.distanceMm : lumen.distanceMm
        this.distanceMm = distance
        if (distance < -edgeMm) {
            this.power = options.blood
            return
        }
        // Distance behind the outer border, and parts of the sample in front of and behind each layer's end.
        const beyond = outer.inside ? -outer.distanceMm : outer.distanceMm
        const { mediaMm, adventitiaMm, intimaMm } = this.tissue.layers
        const behindLumen = this.part(distance)
        const behindInner = this.part(beyond + mediaMm)
        const behindMedia = this.part(beyond)
        const behindAdventitia = this.part(beyond - adventitiaMm)
        const inner = behindInner < 1 ? this.innerPower(x, y, distance) : 0
        let layers =
            (behindInner - behindMedia) * POWER.media +
            (behindMedia - behindAdventitia) * POWER.adventitia
        layers *= incidence(outer.square)
        const wall =
            (1 - behindInner) * inner * (distance < intimaMm ? incidence(lumen.square) : 1) + layers
        let power =
            (1 - behindLumen) * options.blood +
            behindLumen * (wall + behindAdventitia * POWER.tissue)
        if (distance > edgeMm) {
            const factor = this.uneven.at(k)
            power *= beyond < adventitiaMm ? Math.sqrt(factor) : factor
        }
        this.power = power
    }

    /** Part of a sample that is behind a border. @param mm distance of its middle behind it */
    private part(mm: number): number {
        return Math.max(0, Math.min(1, 0.5 + mm / this.options.sampleSpacingMm))
    }

    /** Power of intima and plaque at a point. */
    private innerPower(x: number, y: number, behindMm: number): number {
        const { centre, section, options } = this
        const { intimaMm } = this.tissue.layers
        const bare = behindMm < intimaMm ? POWER.intima : POWER.fibrous
        if (this.plaques.length === 0) return bare
        const angle = Math.atan2(y - centre.yMm, x - centre.xMm)
        const plaque = this.plaques.find(
            one => Math.abs(angleBetween(angle, one.angleRad)) < one.halfWidthRad
        )
        if (!plaque) return bare
        if (plaque.kind === "fibrous" || behindMm < CAP_MM) return POWER.fibrous
        if (plaque.kind === "lipid") return POWER.lipid
        const noise = valueNoise(
            options.seed + 2,
            (x + section.catheter.xMm) / PART_MM,
            (y + section.catheter.yMm) / PART_MM,
            section.zMm / (2 * PART_MM)
        )
        if (noise > SPECK_FROM) return POWER.speck
        return noise > FIBROUS_FROM ? POWER.fibrous : POWER.lipid
    }
}
