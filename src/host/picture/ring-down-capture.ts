// Responsible for: the ring-down reference captured from a live picture, and how much ring-down it leaves in later ones.
// Not for: taking it off a sample (ring-down.ts), or where references are stored (../references).
//
// Clinical consoles store such an "acoustic reference" before imaging and subtract it (Volcano/Philips s5i service
// manual). It is captured with the tip free in blood. A median over frames forgets what passes by. What has to be left
// out of it beyond that depends on the catheter:
// - An array sums other elements for each line, and elements differ by some dB: each line has a ring-down of its own,
//   and the median is taken per line.
// - On a shaft that turns one transducer fires all lines: its ring-down is the same at every angle, so the median is
//   taken over all angles as well, and a wall that touches on one side does not come into it.

import { AMPLITUDE_OF_CODE } from "./envelope"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { checkFrame, checkGeometry, firstClearSample, firstSample } from "./geometry"
import { MIN_FRAMES, type RingDownReference, withoutRingDown } from "./ring-down"

/** No reference can be made of these frames; the message says why and what to do. */
export class RingDownError extends Error {}

/** A line must have come in so large a part of the frames. */
const LINE_SHARE = 0.5

/** Counts of codes: `places` histograms of 256. */
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
 * The ring-down of a catheter from frames of a live picture.
 * @param frames 8 or more; missing lines are left out
 * @param oneTransducer whether one transducer fires all lines: a catheter that turns
 * @throws RingDownError when too little came, GeometryError
 */
export function captureRingDown(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    oneTransducer: boolean
): RingDownReference {
    checkGeometry(geometry)
    if (frames.length < MIN_FRAMES)
        throw new RingDownError(
            `A ring-down reference needs ${MIN_FRAMES} frames or more; ${frames.length} came: go live and capture again.`
        )
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const first = firstSample(geometry)
    const zone = Math.max(0, firstClearSample(geometry) - first)
    const groups = oneTransducer ? 1 : lines
    const counts = new Uint32Array((groups * zone) << 8)
    const heard = new Uint32Array(lines)
    for (const frame of frames) {
        checkFrame(frame, geometry)
        for (let i = 0; i < lines; i++) {
            if (!frame.present[i]) continue
            heard[i]!++
            const group = oneTransducer ? 0 : i * zone
            const from = i * samples + first
            for (let k = 0; k < zone; k++) counts[((group + k) << 8) + frame.codes[from + k]!]!++
        }
    }
    const poor = heard.findIndex(n => n < frames.length * LINE_SHARE)
    if (poor >= 0)
        throw new RingDownError(
            `Line ${poor} came in ${heard[poor]} of ${frames.length} frames only: see why lines are lost, and capture again.`
        )
    const found = medians(counts, groups * zone)
    const codes = new Uint8Array(lines * zone)
    for (let i = 0; i < lines; i++)
        codes.set(oneTransducer ? found : found.subarray(i * zone, (i + 1) * zone), i * zone)
    return {
        firstSample: first,
        endSample: first + zone,
        codes,
        frames: frames.length,
    }
}

/**
 * How much of the ring-down is left in frames after the reference was taken off, in dB below the ring-down itself.
 * Of every depth the median over lines and frames counts, so that walls at less than half of the circle do not.
 * @returns -Infinity where nothing is left or there is no ring-down
 */
export function ringDownResidualDb(
    frames: readonly PolarFrame[],
    reference: RingDownReference,
    geometry: ImagingGeometry
): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const zone = reference.endSample - reference.firstSample
    let restPower = 0
    let ringPower = 0
    for (let k = 0; k < zone; k++) {
        const sample = reference.firstSample + k
        const rest: number[] = []
        const ring: number[] = []
        for (let i = 0; i < lines; i++) {
            ring.push(AMPLITUDE_OF_CODE[reference.codes[i * zone + k]!]!)
            for (const frame of frames)
                if (frame.present[i])
                    rest.push(
                        withoutRingDown(reference, frame.codes[i * samples + sample]!, i, sample)
                    )
        }
        restPower += median(rest) ** 2
        ringPower += median(ring) ** 2
    }
    return restPower > 0 && ringPower > 0 ? 10 * Math.log10(restPower / ringPower) : -Infinity
}

function median(values: number[]): number {
    values.sort((a, b) => a - b)
    return values[values.length >> 1] ?? 0
}
