// Synthesises channel data of point targets and measures the point in the beamformed picture.

import { Sampler } from "../../../boards/virtual/line-engine/sampler"
import { TGC_POINTS } from "../../../boards/virtual/line-engine/settings"
import {
    ChannelDataEcho,
    echoLeadUs,
    type ElementArray,
    type PointTarget,
} from "../../../boards/virtual/vessel/channel-data-echo"
import {
    Beamformer,
    type BeamformSettings,
    type ChannelDataSampling,
    type Pair,
} from "../../../src/host/beamform/beamform"
import type { ImagingGeometry, PolarFrame } from "../../../src/host/picture/picture"
import { catheterOf } from "../../../src/shared/acquisition/catheters"

export const SOUND_SPEED_M_PER_S = 1540

/** A built-in array with 60 % transducer bandwidth and elements nine tenths of the pitch wide. */
export function arrayOf(id: string): ElementArray {
    const catheter = catheterOf(id)
    if (!catheter) throw new Error(`There is no catheter ${id}.`)
    const centreFrequencyMhz = catheter.centre_frequency_khz / 1000
    return {
        elements: catheter.elements,
        radiusMm: catheter.catheter_radius_um / 1000,
        centreFrequencyMhz,
        pulseCycles: catheter.pulse_cycles,
        bandwidth: 0.6,
        fillFactor: 0.9,
    }
}

/** Echo amplitude that drives the nearest element to half of full scale. */
export function targetAt(array: ElementArray, radiusMm: number, angleRad: number): PointTarget {
    const strength = 0.5 * (radiusMm - array.radiusMm) ** 2
    return { radiusMm, angleRad, strength }
}

/**
 * 512 samples per pair at five samples per cycle; the echo of a target at `radiusMm` is in the
 * middle.
 */
export function samplingAt(array: ElementArray, radiusMm: number): ChannelDataSampling {
    const { centreFrequencyMhz } = array
    const sampleRateMhz = 5 * centreFrequencyMhz
    const samplesPerPair = 512
    const echoUs = (2000 * (radiusMm - array.radiusMm)) / SOUND_SPEED_M_PER_S
    const firstSampleUs = Math.max(0, echoUs - samplesPerPair / 2 / sampleRateMhz)
    return {
        sampleRateMhz,
        samplesPerPair,
        firstSampleUs,
        pulseDelayUs: echoLeadUs(array),
        centreFrequencyMhz,
    }
}

/** int16 samples of all pairs. */
export function channelDataFrame(
    array: ElementArray,
    targets: readonly PointTarget[],
    pairs: readonly Pair[],
    sampling: ChannelDataSampling,
    noise: { readonly level: number; readonly seed: number } = {
        level: 0,
        seed: 0,
    }
): Int16Array {
    const echo = new ChannelDataEcho(
        {
            array,
            soundSpeedMPerS: SOUND_SPEED_M_PER_S,
            noise: noise.level,
            seed: noise.seed,
        },
        targets
    )
    const samples = sampling.samplesPerPair
    const frame = new Int16Array(pairs.length * samples)
    const bytes = new Uint8Array(frame.buffer)
    const line = new Float32Array(samples)
    const sampler = new Sampler()
    sampler.setGain(samples, 0, 0, new Uint16Array(TGC_POINTS), 1)
    const clock = {
        samplePeriodUs: 1 / sampling.sampleRateMhz,
        firstSampleUs: sampling.firstSampleUs,
    }
    pairs.forEach(([tx, rx], i) => {
        echo.line(tx, rx, clock, line)
        sampler.sampleRf(line, bytes, 2 * samples * i)
    })
    return frame
}

/** Properties of the brightest point of a picture. */
export interface PointMeasures {
    readonly peak: number
    /** of the target: its echo begins there, and is highest half an echo behind */
    readonly radiusMm: number
    readonly angleRad: number
    readonly axialWidthMm: number
    readonly lateralWidthRad: number
    /**
     * Highest side lobe on the arc through the peak, within a quarter revolution, relative to the
     * peak, dB
     */
    readonly sideLobeDb: number
}

export function allPresent(pairs: readonly Pair[]): Uint8Array {
    return new Uint8Array(pairs.length).fill(1)
}

/** Beamforms one target's frame and measures its point. */
export function measurePoint(
    array: ElementArray,
    frame: Int16Array,
    pairs: readonly Pair[],
    sampling: ChannelDataSampling,
    settings: BeamformSettings
): PointMeasures {
    const beamformer = new Beamformer(array, pairs, sampling, settings)
    const { amplitude } = beamformer.beamform(frame, allPresent(pairs))
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm } = settings
    let peakIndex = 0
    amplitude.forEach((a, i) => {
        if (a > amplitude[peakIndex]!) peakIndex = i
    })
    const line = Math.floor(peakIndex / samples)
    const k = peakIndex % samples
    const along = (i: number): number => amplitude[line * samples + k + i] ?? 0
    const across = (i: number): number => amplitude[((line + i + lines) % lines) * samples + k]!
    const lineRad = (2 * Math.PI) / lines
    return {
        peak: amplitude[peakIndex]!,
        radiusMm:
            (k + parabolaVertex(along)) * sampleSpacingMm -
            (sampling.pulseDelayUs * settings.soundSpeedMPerS) / 2000,
        angleRad: (line + parabolaVertex(across)) * lineRad,
        axialWidthMm: (halfWidth(along, 1) + halfWidth(along, -1)) * sampleSpacingMm,
        lateralWidthRad: (halfWidth(across, 1) + halfWidth(across, -1)) * lineRad,
        sideLobeDb:
            20 *
            Math.log10(
                Math.max(sideLobe(across, 1, lines / 4), sideLobe(across, -1, lines / 4)) /
                    amplitude[peakIndex]!
            ),
    }
}

/** Offset of the vertex of a parabola through three points, from the middle one. */
function parabolaVertex(at: (i: number) => number): number {
    const [a, b, c] = [at(-1), at(0), at(1)]
    return (0.5 * (a - c)) / (a - 2 * b + c)
}

/** Distance to half of the value at 0, linear between samples. */
function halfWidth(at: (i: number) => number, direction: number): number {
    const half = at(0) / 2
    let i = 0
    while (at(direction * (i + 1)) > half) i++
    const inside = at(direction * i)
    return i + (inside - half) / (inside - at(direction * (i + 1)))
}

/** Highest value beyond the first minimum. */
function sideLobe(at: (i: number) => number, direction: number, end: number): number {
    let i = 1
    while (i < end && at(direction * (i + 1)) < at(direction * i)) i++
    let highest = 0
    for (; i < end; i++) highest = Math.max(highest, at(direction * i))
    return highest
}

/** Depth from the beginning of an echo to its middle. */
export function echoLeadMm(array: ElementArray): number {
    return (echoLeadUs(array) * SOUND_SPEED_M_PER_S) / 2000
}

/** The brightest line of a frame of A-lines, and the radius of the target there. */
export function brightestIn(
    { codes }: Pick<PolarFrame, "codes">,
    geometry: Pick<ImagingGeometry, "samplesPerLine" | "sampleSpacingMm">,
    array: ElementArray
): { line: number; radiusMm: number } {
    let peakIndex = 0
    codes.forEach((code, i) => (peakIndex = code > codes[peakIndex]! ? i : peakIndex))
    const { samplesPerLine, sampleSpacingMm } = geometry
    return {
        line: Math.floor(peakIndex / samplesPerLine),
        radiusMm: (peakIndex % samplesPerLine) * sampleSpacingMm - echoLeadMm(array),
    }
}
