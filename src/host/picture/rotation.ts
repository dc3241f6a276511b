// Estimates non-uniform rotation (NURD) of a rotational catheter: the displacement of each angle between two frames.
//
// A lag that repeats in every revolution cannot be measured this way, because the true angles of the tissue are unknown.
// Nothing is corrected. Method: frames are matched sector by sector; the displacement is the smooth path of least cost
// over the angles, by dynamic programming through a cost matrix, as in G. van Soest, J. G. Bosch, A. F. W. van der Steen,
// "Alignment of intravascular optical coherence tomography movies affected by non-uniform rotation distortion", Proc. SPIE.

import { checkFrame, checkGeometry, type ImagingGeometry, type PolarFrame } from "./geometry"
import type { PolarFrames } from "./polar-frames"

/** Variation of the rotation from one revolution to the next: a value, an upper bound, or unknown. */
export interface RotationUnevenness {
    /** Rms displacement over all angles, without the mean of each frame; null if unknown or below the bound. */
    readonly rmsDeg: number | null
    /** Largest displacement of any angle; null where rmsDeg is. */
    readonly maxDeg: number | null
    /** Upper bound of the rms, half a step; null where rmsDeg is known, or nothing is. */
    readonly belowDeg: number | null
    /** Resolution of the displacements: the angle between two A-lines. */
    readonly resolutionDeg: number
    /** Pairs of frames compared. */
    readonly framePairs: number
    /** Pairs too far apart along the vessel to show the same speckle; they are not used. */
    readonly framePairsUnlike: number
}

/** Largest displacement searched for. */
const REACH_DEG = 25
/** Width of the matched sector: several speckles, and less than the period of a variation. */
const SECTOR_DEG = 15
/** This number of samples is averaged to one bin; a speckle is longer. */
const SAMPLES_PER_BIN = 4
/** Cost of a change of the displacement by one line, as a share of the mean difference. */
const BEND_COST = 0.5
/**
 * Two frames are used if the correlation of their speckle, after displacement, is at least this. For slices d apart it is
 * exp(-d^2/(2 s^2)), s being the standard deviation of the slice thickness: with 0.3 mm at half height (s = 0.13 mm), d may
 * be up to 0.13 mm. Other frames still match by their walls, but those also shift when the catheter moves sideways.
 */
const MIN_CORRELATION = 0.6
/** Displacements are whole lines, so a lag below half a line cannot be measured. */
const BOUND_LINES = 0.5
/** Maximum number of pairs; they are spread over the pullback. */
const PAIRS_MAX = 60

/**
 * Compares each frame with the one before.
 * @returns undefined if there are no two consecutive complete frames
 * @throws GeometryError when a frame does not fit the geometry
 */
export function rotationUnevenness(
    frames: PolarFrames,
    geometry: ImagingGeometry
): RotationUnevenness | undefined {
    checkGeometry(geometry)
    const used = pairsOf(frames, geometry.linesPerFrame)
    if (used.length === 0) return undefined
    const resolutionDeg = 360 / geometry.linesPerFrame
    let squares = 0
    let largest = 0
    let matched = 0
    for (const i of used) {
        const [before, after] = [frames.frame(i - 1), frames.frame(i)]
        checkFrame(before, geometry)
        checkFrame(after, geometry)
        const from = bins(before, geometry)
        const to = bins(after, geometry)
        const shifts = displacements(from, to)
        if (speckleCorrelation(from, to, shifts) < MIN_CORRELATION) continue
        matched++
        const mean = shifts.reduce((a, b) => a + b, 0) / shifts.length
        for (const shift of shifts) {
            squares += (shift - mean) ** 2
            largest = Math.max(largest, Math.abs(shift - mean))
        }
    }
    const rmsLines = Math.sqrt(squares / (matched * geometry.linesPerFrame))
    // Not a number where no two frames are matched.
    const measurable = rmsLines >= BOUND_LINES
    return {
        rmsDeg: measurable ? rmsLines * resolutionDeg : null,
        maxDeg: measurable ? largest * resolutionDeg : null,
        belowDeg: rmsLines < BOUND_LINES ? BOUND_LINES * resolutionDeg : null,
        resolutionDeg,
        framePairs: matched,
        framePairsUnlike: used.length - matched,
    }
}

/** The later frame of each pair to compare. */
function pairsOf(frames: PolarFrames, lines: number): number[] {
    const pairs: number[] = []
    for (let i = 1; i < frames.length; i++) {
        const [before, after] = [frames.at(i - 1), frames.at(i)]
        if (
            after.index === before.index + 1 &&
            before.linesPresent === lines &&
            after.linesPresent === lines
        )
            pairs.push(i)
    }
    const stride = Math.max(1, Math.ceil(pairs.length / PAIRS_MAX))
    return pairs.filter((_, i) => i % stride === 0)
}

/** Mean codes of the bins beyond the ring-down, one array for each A-line. */
function bins(frame: PolarFrame, geometry: ImagingGeometry): Float32Array[] {
    const { linesPerFrame, samplesPerLine, sampleSpacingMm } = geometry
    const beginMm = geometry.catheterRadiusMm + geometry.ringDownMm
    const first = Math.ceil(beginMm / sampleSpacingMm)
    const length = Math.floor((samplesPerLine - first) / SAMPLES_PER_BIN)
    return Array.from({ length: linesPerFrame }, (_, line) =>
        Float32Array.from({ length }, (_, bin) => {
            const at = line * samplesPerLine + first + bin * SAMPLES_PER_BIN
            let sum = 0
            for (let k = 0; k < SAMPLES_PER_BIN; k++) sum += frame.codes[at + k]!
            return sum / SAMPLES_PER_BIN
        })
    )
}

/** Displacement of each line of `before` in `after`, in lines. */
function displacements(
    before: readonly Float32Array[],
    after: readonly Float32Array[]
): Int16Array {
    const lines = before.length
    const reach = Math.max(1, Math.round((REACH_DEG / 360) * lines))
    const half = Math.max(1, Math.round((SECTOR_DEG / 720) * lines))
    const shifts = 2 * reach + 1
    const costs = new Float64Array(lines * shifts)
    let sum = 0
    for (let s = 0; s < shifts; s++) {
        const single = before.map((line, i) =>
            difference(line, after[(i + s - reach + lines) % lines]!)
        )
        let window = 0
        for (let j = -half; j <= half; j++) window += single[(j + lines) % lines]!
        for (let i = 0; i < lines; i++) {
            costs[i * shifts + s] = window
            sum += window
            window += single[(i + half + 1) % lines]! - single[(i - half + lines) % lines]!
        }
    }
    return cheapestPath(costs, lines, shifts, (BEND_COST * sum) / costs.length)
}

/** Correlation of the speckle of two frames: of each bin's difference from its neighbours, because walls and shadows are wider. */
function speckleCorrelation(
    before: readonly Float32Array[],
    after: readonly Float32Array[],
    shifts: Int16Array
): number {
    const lines = before.length
    let both = 0
    let one = 0
    let other = 0
    before.forEach((a, i) => {
        const b = after[(i + shifts[i]! + lines) % lines]!
        for (let k = 1; k + 1 < a.length; k++) {
            const x = a[k]! - (a[k - 1]! + a[k + 1]!) / 2
            const y = b[k]! - (b[k - 1]! + b[k + 1]!) / 2
            both += x * y
            one += x * x
            other += y * y
        }
    })
    return one > 0 && other > 0 ? both / Math.sqrt(one * other) : 0
}

function difference(a: Float32Array, b: Float32Array): number {
    let sum = 0
    for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2
    return sum
}

/** Shift of each line on the path of least cost; it changes by at most one from line to line. */
function cheapestPath(
    costs: Float64Array,
    lines: number,
    shifts: number,
    bend: number
): Int16Array {
    // The path runs over the circle twice and the middle half is kept, where its ends have no effect.
    const steps = 2 * lines
    const from = new Int8Array(steps * shifts)
    let best = new Float64Array(shifts)
    let next = new Float64Array(shifts)
    for (let i = 0; i < steps; i++) {
        for (let s = 0; s < shifts; s++) {
            let least = best[s]!
            let move = 0
            for (const d of [-1, 1]) {
                const other = best[s + d]
                if (other !== undefined && other + bend < least) {
                    least = other + bend
                    move = d
                }
            }
            from[i * shifts + s] = move
            next[s] = least + costs[(i % lines) * shifts + s]!
        }
        ;[best, next] = [next, best]
    }
    const path = new Int16Array(lines)
    let s = best.indexOf(Math.min(...best))
    for (let i = steps - 1; i >= 0; i--) {
        const line = i - (lines >> 1)
        if (line >= 0 && line < lines) path[i % lines] = s - (shifts >> 1)
        s += from[i * shifts + s]!
    }
    return path
}
