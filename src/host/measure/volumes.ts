// Volumes by Simpson's rule: areas along a measured length, of lumen, vessel and plaque over the same frames.

import type { SeriesFrame } from "./area-series"

/** A longer stretch without an area is not bridged, nor is one at an end of the pullback. **Convention**, as the next one. */
const GAP_MAX_MM = 1

/** At least this share of the frames between the first and the last one must be measured. */
const USED_SHARE = 0.8

/** Step of the integration; areas are interpolated linearly between frames. */
const STEP_MM = 0.1

interface AreaPoint {
    readonly positionMm: number
    readonly areaMm2: number
}

export interface Volumes {
    /** The first and the last frame that is used; all volumes are of this stretch. */
    readonly fromMm: number
    readonly toMm: number
    readonly lumenMm3: number
    /** Null where the vessel's border (EEM) is not visible nearly all along. */
    readonly vesselMm3: number | null
    /** Vessel less lumen, both over the same frames. */
    readonly plaqueMm3: number | null
    /** Frames whose areas were integrated; if there is a vessel volume, they have both areas. */
    readonly framesUsed: number
    /** Other frames of the stretch: the areas are interpolated there. */
    readonly framesMissing: number
    readonly method: "Simpson"
}

/** The volumes of a pullback, and why some are not told: sentences without a full stop. */
export interface FoundVolumes {
    readonly volumes: Volumes | null
    /** Null: there are some. */
    readonly reason: string | null
    /** Why there are none of vessel and plaque. */
    readonly wallReason: string | null
}

/**
 * @param frames whose lumen counts, by position; two or more
 * @param positionsMm of all frames of the pullback
 */
export function volumesOf(
    frames: readonly SeriesFrame[],
    positionsMm: readonly number[]
): FoundVolumes {
    const reason = defectOf(frames, positionsMm, "measured lumen") ?? null
    if (reason !== null) return { volumes: null, reason, wallReason: reason }
    const seen = frames.filter(({ vesselMm2 }) => vesselMm2 !== null)
    const wallReason = wallDefect(seen, frames, positionsMm) ?? null
    const used = wallReason === null ? seen : frames
    const lumenMm3 = simpsonMm3(used)
    const vesselMm3 =
        wallReason === null
            ? simpsonMm3(
                  seen.map(({ positionMm, vesselMm2 }) => ({ positionMm, areaMm2: vesselMm2! }))
              )
            : null
    const [fromMm, toMm] = [used[0]!.positionMm, used.at(-1)!.positionMm]
    const all = countWithin(positionsMm, fromMm, toMm)
    return {
        volumes: {
            ...{ fromMm, toMm, lumenMm3, vesselMm3 },
            plaqueMm3: vesselMm3 === null ? null : vesselMm3 - lumenMm3,
            ...{ framesUsed: used.length, framesMissing: all - used.length, method: "Simpson" },
        },
        ...{ reason, wallReason },
    }
}

/** Why the vessel has no volume to be compared with that of the lumen. */
function wallDefect(
    seen: readonly SeriesFrame[],
    frames: readonly SeriesFrame[],
    positionsMm: readonly number[]
): string | undefined {
    if (seen.length === 0) return "the outer border of the vessel (EEM) is not visible in any frame"
    const what = "visible outer border of the vessel (EEM)"
    const [first, last] = [seen[0]!.positionMm, seen.at(-1)!.positionMm]
    const [fromMm, toMm] = [frames[0]!.positionMm, frames.at(-1)!.positionMm]
    if (first - fromMm > GAP_MAX_MM) return gapText(fromMm, first - fromMm, what)
    if (toMm - last > GAP_MAX_MM) return gapText(last, toMm - last, what)
    return defectOf(seen, positionsMm, what)
}

/** Why frames do not make a volume. */
function defectOf(
    frames: readonly SeriesFrame[],
    positionsMm: readonly number[],
    what: string
): string | undefined {
    const gap = longestGap(frames)
    if (gap.lengthMm > GAP_MAX_MM) return gapText(gap.fromMm, gap.lengthMm, what)
    const all = countWithin(positionsMm, frames[0]!.positionMm, frames.at(-1)!.positionMm)
    if (frames.length >= USED_SHARE * all) return undefined
    return `only ${frames.length} of ${all} frames have a ${what}, and ${100 * USED_SHARE} % are needed`
}

function gapText(fromMm: number, lengthMm: number, what: string): string {
    return `from ${fromMm.toFixed(2)} mm on, ${lengthMm.toFixed(2)} mm have no ${what}`
}

function countWithin(positionsMm: readonly number[], fromMm: number, toMm: number): number {
    return positionsMm.filter(mm => mm >= fromMm && mm <= toMm).length
}

/** @param points by position @returns the longest distance between neighbours, and where it begins */
function longestGap(points: readonly AreaPoint[]): { lengthMm: number; fromMm: number } {
    let longest = { lengthMm: 0, fromMm: points[0]?.positionMm ?? 0 }
    for (let p = 1; p < points.length; p++) {
        const fromMm = points[p - 1]!.positionMm
        const lengthMm = points[p]!.positionMm - fromMm
        if (lengthMm > longest.lengthMm) longest = { lengthMm, fromMm }
    }
    return longest
}

/**
 * Composite Simpson's rule, as in the ACC consensus on IVUS (Mintz et al., J Am Coll Cardiol 2001; 37: 1478).
 * @param points two or more, by position
 */
export function simpsonMm3(points: readonly AreaPoint[]): number {
    const first = points[0]!.positionMm
    const length = points.at(-1)!.positionMm - first
    if (!(length > 0)) return 0
    const pairs = Math.max(1, Math.ceil(length / STEP_MM / 2))
    const step = length / (2 * pairs)
    let sum = 0
    let p = 0
    for (let k = 0; k <= 2 * pairs; k++) {
        const mm = k === 2 * pairs ? first + length : first + k * step
        while (p + 2 < points.length && points[p + 1]!.positionMm < mm) p++
        const weight = k === 0 || k === 2 * pairs ? 1 : k % 2 === 1 ? 4 : 2
        sum += weight * between(points[p]!, points[p + 1]!, mm)
    }
    return (sum * step) / 3
}

function between(a: AreaPoint, b: AreaPoint, mm: number): number {
    const length = b.positionMm - a.positionMm
    const t = length > 0 ? Math.max(0, Math.min(1, (mm - a.positionMm) / length)) : 0
    return a.areaMm2 + t * (b.areaMm2 - a.areaMm2)
}
