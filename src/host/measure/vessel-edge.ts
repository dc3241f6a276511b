// Finds the outer border of the media (external elastic membrane, EEM) of one slab, where it is visible.
//
// The media is dark between the brighter intima or plaque and the adventitia; the border is the leading edge of the adventitia
// (consensus document of the ACC, Mintz et al., J Am Coll Cardiol 2001; 37: 1478: the EEM is measured there). First a closed path of
// least cost along the rises outside the lumen border, as in lumen-path.ts; then, on each A-line, the half-way point in codes between
// the darkest of the media and the peak of the adventitia, of the mean of a few A-lines along the path.

import { CODES_PER_DB } from "../picture/envelope"
import type { ImagingGeometry } from "../picture/geometry"
import { type EchoShape, echoShape } from "./edge-offset"
import type { SlabBorder } from "./lumen-edge"
import type { Slab } from "./lumen-slabs"
import { spreadCosts } from "./path-steps"

/** The border is looked for between these distances outside the lumen border. */
const FROM_MM = 0.22
const TO_MM = 2.8

/** A rise is the mean over one length behind it less that over another before it. */
const BEHIND_MM = 0.14
const BEFORE_MM = 0.16

/** A rise of this much (8 dB) is certain; a greater one, as at the far wall of another vessel, counts no more. */
const CERTAIN_CODES = 8 * CODES_PER_DB

/** Cost of a step of one sample between neighbouring A-lines; one certain rise is 1. */
const JUMP_COST = 0.12

/** A-lines averaged on each side for the path, and standard deviation of those averaged for the edge. */
const PATH_LINES = 2
const EDGE_RAD = 0.08

/** The media and the peak of the adventitia are looked for within these distances of the path. */
const MEDIA_MM = 0.24
const PEAK_MM = 0.24

/** Least rise at which the border counts as heard (6 dB). */
const HEARD_CODES = 6 * CODES_PER_DB

/** What lies inside the media, intima or plaque, is brighter than it by at least this (1 dB); blood before a wall is not. */
const INSIDE_CODES = CODES_PER_DB

/** Widest blur (standard deviation) that leaves the dark of a media of 0.2 mm, and the lines on each side that give the slope. */
const BLUR_MAX_MM = 0.09
const SLOPE_LINES = 5

/** Longest rise of an echo: half of a media of 0.2 mm. At 10 MHz the media is hidden by the echoes on both its sides. */
const LEAD_MAX_MM = 0.1

/** Finds the border of each slab; its work arrays are allocated once. */
export class VesselFinder {
    private readonly lines: number
    private readonly samples: number
    private readonly shape: EchoShape
    private readonly gain: Float32Array
    private readonly from: Uint16Array
    private readonly sums: Float64Array

    constructor(private readonly geometry: ImagingGeometry) {
        this.lines = geometry.linesPerFrame
        this.samples = geometry.samplesPerLine
        this.shape = echoShape(geometry)
        this.gain = new Float32Array(this.lines * this.samples)
        this.from = new Uint16Array(2 * this.lines * this.samples)
        this.sums = new Float64Array(this.samples + 1)
    }

    /**
     * @param lumen the lumen border of the slab
     * @param isShadowed 1 for each A-line that is dark behind the lumen border
     * @returns radius of each A-line, and whether it was heard
     */
    find(slab: Slab, lumen: SlabBorder, isShadowed: Uint8Array): SlabBorder {
        const spacing = this.geometry.sampleSpacingMm
        const low = Uint16Array.from(lumen.radiusMm, r =>
            Math.min(this.samples - 1, Math.round((r + FROM_MM) / spacing))
        )
        const high = Uint16Array.from(low, k =>
            Math.min(this.samples, k + Math.round((TO_MM - FROM_MM) / spacing))
        )
        for (let i = 0; i < this.lines; i++)
            this.rises(slab, i, low[i]!, high[i]!, isShadowed[i] === 1)
        const path = this.cheapest(low, high)
        return this.refine(slab, path, isShadowed)
    }

    /** How certain a rise begins at each sample of an A-line, -1 to 1. */
    private rises(slab: Slab, line: number, low: number, high: number, isShadowed: boolean): void {
        const { lines, samples, gain, sums } = this
        const base = line * samples
        gain.fill(0, base + low, base + high)
        if (isShadowed) return
        const rows: number[] = []
        for (let m = -PATH_LINES; m <= PATH_LINES; m++) {
            const i = (line + m + lines) % lines
            if (slab.present[i]) rows.push(i * samples)
        }
        if (rows.length === 0) return
        const spacing = this.geometry.sampleSpacingMm
        const behind = Math.max(2, Math.round(BEHIND_MM / spacing))
        const before = Math.max(2, Math.round(BEFORE_MM / spacing))
        const begin = Math.max(0, low - before)
        const end = Math.min(samples, high + behind)
        sums[begin] = 0
        for (let k = begin; k < end; k++) {
            let sum = 0
            for (const row of rows) sum += slab.codes[row + k]!
            sums[k + 1] = sums[k]! + sum / rows.length
        }
        for (let k = Math.max(low, begin + before); k < Math.min(high, end - behind); k++) {
            const rise =
                (sums[k + behind]! - sums[k]!) / behind - (sums[k]! - sums[k - before]!) / before
            gain[base + k] = Math.max(-1, Math.min(1, rise / CERTAIN_CODES))
        }
    }

    /** Path of least cost; it runs over the circle twice and keeps the middle half, so that its ends meet. */
    private cheapest(low: Uint16Array, high: Uint16Array): Uint16Array {
        const { lines, samples, gain, from } = this
        let last = new Float64Array(samples)
        let next = new Float64Array(samples)
        for (let step = 0; step < 2 * lines; step++) {
            const i = step % lines
            const [a, b] = [low[i]!, high[i]!]
            const base = i * samples
            const back = step * samples
            next.fill(Infinity)
            if (step === 0) {
                for (let k = a; k < b; k++) next[k] = -gain[base + k]!
            } else {
                const before = (i + lines - 1) % lines
                const [c, d] = [Math.min(a, low[before]!), Math.max(b, high[before]!)]
                spreadCosts(last, from, back, c, d, JUMP_COST)
                for (let k = a; k < b; k++) next[k] = last[k]! - gain[base + k]!
            }
            ;[last, next] = [next, last]
        }
        const end = lines - 1
        let k = low[end]!
        for (let q = k; q < high[end]!; q++) if (last[q]! < last[k]!) k = q
        const path = new Uint16Array(lines)
        const half = lines >> 1
        for (let step = 2 * lines - 1; step >= half; step--) {
            if (step < half + lines) path[step % lines] = k
            k = from[step * samples + k]!
        }
        return path
    }

    /** Whether pulse and beam are too wide across the border to show the media: far away, on a wall that is parallel to the beam. */
    private isBlurred(path: Uint16Array, i: number): boolean {
        const { lines, shape, geometry } = this
        const turnRad = (2 * SLOPE_LINES * 2 * Math.PI) / lines
        const after = path[(i + SLOPE_LINES) % lines]!
        const before = path[(i - SLOPE_LINES + lines) % lines]!
        const tangent = (after - before) / turnRad / Math.max(1, path[i]!)
        const squaredSine = tangent ** 2 / (1 + tangent ** 2)
        const across = shape.beamRad * path[i]! * geometry.sampleSpacingMm
        const squared = shape.pulseMm ** 2 * (1 - squaredSine) + across ** 2 * squaredSine
        return shape.leadMm > LEAD_MAX_MM || squared > BLUR_MAX_MM ** 2
    }

    private refine(slab: Slab, path: Uint16Array, isShadowed: Uint8Array): SlabBorder {
        const { lines, samples, geometry, shape } = this
        const spacing = geometry.sampleSpacingMm
        const media = Math.round(MEDIA_MM / spacing)
        const peak = Math.round(PEAK_MM / spacing)
        const length = media + peak + 1
        const sigma = Math.max(1, (EDGE_RAD * lines) / (2 * Math.PI))
        const reach = Math.ceil(2 * sigma)
        const radiusMm = Float32Array.from(path, k => k * spacing)
        const edgeWeight = new Float32Array(lines)
        const profile = new Float64Array(length)
        for (let i = 0; i < lines; i++) {
            if (isShadowed[i] || !slab.present[i] || this.isBlurred(path, i)) continue
            profile.fill(0)
            let weights = 0
            for (let m = -reach; m <= reach; m++) {
                const j = (i + m + lines) % lines
                if (!slab.present[j] || isShadowed[j] || path[j]! < media) continue
                const w = Math.exp(-0.5 * (m / sigma) ** 2)
                weights += w
                const at = j * samples + path[j]! - media
                const count = Math.min(length, samples - path[j]! + media)
                for (let s = 0; s < count; s++) profile[s]! += w * slab.codes[at + s]!
            }
            const edge = halfWayOf(profile, media, weights)
            if (edge === undefined) continue
            radiusMm[i] = (path[i]! + edge - media) * spacing - offsetMm(shape)
            edgeWeight[i] = 1
        }
        return { radiusMm, edgeWeight }
    }
}

/**
 * Sample of a profile at which it is half-way between its least value up to `middle` and the first peak behind that; undefined where
 * the dark is no media.
 * @param profile sum of codes, of this weight
 */
function halfWayOf(profile: Float64Array, middle: number, weight: number): number | undefined {
    let dark = 0
    for (let s = 1; s <= middle + 1; s++) if (profile[s]! <= profile[dark]!) dark = s
    let bright = dark
    for (let s = dark; s < profile.length; s++) if (profile[s]! > profile[bright]!) bright = s
    const rise = profile[bright]! - profile[dark]!
    if (!(rise >= HEARD_CODES * weight)) return undefined
    let inside = dark
    for (let s = 0; s < dark; s++) if (profile[s]! > profile[inside]!) inside = s
    if (profile[inside]! - profile[dark]! < INSIDE_CODES * weight) return undefined
    const half = profile[dark]! + rise / 2
    for (let s = dark + 1; s <= bright; s++)
        if (profile[s]! >= half)
            return s - 1 + (half - profile[s - 1]!) / (profile[s]! - profile[s - 1]!)
    return undefined
}

/**
 * How far the half-way point lies behind the border. The media is hardly thicker than the pulse, so that its darkest is filled by the
 * echoes on both sides, and half-way is later than at the lumen border: about where the adventitia has a sixth of its power.
 */
function offsetMm(shape: EchoShape): number {
    return shape.leadMm - shape.pulseMm
}
