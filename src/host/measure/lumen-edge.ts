// Responsible for: the border of one slab to a fraction of a sample.
// Not for: finding it roughly (lumen-path.ts).
//
// The mean power across a wall's leading edge is the wall's own step blurred by
// pulse and beam. Any symmetric blur leaves the half-power point of a step
// where the step is, so the border is where the mean power, taken along the
// border over a few independent speckles, passes half of what the wall behind
// sends back. It is looked for along the border's normal, since pulse and beam
// blur differently and a flat lumen's sides run nearly along the beam.

import { POWER_OF_CODE } from "../picture/envelope"
import type { ImagingGeometry } from "../picture/geometry"
import type { Contour, Shifts } from "./lumen-contour"
import { alongSteps, contourOf, CONTOUR_POINTS, radiiOf } from "./lumen-contour"
import type { Slab } from "./lumen-slabs"

/** Profile across the border: from this far inside to this far outside. */
const REACH_MM = 0.3
const STEP_MM = 0.02
const STEPS = 2 * Math.round(REACH_MM / STEP_MM) + 1
const MIDDLE = STEPS >> 1

/** The wall behind the edge is where its power is taken. */
const WALL_FROM_MM = 0.04
const WALL_TO_MM = 0.14

/** The wall's usual level is its median within this distance along the border. */
const LEVEL_MM = 0.8

/** A wall weaker than its surroundings by this much (6 dB) is judged by theirs. */
const WEAK_WALL_RATIO = 4

/** An edge counts as heard where wall and lumen differ by this much (6 dB). */
const MIN_EDGE_CONTRAST = 4

const ROUNDS = 3

/** The border of one slab as found. */
export interface SlabBorder {
    readonly radiusMm: Float32Array
    /** per line, 0..1: how much of the averaging window there heard an edge */
    readonly edgeWeight: Float32Array
}

/**
 * @param path per line the first sample of the wall, true to a few samples
 */
export function refineBorder(slab: Slab, path: Uint16Array, geometry: ImagingGeometry): SlabBorder {
    const { linesPerFrame: lines, sampleSpacingMm: spacing } = geometry
    let radius: Float32Array = Float32Array.from(path, k =>
        Math.max(geometry.catheterRadiusMm, (k - 0.5) * spacing)
    )
    let heard: Float32Array = new Float32Array(lines)
    for (let round = 0; round < ROUNDS; round++) {
        const contour = contourOf(radius)
        const shift = edgeShifts(slab, contour, geometry)
        ;({ radius, heard } = radiiOf(contour, shift, radius, geometry))
    }
    return { radiusMm: radius, edgeWeight: heard }
}

/** How far outwards the half-power point lies at each place. */
function edgeShifts(slab: Slab, contour: Contour, geometry: ImagingGeometry): Shifts {
    const profiles = meanProfiles(slab, contour, geometry)
    const own = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++)
        own[p] = wallPower(profiles.subarray(p * STEPS, (p + 1) * STEPS), 0)
    const level = localMedian(own, Math.round(LEVEL_MM / contour.stepMm))
    const mm = new Float64Array(CONTOUR_POINTS)
    const heard = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const profile = profiles.subarray(p * STEPS, (p + 1) * STEPS)
        const edge = halfPower(profile, level[p]!)
        if (edge === undefined) continue
        mm[p] = edge
        heard[p] = 1
    }
    return { mm, found: heard }
}

/** Power across the border at each place, averaged along it; all -1 where nothing was received. */
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

/** Mean power of the wall that begins `edge` mm outside of the profile's middle. */
function wallPower(profile: Float32Array, edge: number): number {
    const from = MIDDLE + Math.round((edge + WALL_FROM_MM) / STEP_MM)
    const to = Math.min(STEPS - 1, MIDDLE + Math.round((edge + WALL_TO_MM) / STEP_MM))
    let sum = 0
    for (let s = from; s <= to; s++) sum += profile[s]!
    return to >= from ? sum / (to - from + 1) : 0
}

/** Median round a ring within +-reach of the places where something was received; 0 where nothing was. */
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
 * Where a mean profile passes half of the wall's power, from the lumen outwards.
 * @param level power of the wall hereabouts; a wall that is much weaker than it
 * is the beam's skirt in a narrow corner of the lumen, or a dropout
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

/** Echo power at a place; -1 where its lines are missing. */
function powerAt(slab: Slab, x: number, y: number, geometry: ImagingGeometry): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const k = Math.sqrt(x * x + y * y) / geometry.sampleSpacingMm
    const k0 = Math.floor(k)
    if (k0 + 1 >= samples) return 0
    const turn = Math.atan2(y, x) / (2 * Math.PI)
    const line = (turn < 0 ? turn + 1 : turn) * lines
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
