// Averages frames at nearly the same position into one polar map (a slab), the input of the border search.
//
// Speckle changes over a slice thickness of about 0.3 mm, so frames closer than that carry little more information
// than one. Averaging saves time and fills A-lines that are missing in some of the frames. The mean is taken over
// codes, that is over log amplitude, so that bright speckles do not dominate.

import type { ImagingGeometry, PolarFrame } from "../picture/geometry"
import { firstSample } from "../picture/geometry"
import type { RingDownReference } from "../picture/ring-down"
import { codeWithoutRingDown } from "../picture/ring-down"

/** Frames within this range of positions form a slab: a third of a slice thickness. */
const SLAB_MM = 0.1

/** The mean of several frames. */
export interface Slab {
    /** linesPerFrame*samplesPerLine mean codes without ring-down, line after line */
    readonly codes: Uint8Array
    /** 0 for an A-line missing in all frames */
    readonly present: Uint8Array
}

/** Whether a frame begins a new slab. @param firstMm position of the first frame of the present one */
export function beginsSlab(positionMm: number, firstMm: number): boolean {
    return positionMm - firstMm >= SLAB_MM - 1e-6
}

/** Groups the frames of a pullback to slabs. @returns the numbers of the frames of each slab, in order of position */
export function slabGroups(positionsMm: readonly number[]): number[][] {
    const order = positionsMm.map((_, i) => i)
    order.sort((a, b) => positionsMm[a]! - positionsMm[b]! || a - b)
    const groups: number[][] = []
    let group: number[] = []
    for (const i of order) {
        if (group.length === 0 || beginsSlab(positionsMm[i]!, positionsMm[group[0]!]!))
            groups.push((group = []))
        group.push(i)
    }
    return groups
}

/** The mean of the frames of one slab. */
export function averageFrames(
    group: Iterable<Pick<PolarFrame, "codes" | "present">>,
    geometry: ImagingGeometry,
    ringDown: RingDownReference
): Slab {
    const frames = [...group]
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    // Without an estimate the ring-down would appear as a wall at the catheter, so its zone is excluded.
    const first = ringDown.frames > 0 ? firstSample(geometry) : ringDown.endSample
    const codes = new Uint8Array(lines * samples)
    const present = new Uint8Array(lines)
    const sums = new Float32Array(samples)
    for (let i = 0; i < lines; i++) {
        sums.fill(0)
        let count = 0
        for (const frame of frames) {
            if (!frame.present[i]) continue
            count++
            const from = i * samples
            for (let k = first; k < ringDown.endSample; k++)
                sums[k]! += codeWithoutRingDown(ringDown, frame.codes[from + k]!, i, k)
            for (let k = ringDown.endSample; k < samples; k++) sums[k]! += frame.codes[from + k]!
        }
        if (count === 0) continue
        present[i] = 1
        for (let k = first; k < samples; k++) codes[i * samples + k] = sums[k]! / count + 0.5
    }
    return { codes, present }
}
