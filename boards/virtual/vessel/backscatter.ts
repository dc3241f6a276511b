// Responsible for: the mean power that comes back from each place of a polar
// cross-section: blood, layers, plaque, neighbours, attenuation and shadow.
// Not for: speckle, pulse and beam (speckle.ts), ring-down, noise.

import type { Border } from "./border"
import { centroid } from "./border"
import { BorderDistance } from "./border-distance"
import { valueNoise } from "./random"
import { LEVEL_DB, powerKept, powerOfDb, WallProfile } from "./tissue"
import type { Vessel } from "./vessel-model"

/** The part of the phantom's options that space needs. */
export interface BackscatterOptions {
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    readonly catheterRadiusMm: number
    readonly centreFrequencyMhz: number
    readonly seed: number
}

/** Within this distance of the border a sample mixes blood and wall. */
const EDGE_MM = 0.05


/** A layer struck at a grazing angle sends this part of the power back that it sends when struck square. */
const GRAZING = 0.35



/** Maps of one vessel; they share the tables. */
export class Backscatter {
    private readonly profile: WallProfile
    private readonly keptBlood: number
    private readonly keptTissue: number
    private readonly keptCalcium: number
    private readonly cos: Float64Array
    private readonly sin: Float64Array

    constructor(
        private readonly vessel: Vessel,
        private readonly options: BackscatterOptions
    ) {
        const { sampleSpacingMm: spacing, centreFrequencyMhz: mhz } = options
        this.profile = new WallProfile(vessel.layers, spacing)
        this.keptBlood = powerKept("blood", spacing, mhz)
        this.keptTissue = powerKept("tissue", spacing, mhz)
        this.keptCalcium = powerKept("calcium", spacing, mhz)
        const lines = options.linesPerFrame
        const angle = (_: unknown, i: number): number =>
            (2 * Math.PI * i) / lines
        this.cos = Float64Array.from({ length: lines }, (_, i) =>
            Math.cos(angle(_, i))
        )
        this.sin = Float64Array.from({ length: lines }, (_, i) =>
            Math.sin(angle(_, i))
        )
    }

    /**
     * Amplitude (root of the mean power) by line and sample; 1 is full scale at
     * the catheter's surface, before any gain.
     * @param out linesPerFrame*samplesPerLine
     */
    fill(zMm: number, out: Float32Array): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = this.options
        const border = this.vessel.borderAt(zMm)
        const wall = new BorderDistance(border)
        const crossings = crossingsOfLines(border, lines)
        const patches = this.patches(zMm)
        const plates = this.platesAt(zMm, border)
        const neighbours = this.vessel.neighbours.map(n => ({
            ...n.at(zMm),
            radiusMm: n.radiusMm,
            wallMm: n.wallMm,
        }))
        for (let i = 0; i < lines; i++)
            this.fillLine(
                i,
                neighbours,
                wall,
                crossings[i]!,
                patches,
                plates,
                out.subarray(i * samples, (i + 1) * samples)
            )
    }

    private fillLine(
        line: number,
        neighbours: readonly NeighbourAt[],
        wall: BorderDistance,
        crossings: readonly number[],
        patches: Float32Array,
        plates: readonly PlateAt[],
        out: Float32Array
    ): void {
        const spacing = this.options.sampleSpacingMm
        const ux = this.cos[line]!
        const uy = this.sin[line]!
        const blood = powerOfDb(LEVEL_DB.blood)
        const calcium = powerOfDb(LEVEL_DB.calcium)
        const end = this.profile.endMm + 2 * EDGE_MM
        const first = Math.floor(this.options.catheterRadiusMm / spacing)
        const columns = this.coarseSamples()
        let kept = 1
        let passed = 0
        let inside = true
        // The distance to the border changes by no more than the way walked, so
        // far from the wall it need not be computed for a while.
        let clearUntilMm = 0
        let fresh = true
        out.fill(0, 0, first)
        for (let k = first; k < out.length; k++) {
            const r = k * spacing
            while (passed < crossings.length && crossings[passed]! <= r) {
                passed++
                clearUntilMm = 0
            }
            inside = (crossings.length - passed) % 2 === 1
            const x = r * ux
            const y = r * uy
            let distance = inside ? -1 : end
            let square = 1
            if (r < clearUntilMm) fresh = true
            else {
                wall.find(x, y, fresh)
                fresh = false
                distance = inside ? -wall.distanceMm : wall.distanceMm
                if (inside) clearUntilMm = r + wall.distanceMm - EDGE_MM
                else clearUntilMm = r + wall.distanceMm - end
                if (wall.distanceMm > 1e-6)
                    square =
                        ((x - wall.nearXMm) * ux + (y - wall.nearYMm) * uy) /
                        wall.distanceMm
            }
            let power: number
            let keep = inside ? this.keptBlood : this.keptTissue
            if (distance < -EDGE_MM) power = blood
            else {
                power = this.profile.at(distance)
                if (distance < this.profile.endMm)
                    power *= GRAZING + (1 - GRAZING) * square * square
                if (distance > EDGE_MM) {
                    const patch = patchAt(patches, line, k, columns)
                    // The wall itself is more even than what surrounds it.
                    power *=
                        distance < this.profile.endMm ? Math.sqrt(patch) : patch
                }
                const plate = plateStrength(plates, x, y, distance)
                if (plate > 0) {
                    power = Math.max(power, plate * calcium)
                    keep = this.keptCalcium ** plate * keep
                }
                if (distance > EDGE_MM)
                    for (const other of neighbours) {
                        const rho =
                            Math.hypot(x - other.xMm, y - other.yMm) -
                            other.radiusMm
                        if (rho > other.wallMm) continue
                        power = rho > 0 ? powerOfDb(LEVEL_DB.intima) : 2 * blood
                        if (rho < 0) keep = this.keptBlood
                    }
            }
            out[k] = Math.sqrt(power * kept)
            kept *= keep
        }
    }

}

interface NeighbourAt {
    readonly xMm: number
    readonly yMm: number
    readonly radiusMm: number
    readonly wallMm: number
}
