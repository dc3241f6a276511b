// Tables of the elements that each A-line uses, with their one-way delays, phases and weights at each sample.
//
// A-lines repeat, because rotating the array by one element gives the same array. Only linesPerFrame / gcd(linesPerFrame,
// elements) A-lines ("phases") differ: 4 for 256 lines on 64 elements. The delay of a pair is the sum of two one-way delays,
// and its phase factor is the product of two, so the tables hold elements, not pairs.

import { distanceMm, obliquity, pitchRad, type CircularArray } from "./array"
import type { BeamformSettings, ChannelDataSampling } from "./settings"

export interface DelayTables {
    readonly phases: number
    /** First sample outside the catheter. */
    readonly firstSample: number
    /** One-way delays in RF samples; index of element n of phase p at sample k: ((p*aperture)+n)*samples+k. */
    readonly delays: Float32Array
    /** Weight times cosine and sine of the carrier's phase at this delay. */
    readonly re: Float32Array
    readonly im: Float32Array
    /** The weight; 0 where the point is outside the element's acceptance angle. */
    readonly weights: Float32Array
    /** First element of a line's aperture, modulo the number of elements. */
    firstElement(line: number): number
}

/** Computes the tables. An aperture of n elements covers the pitches [-n/2, n/2) about the A-line. */
export function delayTables(
    array: CircularArray,
    sampling: ChannelDataSampling,
    settings: BeamformSettings
): DelayTables {
    const { elements } = array
    const { linesPerFrame: lines, samplesPerLine: samples } = settings
    const aperture = settings.apertureElements
    const phases = lines / greatestCommonDivisor(lines, elements)
    const size = phases * aperture * samples
    const delays = new Float32Array(size)
    const re = new Float32Array(size)
    const im = new Float32Array(size)
    const weights = new Float32Array(size)
    const mmPerUs = settings.soundSpeedMPerS / 1000
    // The pairs are in focus at the middle of an echo, which is shown this far behind what returns it.
    const leadMm = (sampling.pulseDelayUs * mmPerUs) / 2
    const firstSample = Math.floor((array.radiusMm + leadMm) / settings.sampleSpacingMm) + 1
    const samplesPerMm = sampling.sampleRateMhz / mmPerUs
    // Half of the delay common to both directions.
    const half = ((sampling.pulseDelayUs - sampling.firstSampleUs) * sampling.sampleRateMhz) / 2
    const radPerSample = (2 * Math.PI * sampling.centreFrequencyMhz) / sampling.sampleRateMhz
    const cosMin = Math.cos((settings.acceptanceDeg * Math.PI) / 180)
    // Integer arithmetic, so that an element exactly at the end of the aperture is treated the same for all lines.
    const first = (line: number): number =>
        Math.ceil((2 * line * elements - aperture * lines) / (2 * lines))
    for (let phase = 0; phase < phases; phase++)
        for (let n = 0; n < aperture; n++) {
            const pitches = ((first(phase) + n) * lines - phase * elements) / lines
            const angle = pitches * pitchRad(array)
            const shading =
                settings.apodisation === "hann"
                    ? Math.cos((Math.PI * pitches) / (aperture + 1)) ** 2
                    : 1
            const from = (phase * aperture + n) * samples
            for (let k = firstSample; k < samples; k++) {
                const r = k * settings.sampleSpacingMm - leadMm
                const delay = distanceMm(array, r, angle) * samplesPerMm + half
                const accepted = obliquity(array, r, angle) >= cosMin
                const weight = accepted ? shading : 0
                delays[from + k] = delay
                weights[from + k] = weight
                re[from + k] = weight * Math.cos(radPerSample * delay)
                im[from + k] = weight * Math.sin(radPerSample * delay)
            }
        }
    return {
        phases,
        firstSample,
        delays,
        re,
        im,
        weights,
        firstElement: line => ((first(line) % elements) + elements) % elements,
    }
}

function greatestCommonDivisor(a: number, b: number): number {
    return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
