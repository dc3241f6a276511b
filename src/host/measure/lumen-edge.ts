// Refines the border of one slab to a fraction of a sample.
//
// The mean power across a wall's leading edge is a step blurred by pulse and beam. A symmetric blur leaves the
// half-power point of a step in place. The border is therefore where the mean power, averaged along the border over a
// few independent speckles, crosses half the power of the wall behind it. The search runs along the border's normal,
// because pulse and beam blur differently and the sides of a flat lumen are nearly parallel to the beam.

import { POWER_OF_CODE } from "../picture/envelope"
import type { ImagingGeometry } from "../picture/geometry"
import type { Contour, Shifts } from "./lumen-contour"
import { alongSteps, contourOf, CONTOUR_POINTS, radiiOf } from "./lumen-contour"
import type { Slab } from "./lumen-slabs"

/** The profile across the border extends this far to both sides. */
const REACH_MM = 0.3
const STEP_MM = 0.02
const STEPS = 2 * Math.round(REACH_MM / STEP_MM) + 1
const MIDDLE = STEPS >> 1

/** The wall's power is measured between these distances behind the edge. */
const WALL_FROM_MM = 0.04
const WALL_TO_MM = 0.14

/** The reference level of the wall is the median within this distance along the border. */
const LEVEL_MM = 0.8

/** A wall weaker than the reference level by this ratio (6 dB) uses the reference level instead. */
const WEAK_WALL_RATIO = 4

/** Power ratio of wall to lumen (6 dB) needed to accept an edge. */
const MIN_EDGE_CONTRAST = 4

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
export function refineBorder(slab: Slab, path: Uint16Array, geometry: ImagingGeometry): SlabBorder {
    const { linesPerFrame: lines, sampleSpacingMm: spacing } = geometry
    let radius: Float32Array = Float32Array.from(path, k =>
        Math.max(geometry.catheterRadiusMm, (k - 0.5) * spacing)
    )
    let edgeWeight: Float32Array = new Float32Array(lines)
    for (let round = 0; round < ROUNDS; round++) {
        const contour = contourOf(radius)
        const shift = edgeShifts(slab, contour, geometry)
        ;({ radius, edgeWeight } = radiiOf(contour, shift, radius, geometry))
    }
    return { radiusMm: radius, edgeWeight }
}

/** Distance from each contour point to the half-power point, outwards. */
function edgeShifts(slab: Slab, contour: Contour, geometry: ImagingGeometry): Shifts {
    const profiles = meanProfiles(slab, contour, geometry)
    const own = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++)
        own[p] = wallPower(profiles.subarray(p * STEPS, (p + 1) * STEPS), 0)
    const level = localMedian(own, Math.round(LEVEL_MM / contour.stepMm))
    const mm = new Float64Array(CONTOUR_POINTS)
    const found = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const profile = profiles.subarray(p * STEPS, (p + 1) * STEPS)
        const edge = halfPower(profile, level[p]!)
        if (edge === undefined) continue
        mm[p] = edge
        found[p] = 1
    }
    return { mm, found }
}

/** Power profile at each contour point, averaged along the border; all -1 where no A-line was received. */
function meanProfiles(slab: Slab, contour: Contour, geometry: ImagingGeometry): Float32Array {
    const single = new Float32Array(CONTOUR_POINTS * STEPS)
    for (let p = 0; p < CONTOUR_POINTS; p++)
        for (let s = 0; s < STEPS; s++) {
            const u = (s - MIDDLE) * STEP_MM
            single[p * STEPS + s] = powerAt(
                slab,
                contour.x[p]! + u * contour.nx[p]!,
                contour.y[p]! + u * contour.ny[p]!,
                geometry
            )
        }
    const means = new Float32Array(CONTOUR_POINTS * STEPS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const to = p * STEPS
        const sigma = alongSteps(Math.hypot(contour.x[p]!, contour.y[p]!), contour.stepMm)
        const reach = Math.min(CONTOUR_POINTS >> 2, Math.ceil(2 * sigma))
        let weights = 0
        for (let m = -reach; m <= reach; m++) {
            const from = ((p + m + CONTOUR_POINTS) % CONTOUR_POINTS) * STEPS
            if (single[from + MIDDLE]! < 0) continue
            const w = Math.exp(-0.5 * (m / sigma) ** 2)
            weights += w
            for (let s = 0; s < STEPS; s++) means[to + s]! += w * Math.max(0, single[from + s]!)
        }
        for (let s = 0; s < STEPS; s++) means[to + s] = weights > 0 ? means[to + s]! / weights : -1
    }
    return means
}

/** Mean power of a wall that starts `edge` mm outside the middle of the profile. */
function wallPower(profile: Float32Array, edge: number): number {
    const from = MIDDLE + Math.round((edge + WALL_FROM_MM) / STEP_MM)
    const to = Math.min(STEPS - 1, MIDDLE + Math.round((edge + WALL_TO_MM) / STEP_MM))
    let sum = 0
    for (let s = from; s <= to; s++) sum += profile[s]!
    return to >= from ? sum / (to - from + 1) : 0
}

/** Cyclic median within ±reach; ignores values below 0 (not received); 0 if there are no others. */
function localMedian(values: Float64Array, reach: number): Float64Array {
    const n = values.length
    const half = Math.max(1, Math.min(n >> 2, reach))
    const window = new Float64Array(2 * half + 1)
    return values.map((_, p) => {
        let count = 0
        for (let m = -half; m <= half; m++) {
            const value = values[(p + m + n) % n]!
            if (value >= 0) window[count++] = value
        }
        return count > 0 ? window.subarray(0, count).sort()[count >> 1]! : 0
    })
}

/**
 * Position where a profile crosses half of the wall's power, from the lumen outwards; undefined without an edge.
 * @param level reference level of the wall; a much weaker wall is a side lobe in a narrow corner, or a dropout
 */
function halfPower(profile: Float32Array, level: number): number | undefined {
    if (profile[MIDDLE]! < 0 || !(level > 0)) return undefined
    let inner = 0
    for (let s = 1; s <= MIDDLE; s++) if (profile[s]! < profile[inner]!) inner = s
    let edge = 0
    for (let round = 0; round < 2; round++) {
        const own = round === 0 ? level : wallPower(profile, edge)
        const half = (own > level / WEAK_WALL_RATIO ? own : level) / 2
        if (profile[inner]! * MIN_EDGE_CONTRAST > 2 * half) return undefined
        let s = inner + 1
        while (s < STEPS && profile[s]! < half) s++
        if (s === STEPS) return round === 0 ? undefined : edge
        const w = (half - profile[s - 1]!) / (profile[s]! - profile[s - 1]!)
        edge = (s - 1 + w - MIDDLE) * STEP_MM
    }
    return edge
}

/** Echo power at a point; -1 where its A-lines are missing. */
function powerAt(slab: Slab, x: number, y: number, geometry: ImagingGeometry): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const k = Math.sqrt(x * x + y * y) / geometry.sampleSpacingMm
    const k0 = Math.floor(k)
    if (k0 + 1 >= samples) return 0
    const circleFraction = Math.atan2(y, x) / (2 * Math.PI)
    const line = (circleFraction < 0 ? circleFraction + 1 : circleFraction) * lines
    const i = Math.floor(line)
    const a = i % lines
    const b = (i + 1) % lines
    if (!slab.present[a] || !slab.present[b]) return -1
    const wk = k - k0
    const wi = line - i
    const { codes } = slab
    const pa = a * samples + k0
    const pb = b * samples + k0
    return (
        (1 - wi) * ((1 - wk) * POWER_OF_CODE[codes[pa]!]! + wk * POWER_OF_CODE[codes[pa + 1]!]!) +
        wi * ((1 - wk) * POWER_OF_CODE[codes[pb]!]! + wk * POWER_OF_CODE[codes[pb + 1]!]!)
    )
}
