// Refines the border of one slab to a fraction of a sample.
//
// The border lies at the leading edge of the wall's echo: where the mean code, averaged along the border over a few independent
// speckles, is half-way between blood and the peak of the wall. Codes are logarithmic, so this is half-way in dB, as on the display.
// From there the offset that pulse and beam give (edge-offset.ts) leads to the interface. The search runs along the border's normal,
// because pulse and beam blur differently and the sides of a flat lumen are nearly parallel to the beam.

import { CODES_PER_DB } from "../picture/envelope"
import { depthMm, firstClearSample, type ImagingGeometry } from "../picture/geometry"
import { meanProfiles, MIDDLE, STEP_MM, STEPS } from "./edge-profiles"
import { type EchoShape, echoShape, edgeOffsetMm } from "./edge-offset"
import type { Contour, Shifts } from "./lumen-contour"
import { contourOf, CONTOUR_POINTS, radiiOf } from "./lumen-contour"
import type { Slab } from "./lumen-slabs"
import { bridgedLines, suspectLines } from "./lumen-suspects"
import { extendTips } from "./lumen-tip"

/** Blood is the median further inside the border than this. */
const BLOOD_MM = 0.16

/** Behind the edge the code stays above half-way for at least this many steps; a bright speckle of blood does not. */
const STAYS_STEPS = 3

/** Levels of blood and wall are the median within this distance along the border. */
const LEVEL_MM = 0.8

/** A wall whose peak is weaker than its neighbours' by this much (6 dB) uses theirs instead. */
const WEAK_WALL_CODES = 6 * CODES_PER_DB

/** Difference of wall and blood (6 dB) needed to accept an edge. */
const MIN_EDGE_CODES = 6 * CODES_PER_DB

/** An edge of this contrast (12 dB) is certain; a weaker one counts less, in proportion. */
const CERTAIN_CODES = 12 * CODES_PER_DB

/**
 * A border this near to the end of the ring-down, nearly all round, is the end of the ring-down: before it nothing is heard, so that
 * it is no edge. A lumen that small, 1.3 mm², is filled by the catheter and its ring-down.
 */
const AT_RING_DOWN_MM = 0.1
const AT_RING_DOWN_SHARE = 0.85

/** Iterations of contour and edge search. */
const ROUNDS = 3

/** The border of one slab as found. */
export interface SlabBorder {
    readonly radiusMm: Float32Array
    /** for each A-line, 0..1: share of the neighbouring contour points with an edge */
    readonly edgeWeight: Float32Array
}

/**
 * @param path first wall sample of each A-line, accurate to a few samples
 */
export function refineBorder(all: Slab, path: Uint16Array, geometry: ImagingGeometry): SlabBorder {
    const { linesPerFrame: lines, sampleSpacingMm: spacing } = geometry
    const shape = echoShape(geometry)
    const suspect = suspectLines(all, path, geometry)
    const slab = { codes: all.codes, present: all.present.map((p, i) => p & ~suspect[i]!) }
    let radius: Float32Array = bridgedLines(
        Float32Array.from(path, k => Math.max(geometry.catheterRadiusMm, (k - 0.5) * spacing)),
        suspect
    )
    let edgeWeight: Float32Array = new Float32Array(lines)
    for (let round = 0; round < ROUNDS; round++) {
        const contour = contourOf(radius)
        const shift = edgeShifts(slab, contour, geometry, shape)
        ;({ radius, edgeWeight } = radiiOf(contour, shift, radius, geometry))
    }
    extendTips(radius, shape)
    const deepest = depthMm(geometry)
    const radiusMm = radius.map(r => Math.min(deepest, r))
    return {
        radiusMm,
        edgeWeight: isRingDown(radiusMm, geometry) ? edgeWeight.fill(0) : edgeWeight,
    }
}

/** Whether a border is the end of the ring-down. */
function isRingDown(radiusMm: Float32Array, geometry: ImagingGeometry): boolean {
    const endMm = firstClearSample(geometry) * geometry.sampleSpacingMm + AT_RING_DOWN_MM
    const near = radiusMm.reduce((count, r) => count + (r < endMm ? 1 : 0), 0)
    return near > AT_RING_DOWN_SHARE * radiusMm.length
}

/** Distance from each contour point to the interface, outwards. */
function edgeShifts(
    slab: Slab,
    contour: Contour,
    geometry: ImagingGeometry,
    shape: EchoShape
): Shifts {
    const profiles = meanProfiles(slab, contour, geometry)
    const profileOf = (p: number): Float32Array => profiles.subarray(p * STEPS, (p + 1) * STEPS)
    const reach = Math.round(LEVEL_MM / contour.stepMm)
    const ownBlood = new Float64Array(CONTOUR_POINTS)
    const ownPeak = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        ownBlood[p] = bloodOf(profileOf(p))
        ownPeak[p] = peakOf(profileOf(p), MIDDLE)
    }
    const blood = localMedian(ownBlood, reach)
    const peak = localMedian(ownPeak, reach)
    const mm = new Float64Array(CONTOUR_POINTS)
    const found = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const edge = halfWay(profileOf(p), blood[p]!, peak[p]!)
        if (!edge) continue
        const { x, y, nx, ny } = contour
        const radiusMm = Math.sqrt(x[p]! * x[p]! + y[p]! * y[p]!)
        const cosine = (x[p]! * nx[p]! + y[p]! * ny[p]!) / Math.max(radiusMm, 1e-9)
        const contrastDb = edge.codes / CODES_PER_DB
        mm[p] = (edge.step - MIDDLE) * STEP_MM - edgeOffsetMm(shape, radiusMm, cosine, contrastDb)
        found[p] = Math.min(1, edge.codes / CERTAIN_CODES)
    }
    return { mm, found }
}

/** The part of a profile in which blood is measured, sorted. */
const INSIDE = new Float32Array(MIDDLE - Math.round(BLOOD_MM / STEP_MM) + 1)

/** Median code inside the border; -1 where no A-line was received. */
function bloodOf(profile: Float32Array): number {
    if (profile[MIDDLE]! < 0) return -1
    for (let s = 0; s < INSIDE.length; s++) {
        // Sorted by insertion, as sort() takes six times as long for so few values.
        const value = profile[s]!
        let at = s
        for (; at > 0 && INSIDE[at - 1]! > value; at--) INSIDE[at] = INSIDE[at - 1]!
        INSIDE[at] = value
    }
    return INSIDE[INSIDE.length >> 1]!
}

/** Greatest code from step `edge` outwards; -1 where no A-line was received. */
function peakOf(profile: Float32Array, edge: number): number {
    let most = -1
    for (let s = Math.floor(edge); s < STEPS; s++) if (profile[s]! > most) most = profile[s]!
    return most
}

/** Neighbouring medians hardly differ: one is computed for this number of values. */
const MEDIAN_STRIDE = 4

/** Cyclic median within ±reach; ignores values below 0 (not received); 0 if there are no others. */
function localMedian(values: Float64Array, reach: number): Float64Array {
    const n = values.length
    const half = Math.max(1, Math.min(n >> 2, reach))
    const window = new Float64Array(2 * half + 1)
    const out = new Float64Array(n)
    for (let p = 0; p < n; p += MEDIAN_STRIDE) {
        let count = 0
        for (let m = -half; m <= half; m++) {
            const value = values[(p + m + n) % n]!
            if (value >= 0) window[count++] = value
        }
        out.fill(
            count > 0 ? window.subarray(0, count).sort()[count >> 1]! : 0,
            p,
            p + MEDIAN_STRIDE
        )
    }
    return out
}

/**
 * Step at which a profile is half-way between blood and the peak of the wall, from the lumen outwards, and the difference of the
 * two in codes; undefined without an edge.
 * @param peak level of the wall around; a much weaker wall is a side lobe in a narrow corner, or a dropout
 */
function halfWay(
    profile: Float32Array,
    blood: number,
    peak: number
): { step: number; codes: number } | undefined {
    if (profile[MIDDLE]! < 0 || !(peak > 0)) return undefined
    let step = MIDDLE
    let codes = 0
    for (let round = 0; round < 2; round++) {
        const own = round === 0 ? peak : peakOf(profile, step)
        codes = (own > peak - WEAK_WALL_CODES ? own : peak) - blood
        if (codes < MIN_EDGE_CODES) return undefined
        const crossing = crossingOf(profile, blood + codes / 2)
        if (crossing === undefined) return round === 0 ? undefined : { step, codes }
        step = crossing
    }
    return { step, codes }
}

/** First step at which a profile rises above `half` and stays there. */
function crossingOf(profile: Float32Array, half: number): number | undefined {
    let above = 0
    for (let s = 0; s < STEPS; s++) {
        if (profile[s]! < half) {
            above = 0
            continue
        }
        if (++above < STAYS_STEPS) continue
        const first = s - STAYS_STEPS + 1
        if (first === 0) continue
        return first - 1 + (half - profile[first - 1]!) / (profile[first]! - profile[first - 1]!)
    }
    return undefined
}
