// Responsible for: learning the transducer's ring-down from a pullback and
// taking it off a sample.
// Not for: what lies beyond the ring-down zone; nothing there is touched.
//
// The ring-down is the same in each frame while echoes change as the catheter
// moves, so a low quantile over the frames, taken per line and sample, is the
// ring-down with almost no echo in it. (Clinical consoles subtract a stored
// "acoustic reference" in the same way.) It is taken off in linear amplitude:
// where the ring-down is stronger than the echo, |R + E| - |R| is about
// E*cos(phase), as weak as the echo itself, while a difference of powers would
// leave sqrt(2RE), far above it.

import { AMPLITUDE_OF_CODE } from "./envelope"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { checkFrame, checkGeometry, firstClearSample, firstSample } from "./geometry"

/** The ring-down of one catheter as learnt from one pullback, or captured (ring-down-capture.ts). */
export interface RingDownReference {
    /** samples [firstSample, endSample) are the zone */
    readonly firstSample: number
    readonly endSample: number
    /** linesPerFrame*(endSample-firstSample) codes, line after line; 0 = no ring-down */
    readonly codes: Uint8Array
    /** frames it was learnt from; 0 = nothing is subtracted */
    readonly frames: number
}

/** Fewer frames than this cannot tell ring-down from echo. */
export const MIN_FRAMES = 8

/** Frames looked at, at most: more would not change the quantile. */
const MAX_FRAMES = 256

/**
 * Below the median, since a wall that lies at the catheter for half of the
 * pullback must not be taken for ring-down.
 */
const QUANTILE = 0.35

/**
 * Ring-down per line and sample, from frames spread over the whole pullback.
 * @param frames any number; missing lines are left out
 * @returns a reference of zeros where fewer than 8 frames are there
 * @throws GeometryError
 */
export function estimateRingDown(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry
): RingDownReference {
    checkGeometry(geometry)
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const first = firstSample(geometry)
    const end = Math.max(first, firstClearSample(geometry))
    const zone = end - first
    const codes = new Uint8Array(lines * zone)
    if (frames.length < MIN_FRAMES) return { firstSample: first, endSample: end, codes, frames: 0 }
    const stride = Math.max(1, Math.ceil(frames.length / MAX_FRAMES))
    const counts = new Uint16Array(lines * zone * 256)
    const heard = new Uint16Array(lines)
    let used = 0
    for (let f = 0; f < frames.length; f += stride) {
        const frame = frames[f]!
        checkFrame(frame, geometry)
        used++
        for (let i = 0; i < lines; i++) {
            if (!frame.present[i]) continue
            heard[i]!++
            for (let k = 0; k < zone; k++)
                counts[((i * zone + k) << 8) + frame.codes[i * samples + first + k]!]!++
        }
    }
    for (let i = 0; i < lines; i++) {
        if (heard[i]! < MIN_FRAMES) continue
        const target = heard[i]! * QUANTILE
        for (let k = 0; k < zone; k++) {
            const base = (i * zone + k) << 8
            let code = 0
            for (let sum = counts[base]!; sum <= target;) sum += counts[base + ++code]!
            codes[i * zone + k] = code
        }
    }
    return { firstSample: first, endSample: end, codes, frames: used }
}

/** A reference that subtracts nothing: for a live picture before any pullback. */
export function noRingDown(geometry: ImagingGeometry): RingDownReference {
    return estimateRingDown([], geometry)
}

/**
 * Linear amplitude of a sample with the ring-down taken off.
 * @param code the sample as received
 * @param line its line, and sample its index, which must lie in the zone
 */
export function withoutRingDown(
    reference: RingDownReference,
    code: number,
    line: number,
    sample: number
): number {
    const zone = reference.endSample - reference.firstSample
    const ring = reference.codes[line * zone + sample - reference.firstSample]!
    if (ring === 0) return AMPLITUDE_OF_CODE[code]!
    // A difference of one code may be the rounding of the same ring-down, which
    // would leave a speck 30 dB below the ring where there is nothing.
    const rest =
        code > ring
            ? AMPLITUDE_OF_CODE[code]! - AMPLITUDE_OF_CODE[Math.min(255, ring + 1)]!
            : AMPLITUDE_OF_CODE[ring - 1]! - AMPLITUDE_OF_CODE[code]!
    if (rest <= 0) return 0
    const ringing = AMPLITUDE_OF_CODE[ring]!
    // Of a weak echo only the part in phase with the ring is left, half of its
    // power in the mean; of a strong one all.
    return rest * Math.sqrt(1 + ringing / (ringing + rest))
}
