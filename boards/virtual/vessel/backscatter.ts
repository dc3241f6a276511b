// Mean backscattered power at each point of a polar cross-section: blood, wall layers, plaque, contents of the lumen, neighbouring
// vessels, attenuation, shadow and repeated echoes, before speckle, ring-down and noise.

import { FeaturesAt, type Material } from "./features-at"
import { LayeredWall } from "./layered-wall"
import { Plates } from "./plates"
import { RepeatedEchoes } from "./repeated-echoes"
import { pulseLeadMm } from "./speckle"
import { bloodDb, LEVEL_DB, transmittedPower, powerOfDb, WallProfile } from "./tissue"
import { Heterogeneity } from "./heterogeneity"
import type { CrossSection, Tissue } from "./vessel-model"
import { UniformWall, type Wall } from "./wall"

/** The options of the phantom that backscatter needs. */
export interface BackscatterOptions {
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    readonly catheterRadiusMm: number
    readonly centreFrequencyMhz: number
    readonly seed: number
}

const CALCIUM = powerOfDb(LEVEL_DB.calcium)
const OTHER_WALL = powerOfDb(LEVEL_DB.intima)
const METAL = powerOfDb(LEVEL_DB.metal)
const THROMBUS = powerOfDb(LEVEL_DB.thrombus)
const FLAP = powerOfDb(LEVEL_DB.flap)
/** Blood of neighbouring vessels, relative to the lumen's. */
const OTHER_BLOOD_FACTOR = 2
/** First repeated echo between transducer and metal, relative to the metal's. */
const METAL_REPEAT_DB = -28

/** Data shared by the lines of one plane. */
interface Plane {
    readonly wall: Wall
    readonly plates: Plates
    readonly features: FeaturesAt | undefined
    readonly neighbours: CrossSection["neighbours"]
}

/** A neighbour, and the radii between which a line may be in it. */
interface NeighbourOnLine {
    readonly other: CrossSection["neighbours"][number]
    readonly fromMm: number
    readonly toMm: number
}

/** Backscatter maps of one vessel; they share the tables. */
export class Backscatter {
    private readonly profile: WallProfile
    private readonly blood: number
    private readonly bloodTransmission: number
    private readonly tissueTransmission: number
    private readonly calciumTransmission: number
    /** within this distance of the border a sample is a mixture of blood and wall */
    private readonly edgeMm: number
    private readonly repeated: RepeatedEchoes
    /** the middle of an echo lies this far behind what returns it */
    private readonly leadMm: number

    constructor(
        private readonly tissue: Tissue,
        private readonly options: BackscatterOptions
    ) {
        const { sampleSpacingMm: spacing, centreFrequencyMhz: mhz } = options
        this.profile = new WallProfile(tissue.layers, spacing, bloodDb(mhz))
        this.blood = powerOfDb(bloodDb(mhz))
        this.bloodTransmission = transmittedPower("blood", spacing, mhz)
        this.tissueTransmission = transmittedPower("tissue", spacing, mhz)
        this.calciumTransmission = transmittedPower("calcium", spacing, mhz)
        this.edgeMm = Math.max(0.05, spacing)
        this.repeated = new RepeatedEchoes(options.catheterRadiusMm)
        this.leadMm = pulseLeadMm(mhz)
    }

    /**
     * Amplitude (root of the mean power) by line and sample; 1 is full scale at
     * the catheter's surface, before any gain. A sample holds what is so far in front of it that its echo begins there.
     * @param out linesPerFrame*samplesPerLine
     */
    fill(section: CrossSection, out: Float32Array): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = this.options
        const { zMm, border } = section
        const plates = new Plates(this.tissue.plaques, zMm, border)
        const features =
            this.tissue.features &&
            new FeaturesAt(this.tissue.features, zMm, border, this.options.catheterRadiusMm)
        const plane: Plane = {
            wall: this.wallOf(section, plates.endMm),
            plates,
            features: features?.any ? features : undefined,
            neighbours: section.neighbours,
        }
        for (let i = 0; i < lines; i++)
            this.fillLine(plane, i, out.subarray(i * samples, (i + 1) * samples))
    }

    private wallOf(section: CrossSection, plateEndMm: number): Wall {
        const { linesPerFrame: lines, samplesPerLine, sampleSpacingMm, seed } = this.options
        const { blood, edgeMm } = this
        const uneven = new Heterogeneity(
            seed,
            section.zMm,
            section.catheter,
            lines,
            samplesPerLine,
            sampleSpacingMm
        )
        const { border, vesselBorder } = section
        return vesselBorder
            ? new LayeredWall(section, vesselBorder, this.tissue, uneven, {
                  ...{ lines, sampleSpacingMm, seed, blood, plateEndMm, edgeMm },
              })
            : new UniformWall(border, lines, uneven, this.profile, blood, edgeMm, plateEndMm)
    }

    private fillLine(plane: Plane, line: number, out: Float32Array): void {
        const { sampleSpacingMm, catheterRadiusMm } = this.options
        const angle = (2 * Math.PI * line) / this.options.linesPerFrame
        const ux = Math.cos(angle)
        const uy = Math.sin(angle)
        const { wall, plates, features } = plane
        const { edgeMm, repeated } = this
        const near = alongLine(plane.neighbours, ux, uy)
        wall.startLine(line, ux, uy)
        repeated.startLine()
        const first = Math.floor((catheterRadiusMm + this.leadMm) / sampleSpacingMm)
        let transmitted = 1
        out.fill(0, 0, first)
        for (let k = first; k < out.length; k++) {
            const r = k * sampleSpacingMm - this.leadMm
            const x = r * ux
            const y = r * uy
            wall.advance(k, r, x, y)
            let { power } = wall
            let transmission = wall.inside ? this.bloodTransmission : this.tissueTransmission
            const distance = wall.distanceMm
            if (distance >= -edgeMm) {
                const calcium = distance <= plates.endMm ? plates.at(x, y, distance) : 0
                if (calcium > 0) {
                    power = Math.max(power, calcium * CALCIUM)
                    transmission *= this.calciumTransmission ** calcium
                    if (plates.repeatDb !== undefined)
                        repeated.from(r, power * transmitted, plates.repeatDb)
                }
                if (distance > edgeMm && near.length > 0) {
                    const other = this.neighbourAt(near, r, x, y)
                    if (other > 0) power = other
                    if (other > 0 && other !== OTHER_WALL) transmission = this.bloodTransmission
                }
            }
            const material = features?.at(x, y, wall.inside, distance >= -edgeMm)
            if (material) {
                power = this.powerOf(material)
                if (material === "metal") {
                    transmission = this.calciumTransmission
                    repeated.from(r, power * transmitted, METAL_REPEAT_DB)
                } else
                    transmission =
                        material === "branch" ? this.bloodTransmission : this.tissueTransmission
            }
            const again = repeated.any ? repeated.powerAt(r) : 0
            out[k] = Math.sqrt(power * transmitted + again)
            transmitted *= transmission
        }
    }

    private powerOf(material: Material): number {
        switch (material) {
            case "metal":
                return METAL
            case "thrombus":
                return THROMBUS
            case "flap":
                return FLAP
            case "branch":
                return this.blood
            case "branch wall":
                return OTHER_WALL
        }
    }

    /** Power of the neighbouring vessels at a point; 0 outside them. */
    private neighbourAt(near: readonly NeighbourOnLine[], r: number, x: number, y: number): number {
        let power = 0
        for (const { other, fromMm, toMm } of near) {
            if (r < fromMm || r > toMm) continue
            const beyond =
                // Math.hypot guards against overflow, which takes ten times as long.
                Math.sqrt((x - other.xMm) ** 2 + (y - other.yMm) ** 2) - other.radiusMm
            if (beyond > other.wallMm) continue
            power = beyond > 0 ? OTHER_WALL : OTHER_BLOOD_FACTOR * this.blood
        }
        return power
    }
}

/** Beyond the radii at which a line enters and leaves a neighbour, so that rounding leaves none out. */
const ROUNDING_MM = 1e-6

/** The neighbours that a line in this direction crosses, with the radii between which it does. */
function alongLine(
    neighbours: CrossSection["neighbours"],
    ux: number,
    uy: number
): NeighbourOnLine[] {
    return neighbours.flatMap(other => {
        const middleMm = other.xMm * ux + other.yMm * uy
        const asideMm = other.xMm * uy - other.yMm * ux
        const reachMm = other.radiusMm + other.wallMm + ROUNDING_MM
        if (Math.abs(asideMm) > reachMm) return []
        const halfMm = Math.sqrt(reachMm * reachMm - asideMm * asideMm) + ROUNDING_MM
        return [{ other, fromMm: middleMm - halfMm, toMm: middleMm + halfMm }]
    })
}
