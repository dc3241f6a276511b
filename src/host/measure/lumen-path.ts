// Finds a first border of one slab, accurate to about a sample: the closed path of least cost between blood and wall.
//
// The cost favours blood inside the path, wall just outside it, and small steps from line to line. Wall inside the
// path is charged for its whole thickness, so the path follows the first wall and not a brighter one behind it. Blood
// outside the path is charged within a short window only, so media, side branches and shadows behind the wall do not
// matter. The minimum is exact: dynamic programming over the A-lines (A. Amini et al., IEEE PAMI 12 (1990) 855), with
// the step cost as a distance transform (P. Felzenszwalb and D. Huttenlocher, Theory of Computing 8 (2012) 415).

import type { ImagingGeometry } from "../picture/geometry"
import { firstClearSample, firstSample } from "../picture/geometry"
import type { Slab } from "./lumen-slabs"
import { spreadCosts } from "./path-steps"

/** Echoes are averaged over this number of A-lines on each side: about one beam width. */
const BEAM_LINES = 1

/** Sum of the weights with which a slab (2) and its two neighbours (1 each) are mixed. */
const SLAB_WEIGHT = 4
/** Sum of the weights of three mixed A-lines: one and those beside it. */
const WEIGHT_OF_THREE = SLAB_WEIGHT * (2 * BEAM_LINES + 1)

/** An echo is certainly blood or wall this far from the threshold, in codes; 28 codes = 8 dB. */
const TRANSITION_CODES = 28

/** Thickness of wall required behind the border. */
const WALL_MM = 0.2

/** Cost of a step of one sample between neighbouring A-lines. */
const JUMP_COST = 0.3

/** How often each of the 256 codes occurs in a slab beyond the ring-down. */
export function codeCounts(slab: Slab, geometry: ImagingGeometry): Uint32Array {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const fromSample = firstClearSample(geometry)
    const counts = new Uint32Array(256)
    for (let i = 0; i < lines; i++) {
        if (!slab.present[i]) continue
        for (let k = fromSample; k < samples; k++) counts[slab.codes[i * samples + k]!]!++
    }
    return counts
}

/**
 * The sample code that best separates blood from wall in the whole pullback (N. Otsu, IEEE Trans. Syst. Man Cybern. 9
 * (1979) 62).
 * @param counts the sum of the {@link codeCounts} of all slabs
 */
export function bloodWallThreshold(counts: ArrayLike<number>): number {
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

/** Finds the path of each slab; its work arrays are allocated once. */
export class PathFinder {
    private readonly lines: number
    private readonly samples: number
    private readonly first: number
    private readonly window: number
    private readonly mixed: Uint16Array
    private readonly cost: Float32Array
    private readonly from: Uint16Array
    /** 1 for an A-line that one of the three slabs holds */
    private readonly received: Uint8Array
    private readonly wallSum: Float64Array
    private readonly bloodSum: Float64Array
    private readonly wallOf = new Float64Array(255 * WEIGHT_OF_THREE + 1)
    private readonly bloodOf = new Float64Array(255 * WEIGHT_OF_THREE + 1)
    private threshold = NaN

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
     * Finds the path of one slab.
     * @param before,after neighbouring slabs, each with a quarter of the weight
     * @returns the first wall sample of each A-line
     */
    find(before: Slab, slab: Slab, after: Slab, threshold: number): Uint16Array {
        this.mix(before, slab, after)
        this.setThreshold(threshold)
        for (let i = 0; i < this.lines; i++) this.costOfLine(i)
        return this.cheapest()
    }

    /** Weighted sum of the slab and its neighbours: four times the mean code; 0 where no A-line was received. */
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

    /** Membership of wall and of blood, 0..1, for each sum of codes. */
    private setThreshold(threshold: number): void {
        if (threshold === this.threshold) return
        this.threshold = threshold
        for (let sum = 0; sum < this.wallOf.length; sum++) {
            const certainty = (sum / WEIGHT_OF_THREE - threshold) / TRANSITION_CODES
            this.wallOf[sum] = Math.max(0, Math.min(1, certainty))
            this.bloodOf[sum] = Math.max(0, Math.min(1, -certainty))
        }
    }

    /** Cost of a wall beginning at each sample of an A-line. */
    private costOfLine(line: number): void {
        const { lines, samples, mixed, cost, first, window } = this
        const base = line * samples
        let weight = 0
        for (let m = -BEAM_LINES; m <= BEAM_LINES; m++)
            weight += SLAB_WEIGHT * this.received[(line + m + lines) % lines]!
        if (weight === 0) {
            cost.fill(0, base, base + samples)
            return
        }
        // An A-line that was not received holds zeros, so that all three may be summed.
        const before = ((line + lines - 1) % lines) * samples
        const after = ((line + 1) % lines) * samples
        // Membership of wall and of blood at each sample, summed from the catheter outwards.
        const { wallSum: wall, bloodSum: blood, wallOf, bloodOf } = this
        const isWhole = weight === WEIGHT_OF_THREE
        wall[first] = 0
        blood[first] = 0
        for (let k = first; k < samples; k++) {
            const sum = mixed[before + k]! + mixed[base + k]! + mixed[after + k]!
            const code = isWhole ? sum : Math.round((sum * WEIGHT_OF_THREE) / weight)
            wall[k + 1] = wall[k]! + wallOf[code]!
            blood[k + 1] = blood[k]! + bloodOf[code]!
        }
        for (let k = first; k < samples; k++) {
            const end = Math.min(samples, k + window)
            // Samples beyond the last one count as blood.
            const beyond = k + window - end
            cost[base + k] = wall[k]! + (blood[end]! - blood[k]! + beyond)
        }
    }

    /** Path of least cost. It runs over the circle twice and keeps the middle half, so that its ends meet. */
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
                spreadCosts(last, from, back, first, samples, JUMP_COST)
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
