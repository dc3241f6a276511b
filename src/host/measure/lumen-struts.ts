// Takes the struts of a stent that stand in the lumen out of a slab, so that the border is found on the wall behind and beside them.
//
// A strut off the wall is narrow and bright, with blood beside it, and the wall goes on at both of its sides. Between a strut and
// the wall there is blood: where it is seen, only the echo of the strut is taken out, and the wall behind it is heard. Where the two
// echoes are one, the A-lines are taken out, and the border is bridged.

import type { ImagingGeometry } from "../picture/geometry"
import type { SlabBorder } from "./lumen-edge"
import type { Slab } from "./lumen-slabs"
import { bridgedLines } from "./lumen-suspects"
import type { Strut } from "./stent-struts"
import { sectorsOf } from "./wall-lines"

/** A strut stands in the lumen if its front is this far before the wall: at least its own thickness, 0.08 to 0.1 mm. */
const OFF_MM = 0.1

/**
 * In a stent, a dent of the border that is deeper and narrower than this, and as bright as the wall, is a strut too: some are as
 * bright as speckle of the wall, and those side by side hide each other.
 */
const DENT_MM = 0.09
const DENT_DEG = 31

/** The echo of a strut reaches so far before and behind its peak. */
const BEFORE_MM = 0.16
const BEHIND_MM = 0.36
/** It is seen at most this far to both sides, on A-lines where it is above blood by this (7 dB), and as far as this beyond them. */
const ASIDE_DEG = 11
const SEEN_CODES = 25
const BEYOND_DEG = 2.8

/** The echo of the wall begins this far before the wall. */
const WALL_BEFORE_MM = 0.12
/** Nearer to the wall than this, the peak of a strut and the wall's echo are one. */
const APART_MM = 0.27

/** A slab without the struts that stand in the lumen, and what is known by that. */
export interface BareLumen {
    readonly slab: Slab
    /** On the wall: first wall sample of each A-line. */
    readonly path: Uint16Array
    /** 1 for each A-line on which a strut was taken out. */
    readonly taken: Uint8Array
}

/**
 * @param before the slab with all struts, or what is left of it after an earlier round
 * @param border as it was found in this slab
 * @param struts of the slab with all struts
 * @param bloodCode usual code of blood
 * @returns undefined where no more struts stand in the lumen
 */
export function withoutStruts(
    before: Pick<BareLumen, "slab"> & Partial<BareLumen>,
    border: SlabBorder,
    struts: readonly Strut[],
    bloodCode: number,
    geometry: ImagingGeometry
): BareLumen | undefined {
    if (struts.length === 0) return undefined
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing } = geometry
    const { slab } = before
    const standing = [
        ...struts.filter(({ radiusMm, wallMm }) => wallMm - radiusMm > OFF_MM),
        ...dents(slab, border, geometry),
    ].filter(({ line }) => !before.taken?.[line])
    if (standing.length === 0) return undefined
    const echoes = standing.map(strut => echoOf(slab, strut, bloodCode, geometry))
    const taken = new Uint8Array(lines)
    for (const { from, to } of echoes)
        for (let i = from; i <= to; i++) taken[(i + lines) % lines] = 1
    const wallMm = bridgedLines(border.radiusMm, taken)
    const codes = slab.codes.slice()
    const present = slab.present.slice()
    for (const { from, to, peak } of echoes)
        for (let m = from; m <= to; m++) {
            const i = (m + lines) % lines
            const behind = wallMm[i]! - peak * spacing
            if (behind < APART_MM) present[i] = 0
            const end = peak + Math.round(Math.min(BEHIND_MM, behind - WALL_BEFORE_MM) / spacing)
            const begin = Math.max(0, peak - Math.round(BEFORE_MM / spacing))
            for (let k = begin; k < Math.min(samples, end); k++)
                codes[i * samples + k] = Math.min(codes[i * samples + k]!, bloodCode)
        }
    const path = Uint16Array.from(wallMm, r => Math.min(samples - 1, Math.round(r / spacing + 0.5)))
    before.taken?.forEach((is, i) => (taken[i]! |= is))
    return { slab: { codes, present }, path, taken }
}

/** The brightest place of each dent. */
function dents(
    { codes }: Slab,
    { radiusMm }: SlabBorder,
    { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing }: ImagingGeometry
): { line: number; peak: number }[] {
    const half = Math.max(1, Math.round((DENT_DEG * lines) / 720))
    const filled = extremes(extremes(radiusMm, half, Math.max), half, Math.min)
    const brightest = (i: number): number => {
        const at = Math.round(radiusMm[i]! / spacing)
        let peak = Math.min(samples - 1, at)
        for (let k = peak; k < Math.min(samples, at + DENT_MM / spacing + 1); k++)
            if (codes[i * samples + k]! > codes[i * samples + peak]!) peak = k
        return peak
    }
    const peaks = Uint16Array.from(radiusMm, (_, i) => brightest(i))
    const codeAt = (i: number): number => codes[i * samples + peaks[i]!]!
    const usual = Array.from(radiusMm, (_, i) => codeAt(i)).sort((a, b) => a - b)[lines >> 1]!
    const isDent = Uint8Array.from(filled, (wall, i) => (wall - radiusMm[i]! > DENT_MM ? 1 : 0))
    return sectorsOf(isDent).flatMap(([from, count]) => {
        let line = from
        for (let m = 1; m < count; m++)
            if (codeAt((from + m) % lines) > codeAt(line)) line = (from + m) % lines
        return codeAt(line) > usual ? [{ line, peak: peaks[line]! }] : []
    })
}

/** The least or greatest of the values around each one. */
function extremes(
    values: Float32Array,
    half: number,
    pick: (a: number, b: number) => number
): Float32Array {
    const n = values.length
    return values.map((own, i) => {
        let value = own
        for (let m = 1; m <= half; m++)
            value = pick(value, pick(values[(i + m) % n]!, values[(i - m + n) % n]!))
        return value
    })
}

/** A-lines from and to which a strut is seen, and the sample of its peak. */
function echoOf(
    { codes }: Slab,
    { line, peak }: Pick<Strut, "line" | "peak">,
    bloodCode: number,
    { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing }: ImagingGeometry
): { from: number; to: number; peak: number } {
    const inLines = (deg: number): number => Math.max(1, Math.round((deg * lines) / 360))
    const around = Math.max(1, Math.round(0.08 / spacing))
    const isSeen = (i: number): boolean => {
        const base = ((i + lines) % lines) * samples
        // Not behind the peak, where the wall may be.
        for (let k = Math.max(0, peak - around); k <= peak; k++)
            if (codes[base + k]! > bloodCode + SEEN_CODES) return true
        return false
    }
    const reach = (way: 1 | -1): number => {
        let m = 1
        while (m < inLines(ASIDE_DEG) && isSeen(line + way * m)) m++
        return m - 1 + inLines(BEYOND_DEG)
    }
    return { from: line - reach(-1), to: line + reach(1), peak }
}
