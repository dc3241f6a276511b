// Responsible for: the frame rate that is taken where nobody names one.
// Not for: whether a rate fits (src/shared/acquisition/sequence.ts).

/** The field's own rate first (anchors: 30/15/10 frames/s), then slower ones, then those of rotors that cannot turn so slowly. */
const RATES_HZ = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 60, 90] as const

/** For the help of a command. */
export const DEFAULT_RATE_TEXT = "30 where that fits, else the largest of 15, 10, 5, 2, 1 that does"

/** @returns frames/s; 30 where no rate fits, so that the refusal says what is wrong */
export function standardRateHz(fits: (rateMhz: number) => boolean): number {
    return RATES_HZ.find(rate => fits(1000 * rate)) ?? RATES_HZ[0]
}
