// Settings of a beamformer, and their ranges.

import type { CircularArray } from "./array"

/** A setting, pair list or frame cannot be beamformed; the message gives the value and the allowed range. */
export class BeamformError extends Error {}

/** Sampling of the channel data. */
export interface ChannelDataSampling {
    readonly sampleRateMhz: number
    /** int16 samples of one pair */
    readonly samplesPerPair: number
    /** time of sample 0 after the first edge of the transmit pulse */
    readonly firstSampleUs: number
    /** time from the first edge of the transmit pulse to the middle of the echo of a reflector at distance 0 */
    readonly pulseDelayUs: number
    readonly centreFrequencyMhz: number
}

/** Grid of the A-lines and settings of the sum. */
export interface BeamformSettings {
    /** line i has the angle 2*pi*i/linesPerFrame */
    readonly linesPerFrame: number
    /** sample k is at k*sampleSpacingMm from the catheter's centre, and holds the first rise of what lies there */
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    /** elements of an A-line's aperture; a pair contributes if both elements belong to it */
    readonly apertureElements: number
    /** weight of an element by its angle from the A-line */
    readonly apodisation: "none" | "hann"
    /** an element contributes to points up to this angle from its normal */
    readonly acceptanceDeg: number
    readonly soundSpeedMPerS: number
    /** added when envelopes are converted to 8-bit codes */
    readonly gainDb: number
}

/**
 * Checks all settings.
 * @throws BeamformError
 */
export function checkSettings(
    array: CircularArray,
    sampling: ChannelDataSampling,
    settings: BeamformSettings
): void {
    checkInteger("elements of the array", array.elements, 2, 256)
    checkRange("radius of the array", array.radiusMm, 0.05, 10, "mm")
    checkInteger("samples a pair", sampling.samplesPerPair, 64, 16384)
    checkRange("centre frequency", sampling.centreFrequencyMhz, 1, 100, "MHz")
    // Outside this range the pulse's band exceeds that of the Hilbert filter (analytic-signal.ts).
    checkRange(
        "sample rate over centre frequency",
        sampling.sampleRateMhz / sampling.centreFrequencyMhz,
        4,
        8,
        ""
    )
    checkRange("time of the first sample", sampling.firstSampleUs, 0, 100, "us")
    checkRange("pulse delay", sampling.pulseDelayUs, 0, 10, "us")
    checkInteger("lines a frame", settings.linesPerFrame, 16, 4096)
    checkInteger("samples a line", settings.samplesPerLine, 32, 8192)
    checkRange("sample spacing", settings.sampleSpacingMm, 0.001, 1, "mm")
    checkInteger("elements of the aperture", settings.apertureElements, 1, array.elements)
    checkRange("angle of acceptance", settings.acceptanceDeg, 1, 90, "degrees")
    checkRange("sound speed", settings.soundSpeedMPerS, 1000, 2500, "m/s")
    checkRange("gain", settings.gainDb, -60, 120, "dB")
}

function checkInteger(what: string, value: number, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max)
        throw new BeamformError(
            `Beamforming with ${what} = ${value} is not possible; use a whole number from ${min} to ${max}.`
        )
}

function checkRange(what: string, value: number, min: number, max: number, unit: string): void {
    if (!(value >= min && value <= max))
        throw new BeamformError(
            `Beamforming with ${what} = ${value} ${unit} is not possible; use ${min} to ${max} ${unit}.`.replace(
                / +/g,
                " "
            )
        )
}
