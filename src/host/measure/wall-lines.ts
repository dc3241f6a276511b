// Finds the A-lines of a slab with calcium in the wall, and those on which nothing is heard behind calcium or metal.

import { SAMPLE_SPAN_DB } from "../../shared/acquisition/sample-codes"
import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import type { SlabBorder } from "./lumen-edge"
import type { Slab } from "./lumen-slabs"

const CODES_PER_DB = 255 / SAMPLE_SPAN_DB

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

/** The usual level is that of this share of the A-lines: more than half of the circle may be in shadow. */
const USUAL_SHARE = 0.8

/** Calcium is brighter than the wall elsewhere by so much (7 dB). */
const BRIGHT_CODES = 7 * CODES_PER_DB

export interface WallLines {
    /** 1 for each A-line with calcium */
    readonly calcium: Uint8Array
    /** 1 for each A-line with a shadow: of calcium or of metal */
    readonly shadow: Uint8Array
}

export function wallLines(slab: Slab, lumen: SlabBorder, geometry: ImagingGeometry): WallLines {
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing } = geometry
    const first = firstClearSample(geometry)
    const peaks = new Float32Array(lines).fill(NaN)
    const behind = new Float32Array(lines).fill(NaN)
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
        if ((to - from) * spacing >= SHADOW_FROM_MM) behind[i] = brightestOf(codes, rows, from, to)
    }
    const usual = shareOf(behind, USUAL_SHARE)
    const shadow = Uint8Array.from(behind, code => (code < usual - DARK_CODES ? 1 : 0))
    const clear = peaks.filter((_, i) => !shadow[i])
    const wall = shareOf(clear.length > lines / 8 ? clear : peaks, 0.5)
    const calcium = shadow.map((dark, i) => (dark && peaks[i]! > wall + BRIGHT_CODES ? 1 : 0))
    return { calcium, shadow }
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

const counts = new Uint16Array(256)

/** The code that {@link DARK_SHARE} of the samples of some A-lines do not exceed; every second one is looked at. */
function brightestOf(codes: Uint8Array, rows: readonly number[], from: number, to: number): number {
    counts.fill(0)
    let left = 0
    for (const row of rows)
        for (let k = from; k < to; k += 2) {
            counts[codes[row + k]!]!++
            left++
        }
    left *= 1 - DARK_SHARE
    let code = 255
    for (; code > 0 && (left -= counts[code]!) > 0; code--);
    return code
}

/** The value that a share of the values does not exceed; NaN is left out. */
function shareOf(values: Float32Array, share: number): number {
    const sorted = values.filter(value => !Number.isNaN(value)).sort()
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}
