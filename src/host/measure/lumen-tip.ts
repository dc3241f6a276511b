// Extends a border into the narrow ends of a flat lumen.
//
// Where a lumen is narrower than the beam, the echoes of its two sides meet and hide its end: the border ends before it. The
// sides themselves are read correctly a little nearer to the catheter. Their distance is extended from there: half of it, squared,
// is linear in the squared radius, as in an ellipse about the catheter.

import type { EchoShape } from "./edge-offset"

/** Standard deviations of the beam's power that both sides together need on each side of the end (two-sided 1.5 %). */
const BEAM_SIGMAS = 2.43

/** The sides are read where half of their distance is between these multiples of the blur; nearer to the end they are hidden. */
const READ_FROM = 1.5
const READ_TO = 3.2

/** Step of the radii at which they are read, and how many there are at most and at least, in widths of the blur. */
const LEVEL_STEP = 0.15
const LEVELS = 24
const MIN_LEVELS = 4

/** An end is extended by this many widths of the blur at most. */
const MOST = 1.2

/** Extends all narrow ends. @param radiusMm radius of each A-line; changed in place */
export function extendTips(radiusMm: Float32Array, shape: EchoShape): void {
    const lines = radiusMm.length
    const blurRad = BEAM_SIGMAS * shape.beamRad
    const around = Math.max(2, Math.ceil((blurRad * lines) / (2 * Math.PI)))
    const before = radiusMm.slice()
    for (let i = 0; i < lines; i++)
        if (isFurthest(before, i, around)) extendTip(before, i, blurRad, radiusMm)
}

/** Whether a line reaches further than those around it; of equal ones the first counts. */
function isFurthest(radius: Float32Array, i: number, around: number): boolean {
    const n = radius.length
    const own = radius[i]!
    for (let m = 1; m <= around; m++)
        if (radius[(i + m) % n]! > own || radius[(i - m + n) % n]! >= own) return false
    return true
}

function extendTip(radius: Float32Array, top: number, blurRad: number, out: Float32Array): void {
    const lines = radius.length
    const stepRad = (2 * Math.PI) / lines
    const endMm = radius[top]!
    const blurMm = blurRad * endMm
    let [n, u, uu, v, uv, centre, reach] = [0, 0, 0, 0, 0, 0, 0]
    for (let level = 1; level <= LEVELS; level++) {
        const r = endMm - level * LEVEL_STEP * blurMm
        const left = crossing(radius, top, -1, r)
        const right = crossing(radius, top, 1, r)
        if (left === undefined || right === undefined) break
        const half = (r * (right - left) * stepRad) / 2
        const widths = half / (r * blurRad)
        if (widths > READ_TO) break
        reach = (right - left) / 2
        if (widths < READ_FROM) continue
        n++
        u += r * r
        uu += r ** 4
        v += half * half
        uv += r * r * half * half
        centre += (left + right) / 2
    }
    const bend = -(n * uv - u * v) / (n * uu - u * u)
    if (n < MIN_LEVELS || !(bend > 0)) return
    const level = (v + bend * u) / n
    const mostMm = endMm + MOST * blurMm
    centre /= n
    for (let m = -Math.floor(reach); m <= reach; m++) {
        const angle = (top + m - centre) * stepRad
        const r = Math.min(mostMm, Math.sqrt(level / (bend + angle * angle)))
        const i = (((top + m) % lines) + lines) % lines
        if (r > out[i]!) out[i] = r
    }
}

/** Where the border falls below a radius, in lines from 0 at the first A-line; undefined beyond a quarter of the circle. */
function crossing(radius: Float32Array, top: number, step: 1 | -1, r: number): number | undefined {
    const n = radius.length
    for (let m = 1; m <= n >> 2; m++) {
        const here = radius[(top + step * m + n) % n]!
        if (here >= r) continue
        const last = radius[(top + step * (m - 1) + n) % n]!
        return top + step * (m - 1 + (last - r) / (last - here))
    }
    return undefined
}
