// Mean backscattered power at each point of a polar cross-section: blood, wall layers, plaque, neighbouring vessels, attenuation
// and shadow, before speckle, ring-down and noise.

import { crossingsOfLines } from "./border"
import { BorderDistance } from "./border-distance"
import { Plates } from "./plates"
import { LEVEL_DB, transmittedPower, powerOfDb, WallProfile } from "./tissue"
import { Heterogeneity } from "./heterogeneity"
import type { CrossSection, Vessel } from "./vessel-model"

/** The options of the phantom that backscatter needs. */
export interface BackscatterOptions {
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    readonly catheterRadiusMm: number
    readonly centreFrequencyMhz: number
    readonly seed: number
}

/** Power that a layer returns at grazing incidence, relative to normal incidence. */
const GRAZING = 0.35

const BLOOD = powerOfDb(LEVEL_DB.blood)
const CALCIUM = powerOfDb(LEVEL_DB.calcium)
const OTHER_WALL = powerOfDb(LEVEL_DB.intima)

/** Data shared by the lines of one plane. */
interface Plane {
    readonly wall: BorderDistance
    /** radii at which each line crosses the lumen border */
    readonly crossings: readonly (readonly number[])[]
    readonly uneven: Heterogeneity
    readonly plates: Plates
    readonly neighbours: CrossSection["neighbours"]
}

/** Backscatter maps of one vessel; they share the tables. */
export class Backscatter {
    private readonly profile: WallProfile
    private readonly bloodTransmission: number
    private readonly tissueTransmission: number
    private readonly calciumTransmission: number
    /** within this distance of the border a sample is a mixture of blood and wall */
    private readonly edgeMm: number

    constructor(
        private readonly vessel: Pick<Vessel, "layers" | "plaques">,
        private readonly options: BackscatterOptions
    ) {
        const { sampleSpacingMm: spacing, centreFrequencyMhz: mhz } = options
        this.profile = new WallProfile(vessel.layers, spacing)
        this.bloodTransmission = transmittedPower("blood", spacing, mhz)
        this.tissueTransmission = transmittedPower("tissue", spacing, mhz)
        this.calciumTransmission = transmittedPower("calcium", spacing, mhz)
        this.edgeMm = Math.max(0.05, spacing)
    }

    /**
     * Amplitude (root of the mean power) by line and sample; 1 is full scale at
     * the catheter's surface, before any gain.
     * @param out linesPerFrame*samplesPerLine
     */
    fill(section: CrossSection, out: Float32Array): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = this.options
        const { zMm, border } = section
        const plane: Plane = {
            wall: new BorderDistance(border),
            crossings: crossingsOfLines(border, lines),
            uneven: new Heterogeneity(
                this.options.seed,
                zMm,
                section.catheter,
                lines,
                samples,
                this.options.sampleSpacingMm
            ),
            plates: new Plates(this.vessel.plaques, zMm, border),
            neighbours: section.neighbours,
        }
        for (let i = 0; i < lines; i++)
            this.fillLine(plane, i, out.subarray(i * samples, (i + 1) * samples))
    }

    private fillLine(plane: Plane, line: number, out: Float32Array): void {
        const { sampleSpacingMm, catheterRadiusMm } = this.options
        const angle = (2 * Math.PI * line) / this.options.linesPerFrame
        const ux = Math.cos(angle)
        const uy = Math.sin(angle)
        const { wall, plates } = plane
        const crossings = plane.crossings[line]!
        const { edgeMm } = this
        const wallEnd = this.profile.endMm
        const near = alongLine(plane.neighbours, ux, uy)
        plane.uneven.startLine(line)
        const far = wallEnd + edgeMm
        const first = Math.floor(catheterRadiusMm / sampleSpacingMm)
        let transmitted = 1
        let passed = 0
        // The distance to the border changes by at most the distance travelled, so
        // far from the wall it need not be recomputed at every sample.
        let clearUntilMm = 0
        let fresh = true
        out.fill(0, 0, first)
        for (let k = first; k < out.length; k++) {
            const r = k * sampleSpacingMm
            while (passed < crossings.length && crossings[passed]! <= r) {
                passed++
                clearUntilMm = 0
            }
            const inside = (crossings.length - passed) % 2 === 1
            const x = r * ux
            const y = r * uy
            let distance = inside ? -far : far
            let square = 1
            if (r < clearUntilMm) fresh = true
            else {
                wall.find(x, y, fresh)
                fresh = false
                distance = inside ? -wall.distanceMm : wall.distanceMm
                clearUntilMm = r + wall.distanceMm - (inside ? edgeMm : far)
                if (wall.distanceMm > 1e-6)
                    square = ((x - wall.nearXMm) * ux + (y - wall.nearYMm) * uy) / wall.distanceMm
            }
            let power = BLOOD
            let transmission = inside ? this.bloodTransmission : this.tissueTransmission
            if (distance >= -edgeMm) {
                power = this.profile.at(distance)
                if (distance < wallEnd) power *= GRAZING + (1 - GRAZING) * square * square
                if (distance > edgeMm) {
                    // The wall itself is more homogeneous than the tissue around it.
                    const factor = plane.uneven.at(k)
                    power *= distance < wallEnd ? Math.sqrt(factor) : factor
                }
                const calcium = plates.at(x, y, distance)
                if (calcium > 0) {
                    power = Math.max(power, calcium * CALCIUM)
                    transmission *= this.calciumTransmission ** calcium
                }
                if (distance > edgeMm)
                    for (const { other, fromMm, toMm } of near) {
                        if (r < fromMm || r > toMm) continue
                        const beyond =
                            // Math.hypot guards against overflow, which takes ten times as long.
                            Math.sqrt((x - other.xMm) ** 2 + (y - other.yMm) ** 2) - other.radiusMm
                        if (beyond > other.wallMm) continue
                        power = beyond > 0 ? OTHER_WALL : 2 * BLOOD
                        if (beyond < 0) transmission = this.bloodTransmission
                    }
            }
            out[k] = Math.sqrt(power * transmitted)
            transmitted *= transmission
        }
    }
}

/** Beyond the radii at which a line enters and leaves a neighbour, so that rounding leaves none out. */
const ROUNDING_MM = 1e-6

/** The neighbours that a line in this direction crosses, with the radii between which it does. */
function alongLine(
    neighbours: CrossSection["neighbours"],
    ux: number,
    uy: number
): { other: CrossSection["neighbours"][number]; fromMm: number; toMm: number }[] {
    return neighbours.flatMap(other => {
        const middleMm = other.xMm * ux + other.yMm * uy
        const asideMm = other.xMm * uy - other.yMm * ux
        const reachMm = other.radiusMm + other.wallMm + ROUNDING_MM
        if (Math.abs(asideMm) > reachMm) return []
        const halfMm = Math.sqrt(reachMm * reachMm - asideMm * asideMm) + ROUNDING_MM
        return [{ other, fromMm: middleMm - halfMm, toMm: middleMm + halfMm }]
    })
}
