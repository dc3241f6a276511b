// Finds the A-lines of a slab with calcium in the wall, and those on which nothing is heard behind calcium or metal.

import { CODES_PER_DB } from "../picture/envelope"
import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import type { SlabBorder } from "./lumen-edge"
import type { Slab } from "./lumen-slabs"

/** A-lines averaged on each side. */
const AROUND_LINES = 1

/** Calcium lies between these distances behind the lumen border; before it, there is metal. */
const CALCIUM_FROM_MM = -0.15
const CALCIUM_TO_MM = 1.2

/** A shadow is dark between these distances behind what casts it. */
const SHADOW_FROM_MM = 0.6
const SHADOW_TO_MM = 3.2

/** In a shadow this share of the samples is darker than tissue elsewhere by so much (10 dB); the rest may be repeated echoes. */
const DARK_SHARE = 0.75
const DARK_CODES = 10 * CODES_PER_DB

/**
 * The lumen of another vessel is dark as well, but has a far wall: on some of the A-lines of a shadow (a quarter), hardly anything
 * is brighter than blood (11 dB) up to this distance, as there is only noise.
 */
const NOISE_TO_MM = 7
const NOISE_SHARE = 0.88
const NOISE_CODES = 11 * CODES_PER_DB
const NOISE_LINES = 0.25

/** The usual level is that of this share of the A-lines: more than half of the circle may be in shadow. */
const USUAL_SHARE = 0.8

/** Calcium is brighter than the wall elsewhere by so much (7 dB). */
const BRIGHT_CODES = 7 * CODES_PER_DB

/** The echo of the wall begins within this distance of the border. */
const BEFORE_WALL_MM = 0.2

/** How often each code occurs; reused. */
const counts = new Uint32Array(256)

export interface WallLines {
    /** 1 for each A-line with calcium */
    readonly calcium: Uint8Array
    /** 1 for each A-line with a shadow: of calcium or of metal */
    readonly shadow: Uint8Array
    /** 1 for each A-line that is dark behind the border, for whatever reason */
    readonly dark: Uint8Array
}

export function wallLines(slab: Slab, lumen: SlabBorder, geometry: ImagingGeometry): WallLines {
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing } = geometry
    const first = firstClearSample(geometry)
    const peaks = new Float32Array(lines).fill(NaN)
    const behind = new Float32Array(lines).fill(NaN)
    const noise = new Float32Array(lines).fill(NaN)
    const toSample = (mm: number): number =>
        Math.max(first, Math.min(samples, Math.round(mm / spacing)))
    const rows: number[] = []
    for (let i = 0; i < lines; i++) {
        rows.length = 0
        for (let m = -AROUND_LINES; m <= AROUND_LINES; m++) {
            const line = (i + m + lines) % lines
            if (slab.present[line]) rows.push(line * samples)
        }
        if (rows.length === 0) continue
        const r = lumen.radiusMm[i]!
        const { codes } = slab
        peaks[i] = peakOf(codes, rows, toSample(r + CALCIUM_FROM_MM), toSample(r + CALCIUM_TO_MM))
        const from = toSample(r + SHADOW_FROM_MM)
        const to = toSample(r + SHADOW_FROM_MM + SHADOW_TO_MM)
        // A wall at the edge of the view has nothing behind it that could be dark.
        if ((to - from) * spacing < SHADOW_FROM_MM) continue
        behind[i] = brightestOf(codes, rows, from, to, DARK_SHARE)
        const end = toSample(r + SHADOW_FROM_MM + NOISE_TO_MM)
        noise[i] = brightestOf(codes, rows.slice(0, 1), from, end, NOISE_SHARE)
    }
    const usual = shareOf(behind, USUAL_SHARE)
    const dark = Uint8Array.from(behind, code => (code < usual - DARK_CODES ? 1 : 0))
    const shadow = dark.slice()
    const quiet = bloodCode(slab, lumen, geometry) + NOISE_CODES
    for (const [from, count] of sectorsOf(shadow)) {
        let sum = 0
        for (let m = 0; m < count; m++) if (noise[(from + m) % lines]! < quiet) sum++
        if (sum < NOISE_LINES * count)
            for (let m = 0; m < count; m++) shadow[(from + m) % lines] = 0
    }
    const clear = peaks.filter((_, i) => !shadow[i])
    const wall = shareOf(clear.length > lines / 8 ? clear : peaks, 0.5)
    const calcium = shadow.map((is, i) => (is && peaks[i]! > wall + BRIGHT_CODES ? 1 : 0))
    return { calcium, shadow, dark }
}

/** Median code of blood, between the ring-down and the border. */
export function bloodCode(slab: Slab, lumen: SlabBorder, geometry: ImagingGeometry): number {
    const { samplesPerLine: samples, sampleSpacingMm: spacing } = geometry
    const first = firstClearSample(geometry)
    counts.fill(0)
    let half = 0
    lumen.radiusMm.forEach((r, i) => {
        if (!slab.present[i]) return
        const end = Math.min(samples, Math.round((r - BEFORE_WALL_MM) / spacing))
        for (let k = first; k < end; k += 2) {
            counts[slab.codes[i * samples + k]!]!++
            half += 0.5
        }
    })
    let code = 0
    for (; code < 255 && (half -= counts[code]!) > 0; code++);
    return code
}

/** Greatest mean code of some A-lines. */
function peakOf(codes: Uint8Array, rows: readonly number[], from: number, to: number): number {
    let most = 0
    for (let k = from; k < to; k++) {
        let sum = 0
        for (const row of rows) sum += codes[row + k]!
        if (sum > most) most = sum
    }
    return most / rows.length
}

/** The code that a share of the samples of some A-lines do not exceed; every second one is looked at. */
function brightestOf(
    codes: Uint8Array,
    rows: readonly number[],
    from: number,
    to: number,
    share: number
): number {
    counts.fill(0)
    let left = 0
    for (const row of rows)
        for (let k = from; k < to; k += 2) {
            counts[codes[row + k]!]!++
            left++
        }
    left *= 1 - share
    let code = 255
    for (; code > 0 && (left -= counts[code]!) > 0; code--);
    return code
}

/** The value that a share of the values does not exceed; NaN is left out. */
function shareOf(values: Float32Array, share: number): number {
    const sorted = values.filter(value => !Number.isNaN(value)).sort()
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/** First A-line and number of A-lines of each marked sector. */
export function sectorsOf(marked: Uint8Array): [from: number, count: number][] {
    const n = marked.length
    const sectors: [number, number][] = []
    for (let from = 0; from < n; from++) {
        if (!marked[from] || marked[(from + n - 1) % n]) continue
        let count = 1
        while (count < n && marked[(from + count) % n]) count++
        sectors.push([from, count])
    }
    return sectors
}
