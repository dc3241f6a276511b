// Backscatter and attenuation of each tissue.
//
// Attenuation: soft tissue and vessel wall about 0.65 dB/cm/MHz one way, blood
// about 0.2 (F. A. Duck, Physical Properties of Tissue, 1990, ch. 4), applied
// both ways. Levels are from a 20 MHz frame on a 60 dB display: wall about
// 30 dB above blood, media between them; blood is just visible.

import type { WallLayers } from "./vessel-model"

/** Mean backscatter in dB below full scale at the catheter's surface. */
export const LEVEL_DB = {
    blood: -57,
    intima: -21,
    media: -37,
    adventitia: -22,
    tissue: -32,
    calcium: -5,
    fibrous: -23,
    lipid: -40,
    thrombus: -36,
    flap: -24,
    metal: 6,
    noise: -78,
    ringDown: -8,
} as const

/**
 * Rise of the blood's level with frequency, relative to that of the wall, as a power of the frequency: red cells are small and
 * scatter with its fourth power (Rayleigh; K. K. Shung et al., IEEE Trans. Biomed. Eng. 23 (1976) 460), arterial wall about with
 * its 1.4th (G. R. Lockwood et al., Ultrasound Med. Biol. 17 (1991) 653).
 */
const BLOOD_RISE = 4 - 1.4
const BLOOD_LEVEL_MHZ = 20

/** Mean backscatter of blood at a frequency; the other levels are taken to be those of every catheter. */
export function bloodDb(frequencyMhz: number): number {
    return LEVEL_DB.blood + 10 * BLOOD_RISE * Math.log10(frequencyMhz / BLOOD_LEVEL_MHZ)
}

/** One-way attenuation in dB per cm and MHz. */
const LOSS_DB_PER_CM_MHZ = { blood: 0.2, tissue: 0.65, calcium: 20 } as const

/** Fraction of the power that remains after one sample of depth, both ways. */
export function transmittedPower(
    tissue: keyof typeof LOSS_DB_PER_CM_MHZ,
    sampleSpacingMm: number,
    frequencyMhz: number
): number {
    const oneWayDb = LOSS_DB_PER_CM_MHZ[tissue] * frequencyMhz * (sampleSpacingMm / 10)
    return 10 ** ((-2 * oneWayDb) / 10)
}

export function powerOfDb(db: number): number {
    return 10 ** (db / 10)
}

/** Step of the wall profile. */
const STEP_MM = 0.005

/** Mean backscattered power across the wall, by distance from the lumen border. */
export class WallProfile {
    private readonly power: Float64Array
    /** the profile starts this far inside the border */
    private readonly marginMm: number
    /** beyond this distance there is only surrounding tissue */
    readonly endMm: number

    /**
     * @param sampleSpacingMm each sample is the mean over its own length, so that borders may be between samples
     * @param inLumenDb level in front of the border
     */
    constructor(layers: WallLayers, sampleSpacingMm: number, inLumenDb: number = LEVEL_DB.blood) {
        const ends = [
            [0, inLumenDb],
            [layers.intimaMm, LEVEL_DB.intima],
            [layers.intimaMm + layers.mediaMm, LEVEL_DB.media],
            [layers.intimaMm + layers.mediaMm + layers.adventitiaMm, LEVEL_DB.adventitia],
        ] as const
        this.endMm = ends[3][0]
        this.marginMm = sampleSpacingMm
        const powerAt = (mm: number): number =>
            powerOfDb(ends.find(([end]) => mm < end)?.[1] ?? LEVEL_DB.tissue)
        const half = Math.max(1, Math.round(sampleSpacingMm / 2 / STEP_MM))
        const count = Math.ceil((this.endMm + 2 * this.marginMm) / STEP_MM)
        this.power = Float64Array.from({ length: count }, (_, s) => {
            let sum = 0
            for (let m = -half; m <= half; m++)
                sum += powerAt((s + m + 0.5) * STEP_MM - this.marginMm)
            return sum / (2 * half + 1)
        })
    }

    /** @param mm distance beyond the border; negative = in the lumen */
    at(mm: number): number {
        const s = Math.floor((mm + this.marginMm) / STEP_MM)
        const last = this.power.length - 1
        return this.power[s < 0 ? 0 : s > last ? last : s]!
    }
}
