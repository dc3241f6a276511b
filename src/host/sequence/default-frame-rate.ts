// The default frame rate of a pullback.

/** Preferred rates: 30/15/10 frames/s (common in the field), then slower ones, then faster ones for rotors with a high minimum speed. */
const RATES_HZ = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 60, 90] as const

/** For the help of a command. */
export const DEFAULT_FRAME_RATE_TEXT =
    "30 where that fits, else the largest of 15, 10, 5, 2, 1 that does"

/** @returns frames/s; 30 if no rate fits, so that the refusal names the limit */
export function defaultFrameRateHz(fits: (rateMhz: number) => boolean): number {
    return RATES_HZ.find(rate => fits(1000 * rate)) ?? RATES_HZ[0]
}
