// Captures the ring-down reference from live frames, and measures the residual ring-down in later frames.
//
// Clinical consoles store such an "acoustic reference" before imaging and subtract it (Volcano/Philips s5i service
// manual). It is captured with the tip free in blood. The median over frames removes passing echoes. The rest depends on
// the catheter:
// - Array: each A-line sums other elements, and elements differ by some dB. Each A-line has its own ring-down, so the
//   median is taken for each A-line.
// - Rotational: one transducer fires all A-lines, so the ring-down is the same at every angle. The median is taken over
//   all angles as well, and a wall that touches on one side does not affect it.

import { AMPLITUDE_OF_CODE } from "./envelope"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { checkFrame, checkGeometry, firstClearSample, firstSample } from "./geometry"
import { MIN_FRAMES, type RingDownReference, withoutRingDown } from "./ring-down"

/** The frames give no reference; the message says why and what to do. */
export class RingDownError extends Error {}

/** Each A-line must be present in this share of the frames. */
const LINE_SHARE = 0.5

/** Medians of `places` histograms of 256 codes each. */
function medians(counts: Uint32Array, places: number): Uint8Array {
    const codes = new Uint8Array(places)
    for (let p = 0; p < places; p++) {
        const own = counts.subarray(p << 8, (p + 1) << 8)
        const half = own.reduce((sum, n) => sum + n, 0) / 2
        let code = 0
        for (let sum = own[0]!; sum < half;) sum += own[++code]!
        codes[p] = code
    }
    return codes
}

/**
 * Captures the ring-down of a catheter from live frames.
 * @param frames 8 or more; missing A-lines are skipped
 * @param singleTransducer whether one transducer fires all A-lines (rotational catheters)
 * @throws RingDownError when too few frames or A-lines were received, GeometryError
 */
export function captureRingDown(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    singleTransducer: boolean
): RingDownReference {
    checkGeometry(geometry)
    if (frames.length < MIN_FRAMES)
        throw new RingDownError(
            `A ring-down reference needs ${MIN_FRAMES} frames or more, but ${frames.length} were received; go live and capture again.`
        )
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const first = firstSample(geometry)
    const zone = Math.max(0, firstClearSample(geometry) - first)
    const groups = singleTransducer ? 1 : lines
    const counts = new Uint32Array((groups * zone) << 8)
    const received = new Uint32Array(lines)
    for (const frame of frames) {
        checkFrame(frame, geometry)
        for (let i = 0; i < lines; i++) {
            if (!frame.present[i]) continue
            received[i]!++
            const group = singleTransducer ? 0 : i * zone
            const from = i * samples + first
            for (let k = 0; k < zone; k++) counts[((group + k) << 8) + frame.codes[from + k]!]!++
        }
    }
    const incomplete = received.findIndex(n => n < frames.length * LINE_SHARE)
    if (incomplete >= 0)
        throw new RingDownError(
            `A-line ${incomplete} was received in only ${received[incomplete]} of ${frames.length} frames; find out why A-lines are lost, then capture again.`
        )
    const found = medians(counts, groups * zone)
    const codes = new Uint8Array(lines * zone)
    for (let i = 0; i < lines; i++)
        codes.set(singleTransducer ? found : found.subarray(i * zone, (i + 1) * zone), i * zone)
    return {
        firstSample: first,
        endSample: first + zone,
        codes,
        frames: frames.length,
    }
}

/**
 * Residual ring-down in frames after subtraction of the reference, in dB relative to the ring-down.
 * At each depth the median over A-lines and frames counts, so walls on less than half of the circle have no effect.
 * @returns -Infinity where nothing is left or there is no ring-down
 */
export function ringDownResidualDb(
    frames: readonly PolarFrame[],
    reference: RingDownReference,
    geometry: ImagingGeometry
): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const zone = reference.endSample - reference.firstSample
    let residualPower = 0
    let ringPower = 0
    for (let k = 0; k < zone; k++) {
        const sample = reference.firstSample + k
        const residual: number[] = []
        const ring: number[] = []
        for (let i = 0; i < lines; i++) {
            ring.push(AMPLITUDE_OF_CODE[reference.codes[i * zone + k]!]!)
            for (const frame of frames)
                if (frame.present[i])
                    residual.push(
                        withoutRingDown(reference, frame.codes[i * samples + sample]!, i, sample)
                    )
        }
        residualPower += median(residual) ** 2
        ringPower += median(ring) ** 2
    }
    return residualPower > 0 && ringPower > 0
        ? 10 * Math.log10(residualPower / ringPower)
        : -Infinity
}

function median(values: number[]): number {
    values.sort((a, b) => a - b)
    return values[values.length >> 1] ?? 0
}
