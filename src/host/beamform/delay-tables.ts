// Responsible for: which elements a line uses, their one-way delays, phases and weights at each of its samples.
// Not for: the sum (delay-and-sum.ts).
//
// Lines repeat: turned by one element, the array is the same. Only linesPerFrame / gcd(linesPerFrame, elements)
// lines are different ("phases"): 4 for 256 lines on 64 elements. A pair's delay is the sum of two one-way delays and its
// phase the product of two, so tables of elements are enough.

import { distanceMm, obliquity, pitchRad, type CircularArray } from "./array"
import type { BeamformSettings, ChannelDataSampling } from "./settings"

export interface DelayTables {
    readonly phases: number
    /** First sample of a line that is outside of the catheter. */
    readonly firstSample: number
    /** One-way delays in samples of the element line; element n of phase p, sample k: ((p*aperture)+n)*samples+k. */
    readonly delays: Float32Array
    /** Weight times cosine and sine of the carrier's phase at that delay. */
    readonly re: Float32Array
    readonly im: Float32Array
    /** The weight alone; 0 where the element does not hear the place. */
    readonly weights: Float32Array
    /** Number of the first element of a line's aperture, modulo the array's elements. */
    firstElement(line: number): number
}

/** An aperture is the `n` elements in [-n/2, n/2) pitches about the line: always n, and none further apart than n - 1. */
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
    const firstSample = Math.floor(array.radiusMm / settings.sampleSpacingMm) + 1
    const mmPerUs = settings.soundSpeedMPerS / 1000
    const samplesPerMm = sampling.sampleRateMhz / mmPerUs
    // Half of what is common to both ways.
    const half = ((sampling.pulseDelayUs - sampling.firstSampleUs) * sampling.sampleRateMhz) / 2
    const radPerSample = (2 * Math.PI * sampling.centreFrequencyMhz) / sampling.sampleRateMhz
    const cosMin = Math.cos((settings.acceptanceDeg * Math.PI) / 180)
    // Whole numbers, so that an element that lies just at the aperture's end is judged alike for all lines.
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
                const r = k * settings.sampleSpacingMm
                const delay = distanceMm(array, r, angle) * samplesPerMm + half
                const heard = obliquity(array, r, angle) >= cosMin
                const weight = heard ? shading : 0
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
