// Responsible for: how unevenly a catheter turned: by how much each angle of a frame is displaced against the frame before.
// Not for: undoing it. A lag that is the same in every turn cannot be seen this way: nothing says where tissue really is.
// Method: frames are matched sector by sector, and the displacement is the smoothest cheap path over the angles, by dynamic
// programming through a matrix of costs, as in G. van Soest, J. G. Bosch, A. F. W. van der Steen, "Alignment of intravascular
// optical coherence tomography movies affected by non-uniform rotation distortion", Proc. SPIE.

import { checkFrame, checkGeometry, type ImagingGeometry, type PolarFrame } from "./geometry"

/** Unevenness of the rotation from turn to turn: a size, a bound below which it lies, or neither. */
export interface RotationUnevenness {
    /** Root mean square over all angles of the compared frames, without what the whole frame turned; null if not known, or below the bound. */
    readonly rmsDeg: number | null
    /** Largest displacement of any angle; null as rmsDeg. */
    readonly maxDeg: number | null
    /** The rms is below this, half a step: less cannot be told from none. Null where rmsDeg is told, or nothing is known. */
    readonly belowDeg: number | null
    /** Displacements are told in steps of this: the angle from line to line. */
    readonly resolutionDeg: number
    /** Pairs of frames that were compared. */
    readonly framePairs: number
    /** Pairs that lie too far apart along the vessel to show the same speckle: they say nothing. */
    readonly framePairsUnlike: number
}

/** Largest displacement that is looked for. */
const REACH_DEG = 25
/** Width of a sector that is matched as a whole: some speckles, and less than the period of an unevenness. */
const SECTOR_DEG = 15
/** Every so many samples of a line are summed before they are compared: a speckle is longer. */
const SAMPLES_A_BIN = 4
/** Price of one line of change in the displacement from line to line, as a share of the mean difference. */
const BEND_PRICE = 0.5
/**
 * Frames are alike if, once displaced, their speckle correlates so much. That of two slices d apart does by
 * exp(-d^2/(2 s^2)), s the standard deviation of the slice's thickness: of 0.3 mm at half height (s = 0.13 mm), up to 0.13 mm.
 * Unlike frames still match by their walls; but those shift as well when the catheter wanders, which is no rotation.
 */
const ALIKE = 0.6
/** Displacements are whole lines: a lag that stays below half of one at every angle shows nothing. */
const BOUND_LINES = 0.5
/** So many pairs, spread over the pullback, stand for all. */
const PAIRS_MAX = 60

/**
 * Compares frames with the ones before them.
 * @returns undefined when no two whole frames follow each other
 * @throws GeometryError for frames that are not of this geometry
 */
export function rotationUnevenness(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry
): RotationUnevenness | undefined {
    checkGeometry(geometry)
    for (const frame of frames) checkFrame(frame, geometry)
    const pairs: [PolarFrame, PolarFrame][] = []
    for (const [i, frame] of frames.entries()) {
        const before = frames[i - 1]
        if (before && frame.index === before.index + 1 && whole(before) && whole(frame))
            pairs.push([before, frame])
    }
    const stride = Math.max(1, Math.ceil(pairs.length / PAIRS_MAX))
    const used = pairs.filter((_, i) => i % stride === 0)
    if (used.length === 0) return undefined
    const resolutionDeg = 360 / geometry.linesPerFrame
    let squares = 0
    let largest = 0
    let alike = 0
    for (const [before, after] of used) {
        const from = bins(before, geometry)
        const to = bins(after, geometry)
        const shifts = displacements(from, to)
        if (likeness(from, to, shifts) < ALIKE) continue
        alike++
        const mean = shifts.reduce((a, b) => a + b, 0) / shifts.length
        for (const shift of shifts) {
            squares += (shift - mean) ** 2
            largest = Math.max(largest, Math.abs(shift - mean))
        }
    }
    const rmsLines = Math.sqrt(squares / (alike * geometry.linesPerFrame))
    // Not a number where no two frames are alike.
    const told = rmsLines >= BOUND_LINES
    return {
        rmsDeg: told ? rmsLines * resolutionDeg : null,
        maxDeg: told ? largest * resolutionDeg : null,
        belowDeg: rmsLines < BOUND_LINES ? BOUND_LINES * resolutionDeg : null,
        resolutionDeg,
        framePairs: alike,
        framePairsUnlike: used.length - alike,
    }
}

function whole(frame: PolarFrame): boolean {
    return frame.present.every(p => p !== 0)
}

/** Lines of a frame beyond the ring-down, shortened; one array a line. */
function bins(frame: PolarFrame, geometry: ImagingGeometry): Float32Array[] {
    const { linesPerFrame, samplesPerLine, sampleSpacingMm } = geometry
    const beginMm = geometry.catheterRadiusMm + geometry.ringDownMm
    const first = Math.ceil(beginMm / sampleSpacingMm)
    const length = Math.floor((samplesPerLine - first) / SAMPLES_A_BIN)
    return Array.from({ length: linesPerFrame }, (_, line) =>
        Float32Array.from({ length }, (_, bin) => {
            const at = line * samplesPerLine + first + bin * SAMPLES_A_BIN
            let sum = 0
            for (let k = 0; k < SAMPLES_A_BIN; k++) sum += frame.codes[at + k]!
            return sum / SAMPLES_A_BIN
        })
    )
}

/** For each line of `before`, by how many lines its place lies further round in `after`. */
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
    return cheapestPath(costs, lines, shifts, (BEND_PRICE * sum) / costs.length)
}

/** Correlation of the speckle of two frames: of what each bin differs from its neighbours on the line by, wall and shadow being wider. */
function likeness(
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

/** The shift of each line on the cheapest path; from line to line it changes by one at most. */
function cheapestPath(
    costs: Float64Array,
    lines: number,
    shifts: number,
    bend: number
): Int16Array {
    // Twice round, and the middle is kept: there the path no longer knows where it began and ended.
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
