// Finds the struts of a stent in one slab: narrow, very bright echoes all round, at the wall or in front of it.

import { CODES_PER_DB } from "../picture/envelope"
import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import { echoShape } from "./edge-offset"
import type { SlabBorder } from "./lumen-edge"
import type { Slab } from "./lumen-slabs"

/** Struts are looked for between these distances from the lumen border. */
const INSIDE_MM = 1.3
const OUTSIDE_MM = 0.25

/** A strut is brighter than the usual wall by so much (9 dB), and so much above what is beside it (5 dB). */
const BRIGHT_CODES = 9 * CODES_PER_DB
const BESIDE_CODES = 5 * CODES_PER_DB
/** What is beside a strut is this far away; a wider echo is calcium. */
const BESIDE_DEG = 11

/** A stent has at least so many struts, and no greater gap: a few specks of calcium do not make one. */
const STRUTS_MIN = 6
const GAP_MAX_DEG = 110

/** The middle of a strut, which is 0.06 to 0.1 mm thick, lies this far behind its front. */
const HALF_STRUT_MM = 0.04

/** Struts with their front this far before the wall are not apposed: a strut of 0.1 mm and as much blood. */
const APART_MM = 0.25
/** The wall beside a strut is the furthest border within this angle. */
const WALL_DEG = 16

/** The front of a strut. */
export interface Strut {
    readonly line: number
    /** Sample of the peak of its echo. */
    readonly peak: number
    readonly radiusMm: number
    /** The wall around it. */
    readonly wallMm: number
    readonly isApposed: boolean
}

/** @returns the struts in order of their A-lines; none if they do not make a stent */
export function stentStruts(slab: Slab, lumen: SlabBorder, geometry: ImagingGeometry): Strut[] {
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm: spacing } = geometry
    const first = firstClearSample(geometry)
    const peaks = new Float32Array(lines)
    const at = new Uint16Array(lines)
    for (let i = 0; i < lines; i++) {
        const r = lumen.radiusMm[i]!
        const from = Math.max(first, Math.round((r - INSIDE_MM) / spacing))
        const to = Math.min(samples, Math.round((r + OUTSIDE_MM) / spacing))
        for (let k = from; k < to; k++) {
            const code = slab.codes[i * samples + k]!
            if (code <= peaks[i]!) continue
            peaks[i] = code
            at[i] = k
        }
    }
    const usual = peaks.slice().sort()[lines >> 1]!
    const beside = Math.max(2, Math.round((BESIDE_DEG * lines) / 360))
    const ring = (i: number): number => (i + lines) % lines
    const struts: Strut[] = []
    const { leadMm } = echoShape(geometry)
    for (let i = 0; i < lines; i++) {
        const own = peaks[i]!
        if (own < usual + BRIGHT_CODES) continue
        let isPeak = true
        for (let m = 1; m <= beside >> 1 && isPeak; m++)
            isPeak = peaks[ring(i + m)]! <= own && peaks[ring(i - m)]! < own
        const most = own - BESIDE_CODES
        if (!isPeak || least(peaks, i, beside) > most || least(peaks, i, -beside) > most) continue
        const radiusMm = at[i]! * spacing - leadMm - HALF_STRUT_MM
        const wallMm = wallAt(lumen.radiusMm, i)
        const isApposed = wallMm - radiusMm < APART_MM
        struts.push({ ...{ line: i, peak: at[i]! }, radiusMm, wallMm, isApposed })
    }
    const isStent =
        struts.length >= STRUTS_MIN &&
        struts.every(({ line }, n) => {
            const next = struts[(n + 1) % struts.length]!.line
            return (360 * ring(next - line)) / lines < GAP_MAX_DEG
        })
    return isStent ? struts : []
}

/** The least value on one side, up to a distance. */
function least(values: Float32Array, from: number, reach: number): number {
    const n = values.length
    let value = Infinity
    const step = Math.sign(reach)
    for (let m = 1; m <= Math.abs(reach); m++)
        value = Math.min(value, values[(from + step * m + n) % n]!)
    return value
}

/** The border around a strut may follow the strut: the wall is the median of what lies on both sides of it. */
function wallAt(radiusMm: Float32Array, line: number): number {
    const n = radiusMm.length
    const reach = Math.max(2, Math.round((WALL_DEG * n) / 360))
    const around: number[] = []
    for (let m = -reach; m <= reach; m++) around.push(radiusMm[(line + m + n) % n]!)
    around.sort((a, b) => a - b)
    return around[Math.floor(0.7 * around.length)]!
}

/** Area inside the struts' fronts; between them the radius changes evenly with the angle. */
export function stentAreaMm2(struts: readonly Strut[], lines: number): number {
    let twice = 0
    struts.forEach((a, n) => {
        const b = struts[(n + 1) % struts.length]!
        const span = (b.line - a.line + lines) % lines || lines
        const angle = (2 * Math.PI * span) / lines
        const { radiusMm: p } = a
        const { radiusMm: q } = b
        // The integral of a square that changes linearly from p to q.
        twice += (angle * (p * p + p * q + q * q)) / 3
    })
    return twice / 2
}
