// A-lines of a vessel: backscatter with speckle, ring-down and receiver noise, before TGC, sampling and companding, which the
// front end does.
//
// A line is a pure function of (vessel, options, z, line): planes of the
// vessel are computed when first needed and only a few are kept; a recomputed
// plane is identical.

import { Planes } from "./planes"
import { between, hash, mix } from "./random"
import type { Field } from "./speckle"
import { PLANE_CORRELATION, PLANE_STEP_MM, pulseTaps } from "./speckle"
import { LEVEL_DB } from "./tissue"
import type { Vessel } from "./vessel-model"

export interface PhantomOptions {
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    /** sample k is at k*sampleSpacingMm from the catheter's centre */
    readonly sampleSpacingMm: number
    readonly catheterRadiusMm: number
    /** extent of the ring-down beyond the catheter's surface */
    readonly ringDownMm: number
    readonly centreFrequencyMhz: number
    readonly seed: number
    /** one transducer fires all lines, so the ring-down is equal at every angle; default: elements differ */
    readonly oneTransducer?: boolean
    /** gain that the front end will apply, in dB at a radius from the catheter's centre */
    readonly tgcDb: (radiusMm: number) => number
}

export interface EchoSource {
    /**
     * Computes one line with the tip at zMm.
     * @param lineIndex 0..linesPerFrame-1, looking along 2*pi*lineIndex/linesPerFrame
     * @param out receives samplesPerLine linear envelopes at the receiver, such
     * that 1.0 is full scale after tgcDb
     */
    line(zMm: number, lineIndex: number, out: Float32Array): void
    /** Called before lines are needed in real time: slow work is then done ahead. */
    prepareRealTime?(): void
    /** Releases resources other than memory; the source still works. */
    close?(): void
}

/** Length of the noise table; each line starts at its own offset. */
const NOISE_LENGTH = 16384

/**
 * The echoes of a vessel. The receiver's sensitivity is set so that the tissue
 * levels (tissue.ts) apply at the catheter's surface after the gain there.
 * @param ahead compute planes ahead in a second thread on long pullbacks, until the
 * source is closed; the result is identical
 * @throws RangeError for options that no catheter has
 */
export function phantom(vessel: Vessel, options: PhantomOptions, ahead = false): EchoSource {
    const { linesPerFrame: lines, samplesPerLine: samples } = options
    const { sampleSpacingMm: spacing, catheterRadiusMm, seed } = options
    if (
        !(catheterRadiusMm > 0 && options.ringDownMm > 0) ||
        !(options.centreFrequencyMhz > 0 && spacing > 0)
    )
        throw new RangeError(
            "A catheter's radius, ring-down, frequency and sample spacing must all be above 0."
        )
    const sensitivity = 10 ** (-options.tgcDb(catheterRadiusMm) / 20)
    const ring = ringDown(options)
    const noise = receiverNoise(options)
    const ringEnd = ring.endSample
    const first = Math.ceil(catheterRadiusMm / spacing - 1e-9)
    const lastPlane = Math.floor(vessel.lengthMm / PLANE_STEP_MM)

    const planes = new Planes(vessel, options, lastPlane, ahead)

    return {
        prepareRealTime: () => planes.prepareRealTime(),
        close: () => planes.close(),
        line(zMm, lineIndex, out) {
            if (
                !Number.isInteger(lineIndex) ||
                lineIndex < 0 ||
                lineIndex >= lines ||
                !Number.isFinite(zMm)
            )
                throw new RangeError(
                    `Line ${lineIndex} at ${zMm} mm does not exist; use lines 0 to ${lines - 1} and a finite position.`
                )
            const place = Math.max(0, Math.min(lastPlane, zMm / PLANE_STEP_MM))
            const before = Math.min(Math.max(0, lastPlane - 1), Math.floor(place))
            const w = place - before
            const a = planes.get(before)
            const b = planes.get(before + 1)
            const keep =
                sensitivity /
                Math.sqrt((1 - w) * (1 - w) + w * w + 2 * w * (1 - w) * PLANE_CORRELATION)
            const wa = (1 - w) * keep
            const wb = w * keep
            // The noise changes with every micrometre.
            const chance = hash(seed, Math.round(zMm * 1000), lineIndex)
            const noiseRe = chance & (NOISE_LENGTH - 1)
            const noiseIm = (chance >>> 16) & (NOISE_LENGTH - 1)
            const from = lineIndex * samples
            const { re: aRe, im: aIm } = a
            const { re: bRe, im: bIm } = b
            const { re: ringRe, im: ringIm } = ring
            out.fill(0, 0, first)
            for (let k = first; k < samples; k++) {
                const at = from + k
                let re = wa * aRe[at]! + wb * bRe[at]! + noise[noiseRe + k]!
                let im = wa * aIm[at]! + wb * bIm[at]! + noise[noiseIm + k]!
                if (k < ringEnd) {
                    re += ringRe[at]!
                    im += ringIm[at]!
                }
                out[k] = Math.sqrt(re * re + im * im)
            }
        },
    }
}

/** Ring-down of the transducer: equal in every frame and, up to small differences between elements, on every line. */
function ringDown(options: PhantomOptions): Field & { endSample: number } {
    const { linesPerFrame: lines, samplesPerLine: samples, seed } = options
    const re = new Float32Array(lines * samples)
    const im = new Float32Array(lines * samples)
    const gain = options.tgcDb(options.catheterRadiusMm)
    const rings = between(1.8, 2.6, seed, 0x71)
    const phase = between(0, 2 * Math.PI, seed, 0x72)
    let endSample = 0
    for (let i = 0; i < lines; i++) {
        const angle = (2 * Math.PI * i) / lines
        // Elements differ slightly, and so do lines formed from them.
        const unevenDb = options.oneTransducer
            ? 0
            : 1.2 * Math.cos(angle + phase) +
              0.8 * Math.cos(5 * angle + 2 * phase) +
              between(-0.5, 0.5, seed, 0x73, i)
        for (let k = 0; k < samples; k++) {
            const beyond =
                (k * options.sampleSpacingMm - options.catheterRadiusMm) / options.ringDownMm
            if (!(beyond >= 0 && beyond <= 1.5)) continue
            const db =
                LEVEL_DB.ringDown -
                gain +
                unevenDb -
                46 * beyond ** 1.4 +
                4 * (Math.cos(2 * Math.PI * rings * beyond) - 1)
            const level = 10 ** (db / 20)
            const angle = phase + 9 * beyond
            endSample = Math.max(endSample, k + 1)
            re[i * samples + k] = level * Math.cos(angle)
            im[i * samples + k] = level * Math.sin(angle)
        }
    }
    return { re, im, endSample }
}

/** Receiver noise, already filtered; one table for all lines. */
function receiverNoise(options: PhantomOptions): Float32Array {
    const taps = pulseTaps(options.sampleSpacingMm, options.centreFrequencyMhz)
    const length = NOISE_LENGTH + options.samplesPerLine
    const base = hash(options.seed, 0x74)
    const white = (n: number): number => {
        // Four uniform bytes: close to Gaussian, variance 4*(256^2-1)/12.
        const bits = mix((base + n) | 0)
        const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
        return (sum - 510) / Math.sqrt((256 * 256 - 1) / 3)
    }
    const level =
        10 ** ((LEVEL_DB.noise - options.tgcDb(options.catheterRadiusMm)) / 20) / Math.SQRT2
    return Float32Array.from({ length }, (_, n) => {
        let sum = taps[0]! * white(n)
        for (let m = 1; m < taps.length; m++) sum += taps[m]! * (white(n - m) + white(n + m))
        return level * sum
    })
}
