// Finds parts of the lumen that are hidden behind a fold of its wall, as seen from the catheter, and where it opens into a branch.
//
// The border of a lumen has one radius for each A-line and ends at the first wall. If the lumen bends around a fold, as a crescent
// does, the blood behind the fold is still heard through it: it is dark, it ends at another wall, and from line to line it is connected
// with the blood in front of the border. An artery beside a vein is dark too, but it has no such connection.

import { CODES_PER_DB } from "../picture/envelope"
import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import type { SlabBorder } from "./lumen-edge"
import type { Slab } from "./lumen-slabs"

/** Blood ends where the mean code is above that of blood by this share of the way to the wall: below the media's. */
const BLOOD_SHARE = 0.35
/** Least difference of blood and wall at which it is looked for (12 dB). */
const LEAST_CODES = 12 * CODES_PER_DB
/** A stretch of blood is at least this long, and meets the one beside it over at least this length. */
const LEAST_MM = 0.28
const MEETS_MM = 0.16
/** It is looked for within this distance of the border. */
const REACH_MM = 3.5
/** Blood within this distance of the border is in front of it: there is no wall between. */
const NO_WALL_MM = 0.16
/** A fold makes the border step by this much within this angle. */
const STEP_MM = 0.25
const STEP_DEG = 7
/** A-lines averaged on each side. */
const AROUND_LINES = 1

interface Stretch {
    readonly line: number
    readonly from: number
    readonly to: number
}

export interface HiddenLumen {
    /** Blood behind the border and connected with the lumen, mm². */
    readonly areaMm2: number
    /** Angle over which blood goes on behind the border without a wall. */
    readonly openDeg: number
}

/** @param isShadowed 1 for each A-line on which nothing is heard behind calcium or metal */
export function hiddenLumen(
    slab: Slab,
    lumen: SlabBorder,
    isShadowed: Uint8Array,
    geometry: ImagingGeometry
): HiddenLumen {
    const { linesPerFrame: lines, sampleSpacingMm: spacing } = geometry
    if (!hasStep(lumen.radiusMm)) return { areaMm2: 0, openDeg: 0 }
    const ends = Uint16Array.from(lumen.radiusMm, r => Math.round(r / spacing))
    const limit = bloodLimit(slab, ends, geometry)
    if (limit === undefined) return { areaMm2: 0, openDeg: 0 }
    const all = stretches(slab, ends, isShadowed, limit, geometry)
    const least = MEETS_MM / spacing
    const isConnected = all.map(() => false)
    const byLine: number[][] = Array.from({ length: lines }, () => [])
    all.forEach((stretch, n) => byLine[stretch.line]!.push(n))
    const queue: number[] = []
    const reach = (n: number): void => {
        isConnected[n] = true
        queue.push(n)
    }
    all.forEach(({ line, from, to }, n) => {
        const isOpen = (from - ends[line]!) * spacing < NO_WALL_MM
        const beside = [line + 1, line - 1].map(i => ends[(i + lines) % lines]!)
        if (isOpen || beside.some(end => Math.min(to, end) - from >= least)) reach(n)
    })
    for (let n; (n = queue.pop()) !== undefined;) {
        const { line, from, to } = all[n]!
        for (const i of [line + 1, line - 1])
            for (const m of byLine[(i + lines) % lines]!) {
                const other = all[m]!
                if (!isConnected[m] && Math.min(to, other.to) - Math.max(from, other.from) >= least)
                    reach(m)
            }
    }
    let twice = 0
    let open = 0
    all.forEach(({ line, from, to }, n) => {
        if (!isConnected[n]) return
        twice += (to * to - from * from) * spacing * spacing * ((2 * Math.PI) / lines)
        if ((from - ends[line]!) * spacing < NO_WALL_MM) open++
    })
    return { areaMm2: twice / 2, openDeg: (360 * open) / lines }
}

/** Whether the border steps: without one there is no fold, and nothing more to look for. */
function hasStep(radiusMm: Float32Array): boolean {
    const n = radiusMm.length
    const reach = Math.max(1, Math.round((STEP_DEG * n) / 360))
    return radiusMm.some((r, i) => Math.abs(radiusMm[(i + reach) % n]! - r) > STEP_MM)
}

/** Code below which there is blood; undefined if blood and wall differ too little. */
function bloodLimit(slab: Slab, ends: Uint16Array, geometry: ImagingGeometry): number | undefined {
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing } = geometry
    const first = firstClearSample(geometry)
    const blood = new Uint32Array(256)
    const wall = new Uint32Array(256)
    const margin = Math.round(0.16 / spacing)
    const thick = Math.round(0.14 / spacing)
    for (let i = 0; i < lines; i++) {
        if (!slab.present[i]) continue
        const base = i * samples
        for (let k = first; k < ends[i]! - margin; k++) blood[slab.codes[base + k]!]!++
        const begin = ends[i]! + Math.round(0.06 / spacing)
        for (let k = begin; k < Math.min(samples, begin + thick); k++)
            wall[slab.codes[base + k]!]!++
    }
    const [dark, bright] = [medianCode(blood), medianCode(wall)]
    return bright - dark >= LEAST_CODES ? dark + BLOOD_SHARE * (bright - dark) : undefined
}

function medianCode(counts: Uint32Array): number {
    const half = counts.reduce((sum, n) => sum + n, 0) / 2
    let sum = 0
    for (let code = 0; code < 256; code++) if ((sum += counts[code]!) >= half) return code
    return 255
}

/** Dark stretches behind the border that end at a wall. */
function stretches(
    slab: Slab,
    ends: Uint16Array,
    isShadowed: Uint8Array,
    limit: number,
    { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing }: ImagingGeometry
): Stretch[] {
    const least = LEAST_MM / spacing
    const reach = Math.round(REACH_MM / spacing)
    const all: Stretch[] = []
    const mean = new Float32Array(samples)
    for (let line = 0; line < lines; line++) {
        if (isShadowed[line] || !slab.present[line]) continue
        const begin = Math.min(samples, ends[line]!)
        const end = Math.min(samples, begin + reach)
        mean.fill(0, begin, end)
        let count = 0
        for (let m = -AROUND_LINES; m <= AROUND_LINES; m++) {
            const i = (line + m + lines) % lines
            if (!slab.present[i]) continue
            count++
            for (let k = begin; k < end; k++) mean[k]! += slab.codes[i * samples + k]!
        }
        let from = -1
        for (let k = begin; k < end; k++) {
            const isDark = mean[k]! < limit * count
            if (isDark && from < 0) from = k
            if (!isDark && from >= 0) {
                if (k - from >= least) all.push({ line, from, to: k })
                from = -1
            }
        }
    }
    return all
}
