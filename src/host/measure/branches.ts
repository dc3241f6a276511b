// Finds the frames in which the lumen opens into a side branch: a sector of the border lies much further out there than before and
// behind it along the vessel.

import { atOnce, type Steps } from "../in-steps"
import { lowerBound } from "./lower-bound"
import type { LumenBorder } from "./lumen-along"
import { median } from "./median"

/** The vessel itself is the median at these distances before, and behind; a branch is shorter. */
const AWAY_MM = [1.5, 2, 2.5, 3, 3.5]

/** The border of a branch is further out by this length and this share of the radius. */
const OUT_MM = 0.35
const OUT_SHARE = 0.12

/** A branch takes such a sector of the circle; what is wider is a wider vessel. */
const LEAST_DEG = 14
const MOST_DEG = 120

/** Beside a branch, the vessel keeps its radius over this share of the circle: a vein that changes its shape does not. */
const REST_SHARE = 0.75
const REST_CHANGE = 0.04

/**
 * With its branch the lumen is larger than on both sides by this share. In a vein that tilts or narrows it is not; and a branch
 * that adds less hardly changes a reference area.
 */
const LARGER_SHARE = 0.08

/** A-lines are looked at in steps of about this angle. */
const STEP_DEG = 4

/** Frames of one step of the work: some milliseconds. */
const FRAMES_A_STEP = 256

/** @returns for each frame, in the order of the borders, whether it shows a branch */
export function branchFrames(
    borders: readonly LumenBorder[],
    positionsMm: readonly number[]
): boolean[] {
    return atOnce(branchSteps(borders, positionsMm))
}

/** As {@link branchFrames}, in steps. */
export function* branchSteps(
    borders: readonly LumenBorder[],
    positionsMm: readonly number[]
): Steps<boolean[]> {
    const order = positionsMm.map((_, i) => i).sort((a, b) => positionsMm[a]! - positionsMm[b]!)
    const sortedMm = order.map(i => positionsMm[i]!)
    const found = borders.map(() => false)
    const meanSquares = new Float64Array(borders.length)
    for (const [i, { radiusMm }] of borders.entries()) {
        meanSquares[i] = meanSquare(radiusMm)
        if (i % FRAMES_A_STEP === 0) yield
    }
    for (const [n, i] of order.entries()) {
        if (n % FRAMES_A_STEP === 0) yield
        const sides = [-1, 1]
            .map(sign => framesBeside(sortedMm, n, sign).map(at => order[at]!))
            .filter(at => 2 * at.length > AWAY_MM.length)
        if (sides.length === 0) continue
        const besideMm2 = sides.map(at => median(at.map(k => meanSquares[k]!)))
        if (meanSquares[i]! < (1 + LARGER_SHARE) * Math.max(...besideMm2)) continue
        const radii = sides.map(at => at.map(k => borders[k]!.radiusMm))
        found[i] = hasBranch(borders[i]!.radiusMm, radii)
    }
    return found
}

/** Places of the frames at {@link AWAY_MM} to one side. */
function framesBeside(sortedMm: readonly number[], n: number, sign: number): number[] {
    const at = AWAY_MM.map(mm => nearest(sortedMm, n, sortedMm[n]! + sign * mm))
    return [...new Set(at)].filter(m => m !== undefined)
}

/** @param sides radii of the frames on each side */
function hasBranch(radiusMm: Float32Array, sides: readonly (readonly Float32Array[])[]): boolean {
    const lines = radiusMm.length
    const step = Math.max(1, Math.round((STEP_DEG * lines) / 360))
    const count = Math.floor(lines / step)
    const isOut = new Uint8Array(count)
    const change = new Float32Array(count)
    for (let s = 0; s < count; s++) {
        const line = s * step
        const own = radiusMm[line]!
        const medians = sides.map(radii => medianAt(radii, line))
        const usual = Math.max(...medians)
        if (own - usual > Math.max(OUT_MM, OUT_SHARE * usual)) isOut[s] = 1
        // Between both sides nothing has changed.
        const [low, high] = [Math.min(...medians), usual]
        change[s] = Math.max(0, low - own, own - high) / usual
    }
    const deg = (360 * widestRun(isOut)) / count
    if (deg < LEAST_DEG || deg > MOST_DEG) return false
    const rest = change.filter((_, s) => !isOut[s]).sort()
    return rest[Math.floor(REST_SHARE * rest.length)]! < REST_CHANGE
}

/** The place of the frame nearest to a position, within half a millimetre; undefined without one. */
function nearest(sortedMm: readonly number[], from: number, mm: number): number | undefined {
    const next = lowerBound(sortedMm, mm)
    const isBefore =
        next === sortedMm.length || (next > 0 && mm - sortedMm[next - 1]! < sortedMm[next]! - mm)
    const n = isBefore ? next - 1 : next
    return n !== from && Math.abs(sortedMm[n]! - mm) < 0.5 ? n : undefined
}

function medianAt(radii: readonly Float32Array[], line: number): number {
    return median(radii.map(radius => radius[line]!))
}

/** Of the radii: the lumen's area but for a factor. */
function meanSquare(radiusMm: Float32Array): number {
    let sum = 0
    for (const r of radiusMm) sum += r * r
    return sum / radiusMm.length
}

/** Number of values in the widest sector of marked ones. */
function widestRun(marked: Uint8Array): number {
    const n = marked.length
    let widest = 0
    let run = 0
    for (let i = 0; i < 2 * n && run < n; i++) {
        run = marked[i % n] ? run + 1 : 0
        widest = Math.max(widest, run)
    }
    return widest
}
