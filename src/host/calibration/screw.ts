// The lead-screw error as harmonics of one revolution.

import { SCREW_POINTS } from "../../shared/motion/calibration"

/** Harmonics that are measured: each one lets more of the encoder's rounding into the table. */
export const HARMONICS = 6

/** Coefficients in nm: cosine and sine of each harmonic in turn. */
export type ScrewHarmonics = readonly number[]

/** Values by which the coefficients are multiplied at an angle in revolutions. */
export function harmonicsAt(revolutions: number, to: Float64Array, from: number): void {
    for (let k = 1; k <= HARMONICS; k++) {
        const angle = 2 * Math.PI * k * revolutions
        to[from + 2 * (k - 1)] = Math.cos(angle)
        to[from + 2 * (k - 1) + 1] = Math.sin(angle)
    }
}

/** The error in nm at an angle in revolutions; its mean over a revolution is 0. */
export function screwNmAt(harmonics: ScrewHarmonics, revolutions: number): number {
    const factors = new Float64Array(2 * HARMONICS)
    harmonicsAt(revolutions, factors, 0)
    return harmonics.reduce((sum, c, i) => sum + c * factors[i]!, 0)
}

/**
 * The table of a calibration record, in whole nm. The firmware takes the slope at a point from its two neighbours, and the slope between
 * points by interpolation, which flattens harmonic k. The table is steeper by as much, so that the speed is right; the position is
 * then wrong by 1 % of the first harmonic and 9 % of the third.
 */
export function screwTable(harmonics: ScrewHarmonics): number[] {
    const steeper = harmonics.map((c, i) => {
        const step = (2 * Math.PI * (1 + (i >> 1))) / SCREW_POINTS
        const difference = Math.sin(step) / step
        const interpolation = (Math.sin(step / 2) / (step / 2)) ** 2
        return c / (difference * interpolation)
    })
    return Array.from({ length: SCREW_POINTS }, (_, i) =>
        Math.round(screwNmAt(steeper, i / SCREW_POINTS))
    )
}
