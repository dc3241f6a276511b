// The companding law of an 8-bit A-line sample.

/**
 * Dynamic range in dB. The front end compands the envelope logarithmically, so that 8 bits hold the 60 to 70 dB of an
 * intravascular A-line; one code is 72/255 = 0.28 dB.
 */
export const SAMPLE_SPAN_DB = 72

/**
 * Linear envelope of a sample code.
 * @param code 0..255
 * @returns 0 for code 0, else 10^(-(255 - code)·72/255/20): 1 is full scale
 */
export function codeToAmplitude(code: number): number {
    if (code <= 0) return 0
    return Math.pow(10, ((code - 255) * SAMPLE_SPAN_DB) / 255 / 20)
}

/**
 * Sample code of a linear envelope.
 * @param amplitude 1 is full scale; above it the code saturates
 * @returns the nearest code, 0 at or below the range
 */
export function amplitudeToCode(amplitude: number): number {
    if (!(amplitude > 0)) return 0
    const db = 20 * (Math.log(amplitude) / Math.LN10)
    const code = Math.round(255 + (db * 255) / SAMPLE_SPAN_DB)
    return code < 0 ? 0 : code > 255 ? 255 : code
}
