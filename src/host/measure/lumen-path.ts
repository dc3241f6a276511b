// Responsible for: a first border of one slab, true to about a sample: the
// closed path of least cost between blood and wall.
// Not for: fractions of a sample (lumen-edge.ts).
//
// Energy: what lies inside the path should look like blood, what lies next
// outside like wall, and the path should not jump from line to line. Wall
// within the path is charged for its whole thickness, so the first wall counts
// and not a brighter one behind; blood beyond the path is charged only within
// a short window, so media, branches and shadows behind the wall do not matter.
// The minimum is exact: dynamic programming over the lines (after A. Amini et
// al., IEEE PAMI 12 (1990) 855), the jump cost by a distance transform
// (P. Felzenszwalb and D. Huttenlocher, Theory of Computing 8 (2012) 415).

import type { ImagingGeometry } from "../picture/geometry"
import { firstSample } from "../picture/geometry"
import type { Slab } from "./lumen-slabs"

/** Lines on either side over which echoes are averaged before they are judged: about one beam width. */
const BEAM_LINES = 2

/** From clearly blood to clearly wall, in codes to either side of the threshold; 28 codes = 8 dB. */
const TRANSITION_CODES = 28

/** Thickness of wall that must follow the border. */
const WALL_MM = 0.2

/** Cost of a jump of one sample from one line to the next. */
const JUMP_COST = 0.3

/**
 * The code that parts blood from wall best in the whole pullback (N. Otsu, IEEE
 * Trans. Syst. Man Cybern. 9 (1979) 62), beyond the ring-down.
 */
export function bloodWallThreshold(
    slabs: readonly Slab[],
    geometry: ImagingGeometry,
    fromSample: number
): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const counts = new Float64Array(256)
    for (const slab of slabs)
        for (let i = 0; i < lines; i++) {
            if (!slab.present[i]) continue
            for (let k = fromSample; k < samples; k++) counts[slab.codes[i * samples + k]!]!++
        }
    let total = 0
    let sum = 0
    for (let code = 0; code < 256; code++) {
        total += counts[code]!
        sum += code * counts[code]!
    }
    let below = 0
    let belowSum = 0
    let best = -1
    let threshold = 128
    for (let code = 0; code < 255; code++) {
        below += counts[code]!
        belowSum += code * counts[code]!
        const above = total - below
        if (below === 0 || above === 0) continue
        const spread = belowSum / below - (sum - belowSum) / above
        const between = below * above * spread * spread
        if (between > best) {
            best = between
            threshold = code + 0.5
        }
    }
    return threshold
}

/** Finds paths of many slabs with one set of work arrays. */
export class PathFinder {
    private readonly lines: number
    private readonly samples: number
    private readonly first: number
    private readonly window: number
    private readonly mixed: Uint16Array
    private readonly cost: Float32Array
    private readonly from: Uint16Array
    /** 1 for a line that one of the three slabs brought */
    private readonly received: Uint8Array
    private readonly wallSum: Float64Array
    private readonly bloodSum: Float64Array

    constructor(geometry: ImagingGeometry) {
        this.lines = geometry.linesPerFrame
        this.samples = geometry.samplesPerLine
        this.first = Math.max(1, firstSample(geometry))
        this.window = Math.max(2, Math.round(WALL_MM / geometry.sampleSpacingMm))
        const size = this.lines * this.samples
        this.mixed = new Uint16Array(size)
        this.cost = new Float32Array(size)
        this.from = new Uint16Array(2 * size)
        this.received = new Uint8Array(this.lines)
        this.wallSum = new Float64Array(this.samples + 1)
        this.bloodSum = new Float64Array(this.samples + 1)
    }

    /**
     * The path of one slab.
     * @param before,after its neighbours, which lend a quarter of the weight each
     * @returns per line the first sample of the wall
     */
    find(before: Slab, slab: Slab, after: Slab, threshold: number): Uint16Array {
        this.mix(before, slab, after)
        for (let i = 0; i < this.lines; i++) this.costOfLine(i, threshold)
        return this.cheapest()
    }

    /** Mean of the slab and its neighbours, four times the code; 0 where nothing is known. */
    private mix(before: Slab, slab: Slab, after: Slab): void {
        const { lines, samples, mixed } = this
        for (let i = 0; i < lines; i++) {
            const a = before.present[i] ? before : slab
            const b = after.present[i] ? after : slab
            const c = slab.present[i] ? slab : before.present[i] ? before : after
            const from = i * samples
            for (let k = from; k < from + samples; k++)
                mixed[k] = a.codes[k]! + 2 * c.codes[k]! + b.codes[k]!
            if (!c.present[i]) mixed.fill(0, from, from + samples)
            this.received[i] = c.present[i] ? 1 : 0
        }
    }
    private costOfLine(line: number, threshold: number): void {
        const { lines, samples, mixed, cost, first, window } = this
        const base = line * samples
        let weight = 0
        const rows: number[] = []
        for (let m = -BEAM_LINES; m <= BEAM_LINES; m++) {
            const i = (line + m + lines) % lines
            if (!this.received[i]) continue
            rows.push(i * samples)
            weight += 4
        }
        if (weight === 0) {
            cost.fill(0, base, base + samples)
            return
        }
        // Part of blood and part of wall at each sample, summed from the catheter outwards.
        const wall = this.wallSum
        const blood = this.bloodSum
        wall[first] = 0
        blood[first] = 0
        for (let k = first; k < samples; k++) {
            let sum = 0
            for (const row of rows) sum += mixed[row + k]!
            const sure = (sum / weight - threshold) / TRANSITION_CODES
            const e = sure > 1 ? 1 : sure < -1 ? -1 : sure
            wall[k + 1] = wall[k]! + (e > 0 ? e : 0)
            blood[k + 1] = blood[k]! + (e < 0 ? -e : 0)
        }
        for (let k = first; k < samples; k++) {
            const end = Math.min(samples, k + window)
            // Beyond the last sample nothing was heard: it counts as blood.
            const silent = k + window - end
            cost[base + k] = wall[k]! + (blood[end]! - blood[k]! + silent)
        }
    }
    /** Cheapest path; two turns are walked and the middle one is kept, so that the ends meet. */
    private cheapest(): Uint16Array {
        const { lines, samples, cost, first, from } = this
        let last = new Float64Array(samples)
        let next = new Float64Array(samples)
        for (let step = 0; step < 2 * lines; step++) {
            const base = (step % lines) * samples
            const back = step * samples
            if (step === 0) {
                for (let k = first; k < samples; k++) next[k] = cost[base + k]!
            } else {
                for (let k = first; k < samples; k++) from[back + k] = k
                for (let k = first + 1; k < samples; k++) {
                    const jump = last[k - 1]! + JUMP_COST
                    if (jump < last[k]!) {
                        last[k] = jump
                        from[back + k] = from[back + k - 1]!
                    }
                }
                for (let k = samples - 2; k >= first; k--) {
                    const jump = last[k + 1]! + JUMP_COST
                    if (jump < last[k]!) {
                        last[k] = jump
                        from[back + k] = from[back + k + 1]!
                    }
                }
                for (let k = first; k < samples; k++) next[k] = last[k]! + cost[base + k]!
            }
            ;[last, next] = [next, last]
        }
        let k = first
        for (let q = first; q < samples; q++) if (last[q]! < last[k]!) k = q
        const path = new Uint16Array(lines)
        const half = lines >> 1
        for (let step = 2 * lines - 1; step >= half; step--) {
            if (step < half + lines) path[step % lines] = k
            k = from[step * samples + k]!
        }
        return path
    }
}
