// Finds the A-lines of a slab on which the first wall is not the wall of the lumen: a guidewire with its shadow, damaged A-lines, and
// A-lines without any wall. The border is bridged there, and counts as not heard.
//
// All are narrow: a guidewire or a strut is as wide as its metal and, as the sides of the beam show it too, some degrees on both sides
// of it: 35° at 0.9 mm. What is wider is anatomy, or a lumen that leaves the view (lumen-view.ts).

import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import type { Slab } from "./lumen-slabs"

/** Radius of the thickest guidewire, 0.018", and how far the bright metal reaches beyond its sides, both together. */
const WIRE_MM = 0.23
const WIRE_BEAMS_DEG = 14

/** Widest damaged lines, and sector without a wall, in degrees. */
const DAMAGED_DEG = 12
const SILENT_DEG = 17

/** A sector begins and ends with a step of the first wall within this angle: of a guidewire, and of damaged lines. */
const FLANK_DEG = 4.5
const WIRE_STEP_MM = 0.2
const DAMAGED_STEP_MM = 0.4

/** Beside a sector the beam still meets what is in it. */
const BESIDE_DEG = 3

/** The middle of a shadow, of this length behind the wall beside it, is this much darker than beside it (8 dB). */
const SHADOW_MM = 1.45
const SHADOW_CODES = 28

/** Blood behind what stands free in the lumen is seen from here to here, before the wall beside it, over at least this length. */
const BEHIND_MM = 0.3
const BEFORE_WALL_MM = 0.15
const MIN_GAP_MM = 0.1

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
        // The front of a wire beside the catheter is nearer than its sides.
        let front = path[i]!
        for (let m = 1; m <= 3 * flank; m++) front = Math.min(front, path[(i + m) % lines]!)
        const middleMm = front * spacing + WIRE_MM
        const wireDeg = (360 / Math.PI) * Math.asin(Math.min(1, WIRE_MM / middleMm))
        const sector = sectorFrom(path, i, flank, inLines(wireDeg + WIRE_BEAMS_DEG), wire)
        if (sector && isMetal(slab, sector, flank, geometry))
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
    /** Sample of the path beside it, on the nearer side. */
    readonly wall: number
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
            return { from, to, furthest, wall: Math.min(left, right) }
    }
    return undefined
}

/** Whether a sector is metal: it stands free in the lumen, with blood behind it, or it is dark behind its middle, unlike beside it. */
function isMetal(
    { codes, present }: Slab,
    { from, to, furthest, wall }: Sector,
    flank: number,
    { sampleSpacingMm: spacing, samplesPerLine: samples, linesPerFrame: n }: ImagingGeometry
): boolean {
    /** Mean code of some lines between two samples. */
    const meanOf = (a: number, b: number, k0: number, k1: number): number => {
        let sum = 0
        let count = 0
        for (let i = a; i <= b; i++) {
            const line = ((i % n) + n) % n
            if (!present[line]) continue
            for (let k = Math.max(0, k0); k < Math.min(samples, k1); k++) {
                sum += codes[line * samples + k]!
                count++
            }
        }
        return count > 0 ? sum / count : NaN
    }
    const third = Math.floor((to - from) / 3)
    const [a, b] = [from + third, to - third]
    const inSamples = (mm: number): number => Math.round(mm / spacing)
    const gap = [furthest + inSamples(BEHIND_MM), wall - inSamples(BEFORE_WALL_MM)] as const
    if (gap[1] - gap[0] >= inSamples(MIN_GAP_MM)) {
        const peak = meanOf(a, b, furthest, furthest + inSamples(BEHIND_MM / 2))
        const blood = meanOf(a, b, furthest - inSamples(0.4), furthest - inSamples(0.15))
        if (meanOf(a, b, ...gap) < (peak + blood) / 2) return true
    }
    const [k0, k1] = [wall + inSamples(0.1), wall + inSamples(0.1 + SHADOW_MM)]
    const middle = meanOf(a, b, k0, k1)
    return (
        middle + SHADOW_CODES < meanOf(from - 2 * flank, from - flank, k0, k1) &&
        middle + SHADOW_CODES < meanOf(to + flank, to + 2 * flank, k0, k1)
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
