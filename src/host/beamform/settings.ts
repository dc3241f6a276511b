// Responsible for: what a beamformer is made from, and the ranges of it.
// Not for: the work itself (delay-and-sum.ts).

import type { CircularArray } from "./array"

/** A setting, a pair list or a frame that cannot be beamformed; the message says what was wrong and what is allowed. */
export class BeamformError extends Error {}

/** How the element lines were sampled. */
export interface ChannelDataSampling {
    readonly sampleRateMhz: number
    /** int16 samples of one pair */
    readonly samplesPerPair: number
    /** time of sample 0 after the transmit pulse began */
    readonly firstSampleUs: number
    /** time from the transmit pulse's beginning to the middle of the echo of a reflector at no distance */
    readonly pulseDelayUs: number
    readonly centreFrequencyMhz: number
}

/** What the picture is to be made of, and how. */
export interface BeamformSettings {
    /** line i looks along 2*pi*i/linesPerFrame */
    readonly linesPerFrame: number
    /** sample k of a line lies at k*sampleSpacingMm from the catheter's centre */
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    /** neighbouring elements that a line is made from; a pair counts if both of its elements are among them */
    readonly apertureElements: number
    /** weight of an element by its angle from the line */
    readonly apodisation: "none" | "hann"
    /** an element hears places up to this far off its normal */
    readonly acceptanceDeg: number
    readonly soundSpeedMPerS: number
    /** added when echoes become 8-bit codes */
    readonly gainDb: number
}

/**
 * @throws BeamformError
 */
export function checkSettings(
    array: CircularArray,
    sampling: ChannelDataSampling,
    settings: BeamformSettings
): void {
    whole("elements of the array", array.elements, 2, 256)
    within("radius of the array", array.radiusMm, 0.05, 10, "mm")
    whole("samples a pair", sampling.samplesPerPair, 64, 16384)
    within("centre frequency", sampling.centreFrequencyMhz, 1, 100, "MHz")
    // Below, the pulse's band meets the end of the Hilbert filter's; above, its beginning (analytic-signal.ts).
    within(
        "sample rate over centre frequency",
        sampling.sampleRateMhz / sampling.centreFrequencyMhz,
        4,
        8,
        ""
    )
    within("time of the first sample", sampling.firstSampleUs, 0, 100, "us")
    within("pulse delay", sampling.pulseDelayUs, 0, 10, "us")
    whole("lines a frame", settings.linesPerFrame, 16, 4096)
    whole("samples a line", settings.samplesPerLine, 32, 8192)
    within("sample spacing", settings.sampleSpacingMm, 0.001, 1, "mm")
    whole("elements of the aperture", settings.apertureElements, 1, array.elements)
    within("angle of acceptance", settings.acceptanceDeg, 1, 90, "degrees")
    within("sound speed", settings.soundSpeedMPerS, 1000, 2500, "m/s")
    within("gain", settings.gainDb, -60, 120, "dB")
}

function whole(what: string, value: number, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max)
        throw new BeamformError(
            `Beamforming with ${what} = ${value} is not possible; whole numbers from ${min} to ${max} are allowed.`
        )
}

function within(what: string, value: number, min: number, max: number, unit: string): void {
    if (!(value >= min && value <= max))
        throw new BeamformError(
            `Beamforming with ${what} = ${value} ${unit} is not possible; ${min} to ${max} ${unit} are allowed.`.replace(
                / +/g,
                " "
            )
        )
}
