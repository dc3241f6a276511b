// Finds the A-lines of a slab on which the first wall is not the wall of the lumen: a guidewire with its shadow, damaged A-lines, and
// A-lines without any wall. The border is bridged there, and counts as not heard.
//
// All are narrow: the beam is about 5° wide, and a guidewire of 0.36 mm at 1 mm appears 20° wide; a strong one at 0.9 mm 35°, as the
// sides of the beam show it too. What is wider is anatomy, or a lumen that leaves the view (lumen-view.ts).

import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import type { Slab } from "./lumen-slabs"

/** Widest guidewire, damaged lines, and sector without a wall, in degrees. */
const WIRE_DEG = 40
const DAMAGED_DEG = 12
const SILENT_DEG = 17

/** A sector begins and ends with a step of the first wall within this angle: of a guidewire, and of damaged lines. */
const FLANK_DEG = 4.5
const WIRE_STEP_MM = 0.2
const DAMAGED_STEP_MM = 0.4

/** Beside a sector the beam still meets what is in it. */
const BESIDE_DEG = 3

/** A shadow is measured between these distances behind the first wall, and is this much darker than beside it (8 dB). */
const SHADOW_FROM_MM = 0.35
const SHADOW_TO_MM = 1.8
const SHADOW_CODES = 28

/** The first wall of a damaged line is within this distance of the ring-down. */
const AT_CATHETER_MM = 0.3

/** A line without a wall has no stretch of this length that comes within 20 dB of the usual peak. */
const PEAK_MM = 0.12
const SILENT_CODES = 71

/** @returns for each A-line 1 where its first wall is not to be believed */
export function suspectLines(slab: Slab, path: Uint16Array, geometry: ImagingGeometry): Uint8Array {
    const { linesPerFrame: lines, sampleSpacingMm: spacing } = geometry
    const suspect = new Uint8Array(lines)
    const inLines = (deg: number): number => Math.max(1, Math.round((deg * lines) / 360))
    const mark = (from: number, to: number): void => {
        for (let i = from; i <= to; i++) suspect[((i % lines) + lines) % lines] = 1
    }
    const flank = inLines(FLANK_DEG)
    const beside = inLines(BESIDE_DEG)
    const atCatheter = firstClearSample(geometry) + AT_CATHETER_MM / spacing
    const wire = WIRE_STEP_MM / spacing
    const damaged = DAMAGED_STEP_MM / spacing
    for (let i = 0; i < lines; i++) {
        const sector = sectorFrom(path, i, flank, inLines(WIRE_DEG), wire)
        if (sector && isShadowed(slab, path, sector, flank, geometry))
            mark(sector.from - beside, sector.to + beside)
        const bright = sectorFrom(path, i, flank, inLines(DAMAGED_DEG), damaged)
        if (bright && bright.furthest < atCatheter) mark(bright.from - beside, bright.to + beside)
    }
    for (const { from, to } of silentSectors(slab, geometry, inLines(SILENT_DEG)))
        mark(from - 1, to + 1)
    return suspect
}

interface Sector {
    readonly from: number
    readonly to: number
    /** Greatest sample of the path in it. */
    readonly furthest: number
}

/** The sector that begins at line `from`, in which the path is nearer than on both sides by `step` samples. */
function sectorFrom(
    path: Uint16Array,
    from: number,
    flank: number,
    widest: number,
    step: number
): Sector | undefined {
    const n = path.length
    const at = (i: number): number => path[((i % n) + n) % n]!
    // The line before the step, not a later one.
    if (at(from - 1) < at(from) + step / 2) return undefined
    let left = 0
    for (let m = 1; m <= flank; m++) left = Math.max(left, at(from - m))
    if (left < at(from) + step) return undefined
    let furthest = at(from)
    for (let to = from; to < from + widest; to++) {
        furthest = Math.max(furthest, at(to))
        if (furthest + step > left) return undefined
        let right = 0
        for (let m = 1; m <= flank; m++) right = Math.max(right, at(to + m))
        if (right >= furthest + step && at(to + 1) >= at(to) + step / 2)
            return { from, to, furthest }
    }
    return undefined
}

/** Whether it is dark behind the first wall of a sector, unlike beside it. */
function isShadowed(
    slab: Slab,
    path: Uint16Array,
    { from, to, furthest }: Sector,
    flank: number,
    { sampleSpacingMm: spacing, samplesPerLine: samples }: ImagingGeometry
): boolean {
    const n = path.length
    const beside = Math.max(path[(from - flank + n) % n]!, path[(to + flank) % n]!, furthest)
    // At depths at which there is wall or tissue on both sides.
    const k0 = Math.min(samples - 1, beside + Math.round(SHADOW_FROM_MM / 2 / spacing))
    const k1 = Math.min(samples, k0 + Math.round((SHADOW_TO_MM - SHADOW_FROM_MM) / spacing))
    const meanOf = (a: number, b: number): number => {
        let sum = 0
        let count = 0
        for (let i = a; i <= b; i++) {
            const line = ((i % n) + n) % n
            if (!slab.present[line]) continue
            for (let k = k0; k < k1; k++) sum += slab.codes[line * samples + k]!
            count += k1 - k0
        }
        return count > 0 ? sum / count : NaN
    }
    const inside = meanOf(from, to)
    return (
        inside + SHADOW_CODES < meanOf(from - 2 * flank, from - flank) &&
        inside + SHADOW_CODES < meanOf(to + flank, to + 2 * flank)
    )
}

/** Sectors of lines without a wall, up to the widest. */
function silentSectors(
    { codes, present }: Slab,
    geometry: ImagingGeometry,
    widest: number
): { from: number; to: number }[] {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const stretch = Math.max(1, Math.round(PEAK_MM / geometry.sampleSpacingMm))
    const first = firstClearSample(geometry)
    const peaks = new Float64Array(lines).fill(-1)
    for (let i = 0; i < lines; i++) {
        if (!present[i]) continue
        let sum = 0
        for (let k = first; k < samples; k++) {
            sum += codes[i * samples + k]!
            if (k >= first + stretch) sum -= codes[i * samples + k - stretch]!
            if (k >= first + stretch - 1 && sum > peaks[i]!) peaks[i] = sum
        }
    }
    const usual = peaks.filter(peak => peak >= 0).sort()
    const least = (usual[usual.length >> 1] ?? 0) - SILENT_CODES * stretch
    const isSilent = (i: number): boolean => {
        const peak = peaks[((i % lines) + lines) % lines]!
        return peak >= 0 && peak < least
    }
    const sectors: { from: number; to: number }[] = []
    for (let from = 0; from < lines; from++) {
        if (!isSilent(from) || isSilent(from - 1)) continue
        let to = from
        while (to - from < lines && isSilent(to + 1)) to++
        if (to - from < widest) sectors.push({ from, to })
    }
    return sectors
}

/** Radii with those of the marked lines replaced by lines between their neighbours. */
export function bridgedLines(radius: Float32Array, marked: Uint8Array): Float32Array {
    const n = radius.length
    const out = radius.slice()
    for (let i = 0; i < n; i++) {
        if (marked[i] || !marked[(i + 1) % n]) continue
        let run = 1
        while (run < n && marked[(i + run) % n]) run++
        const [a, b] = [radius[i]!, radius[(i + run) % n]!]
        for (let m = 1; m < run; m++) out[(i + m) % n] = a + (m / run) * (b - a)
    }
    return out
}
