// Estimates the transducer's ring-down from a pullback, and subtracts it from a sample.
//
// The ring-down is the same in each frame, while echoes change as the catheter moves. A low quantile over the frames, for
// each A-line and sample, is therefore the ring-down with almost no echo. (Clinical consoles subtract a stored "acoustic
// reference" in the same way.) It is subtracted in linear amplitude: where the ring-down R is stronger than the echo E,
// |R + E| - |R| is about E*cos(phase), as small as the echo itself, while a difference of powers would leave sqrt(2RE),
// far above it.

import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import { AMPLITUDE_OF_CODE } from "./envelope"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { checkFrame, checkGeometry, firstClearSample, firstSample } from "./geometry"

/** The ring-down of one catheter, estimated from a pullback or captured live (ring-down-capture.ts). */
export interface RingDownReference {
    /** the ring-down zone: samples firstSample to endSample - 1 */
    readonly firstSample: number
    readonly endSample: number
    /** linesPerFrame*(endSample-firstSample) codes, line after line; 0 = no ring-down */
    readonly codes: Uint8Array
    /** frames that it was made from; 0 = nothing is subtracted */
    readonly frames: number
}

/** With fewer frames, ring-down cannot be distinguished from echoes. */
export const MIN_FRAMES = 8

/** Frames looked at, at most: more would not change the quantile. */
export const MAX_FRAMES = 256

/** Below the median, so that a wall that touches the catheter in half of the frames does not count as ring-down. */
const QUANTILE = 0.35

/** Collects frames for an estimate of the ring-down of each A-line and sample. */
export class RingDownEstimate {
    /** Frames added. */
    frames = 0
    private readonly first: number
    private readonly zone: number
    /** How often each code occurs; made with the first frame, as it takes some MB. */
    private counts: Uint16Array | undefined
    private readonly received: Uint16Array

    /** @throws GeometryError */
    constructor(private readonly geometry: ImagingGeometry) {
        checkGeometry(geometry)
        this.first = firstSample(geometry)
        this.zone = Math.max(0, firstClearSample(geometry) - this.first)
        this.received = new Uint16Array(geometry.linesPerFrame)
    }

    /** Missing A-lines are skipped. */
    add({ codes, present }: Pick<PolarFrame, "codes" | "present">): void {
        const { first, zone, received } = this
        const { linesPerFrame: lines, samplesPerLine: samples } = this.geometry
        const counts = (this.counts ??= new Uint16Array(lines * zone * 256))
        this.frames++
        for (let i = 0; i < lines; i++) {
            if (!present[i]) continue
            received[i]!++
            for (let k = 0; k < zone; k++)
                counts[((i * zone + k) << 8) + codes[i * samples + first + k]!]!++
        }
    }

    /** @returns a reference of zeros if there are fewer than 8 frames */
    reference(): RingDownReference {
        const { first, zone, counts, received, frames } = this
        const lines = received.length
        const codes = new Uint8Array(lines * zone)
        const zones = { firstSample: first, endSample: first + zone, codes }
        if (!counts || frames < MIN_FRAMES) return { ...zones, frames: 0 }
        for (let i = 0; i < lines; i++) {
            if (received[i]! < MIN_FRAMES) continue
            const target = received[i]! * QUANTILE
            for (let k = 0; k < zone; k++) {
                const base = (i * zone + k) << 8
                let code = 0
                for (let sum = counts[base]!; sum <= target;) sum += counts[base + ++code]!
                codes[i * zone + k] = code
            }
        }
        return { ...zones, frames }
    }
}

/** The numbers of the frames that an estimate from `count` frames uses, spread over all of them. */
export function framesForEstimate(count: number): number[] {
    const stride = Math.max(1, Math.ceil(count / MAX_FRAMES))
    return Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride)
}

/**
 * Estimates the ring-down of each A-line and sample from frames spread over the whole pullback.
 * @param frames any number; missing A-lines are skipped
 * @returns a reference of zeros if there are fewer than 8 frames
 * @throws GeometryError
 */
export function estimateRingDown(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry
): RingDownReference {
    const estimate = new RingDownEstimate(geometry)
    for (const f of framesForEstimate(frames.length)) {
        checkFrame(frames[f]!, geometry)
        estimate.add(frames[f]!)
    }
    return estimate.reference()
}

/** A reference that subtracts nothing. */
export function noRingDown(geometry: ImagingGeometry): RingDownReference {
    return estimateRingDown([], geometry)
}

/**
 * Linear amplitude of a sample after subtraction of the ring-down.
 * @param code the sample as received
 * @param line index of its A-line
 * @param sample its index, which must be in the ring-down zone
 */
export function withoutRingDown(
    reference: RingDownReference,
    code: number,
    line: number,
    sample: number
): number {
    return amplitudeLeft(ringCode(reference, line, sample), code)
}

/** As {@link withoutRingDown}, as a sample code; in a tenth of the time. */
export function codeWithoutRingDown(
    reference: RingDownReference,
    code: number,
    line: number,
    sample: number
): number {
    codesLeft ??= Uint8Array.from({ length: 65536 }, (_, i) =>
        amplitudeToCode(amplitudeLeft(i >> 8, i & 255))
    )
    return codesLeft[(ringCode(reference, line, sample) << 8) | code]!
}

/** Of each ring-down code << 8 | sample code. */
let codesLeft: Uint8Array | undefined

function ringCode(
    { codes, firstSample, endSample }: RingDownReference,
    line: number,
    k: number
): number {
    return codes[line * (endSample - firstSample) + k - firstSample]!
}

/** Linear amplitude that is left of a sample code. @param ring code of the ring-down; 0: none */
export function amplitudeLeft(ring: number, code: number): number {
    if (ring === 0) return AMPLITUDE_OF_CODE[code]!
    // A difference of one code may be rounding of the same ring-down; it would leave a spot 30 dB below the ring-down.
    const rest =
        code > ring
            ? AMPLITUDE_OF_CODE[code]! - AMPLITUDE_OF_CODE[Math.min(255, ring + 1)]!
            : AMPLITUDE_OF_CODE[ring - 1]! - AMPLITUDE_OF_CODE[code]!
    if (rest <= 0) return 0
    const ringing = AMPLITUDE_OF_CODE[ring]!
    // Of a weak echo only the part in phase with the ring-down is left, half of its mean power; of a strong echo all.
    return rest * Math.sqrt(1 + ringing / (ringing + rest))
}
