// Heterogeneity of the tissue around the vessel: lobules, regions, and the bright fasciae between them.

import { valueNoise } from "./random"
import { powerOfDb } from "./tissue"

/** Tissue varies on two scales: lobules, and regions separated by bright fasciae. */
const LOBULE_MM = 0.8
const LOBULE_DB = 4
const REGION_MM = 2.6
const REGION_DB = 5
const FASCIA_DB = 9
const FASCIA_WIDTH = 0.1

/** Computed on every fourth line and sample, interpolated in between. */
const COARSE = 4

/** Heterogeneity around the catheter in one plane, as a factor on the power. */
export class Heterogeneity {
    private readonly columns: number
    private readonly factor: Float32Array
    /** interpolated between the two coarse lines around the present one */
    private readonly row: Float64Array

    /**
     * @param centre the catheter in the vessel's coordinates: the pattern is fixed
     * to the tissue while the catheter moves
     */
    constructor(
        seed: number,
        zMm: number,
        centre: { readonly xMm: number; readonly yMm: number },
        lines: number,
        samples: number,
        spacingMm: number
    ) {
        this.columns = Math.ceil(samples / COARSE) + 2
        const rows = Math.ceil(lines / COARSE) + 1
        this.factor = new Float32Array(rows * this.columns)
        this.row = new Float64Array(this.columns)
        for (let i = 0; i < rows; i++) {
            const angle = (2 * Math.PI * i * COARSE) / lines
            for (let c = 0; c < this.columns; c++) {
                const r = c * COARSE * spacingMm
                this.factor[i * this.columns + c] = factorAt(
                    seed,
                    centre.xMm + r * Math.cos(angle),
                    centre.yMm + r * Math.sin(angle),
                    zMm
                )
            }
        }
    }

    /** Selects the line for {@link at}. */
    startLine(line: number): void {
        const { factor, columns, row } = this
        const i = Math.floor(line / COARSE)
        const w = line / COARSE - i
        for (let c = 0; c < columns; c++) {
            const at = i * columns + c
            row[c] = (1 - w) * factor[at]! + w * factor[at + columns]!
        }
    }

    at(sample: number): number {
        const c = (sample / COARSE) | 0
        const w = sample / COARSE - c
        const { row } = this
        return (1 - w) * row[c]! + w * row[c + 1]!
    }
}

function factorAt(seed: number, x: number, y: number, z: number): number {
    const lobule = valueNoise(seed, x / LOBULE_MM, y / LOBULE_MM, z / (2 * LOBULE_MM))
    const region = valueNoise(seed + 1, x / REGION_MM, y / REGION_MM, z / (2 * REGION_MM))
    const fascia = Math.max(0, 1 - Math.abs(region) / FASCIA_WIDTH)
    return powerOfDb(LOBULE_DB * lobule + REGION_DB * region + FASCIA_DB * fascia)
}
