// Compares two estimates of a run's ring-down by what is made with them: what is left of the ring-down, and the lumen's area.

import { measureLumen } from "../../measure/lumen-measures"
import { refineBorder } from "../../measure/lumen-edge"
import { bloodWallThreshold, codeCounts, PathFinder } from "../../measure/lumen-path"
import { averageFrames } from "../../measure/lumen-slabs"
import { extendsBeyondView } from "../../measure/lumen-view"
import {
    type ImagingGeometry,
    type PolarFrame,
    type RingDownReference,
    ringDownResidualDb,
} from "../../picture/picture"
import { RESIDUAL_LIMIT_DB } from "../../references/staleness"

/** The estimates are compared at this number of places, spread over the pullback. */
const PLACES = 8
/** Consecutive frames at each place, as in a slab: the border in a single frame depends on its speckle. */
const FRAMES_PER_PLACE = 4
/** Mean error of the area that ../../measure/README.md states for a generated vein: a smaller difference means nothing. */
const AREA_LIMIT = 0.014
/** What is left must be less by this to be a better estimate: a weak ring-down leaves much of itself with any. */
const BETTER_DB = 3

export interface RingDownCheck {
    /** What an estimate leaves, in dB relative to the ring-down: `ringDownResidualDb`. */
    readonly firstDb: number
    readonly wholeDb: number
    /** The largest difference of the lumen's area between the two, as a share of it. */
    readonly areaShare: number
}

/** The numbers of the frames in which what a reference leaves is measured: one at each place. */
export function framesToCheck(count: number): number[] {
    const places = Math.min(PLACES, count)
    return Array.from({ length: places }, (_, i) => Math.floor(((i + 0.5) * count) / places))
}

/**
 * @param frame reads a frame
 * @param isRound whether the frames are cross-sections, with a lumen
 */
export function checkRingDown(
    first: RingDownReference,
    whole: RingDownReference,
    count: number,
    frame: (i: number) => PolarFrame,
    geometry: ImagingGeometry,
    isRound: boolean
): RingDownCheck {
    const places = framesToCheck(count)
    const frames = places.map(frame)
    const groups = places.map(i =>
        Array.from({ length: Math.min(FRAMES_PER_PLACE, count - i) }, (_, k) => frame(i + k))
    )
    return {
        firstDb: ringDownResidualDb(frames, first, geometry),
        wholeDb: ringDownResidualDb(frames, whole, geometry),
        areaShare: isRound ? largestChange(groups, first, whole, geometry) : 0,
    }
}

/** What is wrong with the pictures or the borders that are made with the first estimate: clauses; none if it can be used. */
export function faultsOfFirst({ firstDb, wholeDb, areaShare }: RingDownCheck): string[] {
    const faults: string[] = []
    if (firstDb > RESIDUAL_LIMIT_DB && wholeDb < firstDb - BETTER_DB)
        faults.push(`leaves ${firstDb.toFixed(0)} dB of it`)
    if (areaShare > AREA_LIMIT)
        faults.push(`changes the lumen's area by up to ${(100 * areaShare).toFixed(0)} %`)
    return faults
}

function largestChange(
    groups: readonly (readonly PolarFrame[])[],
    first: RingDownReference,
    whole: RingDownReference,
    geometry: ImagingGeometry
): number {
    const [before, after] = [first, whole].map(ringDown => areas(groups, ringDown, geometry))
    return Math.max(...before!.map((area, i) => changeOf(area, after![i]!)))
}

/** A lumen that only one of the two sees as a whole is a change of all of it. */
function changeOf(before: number | null, after: number | null): number {
    if (before === null || after === null) return before === after ? 0 : 1
    return Math.abs(before - after) / after
}

function areas(
    groups: readonly (readonly PolarFrame[])[],
    ringDown: RingDownReference,
    geometry: ImagingGeometry
): (number | null)[] {
    const slabs = groups.map(group => averageFrames(group, geometry, ringDown))
    const counts = new Float64Array(256)
    for (const slab of slabs)
        codeCounts(slab, geometry).forEach((count, code) => (counts[code]! += count))
    const threshold = bloodWallThreshold(counts)
    const finder = new PathFinder(geometry)
    return slabs.map(slab => {
        const path = finder.find(slab, slab, slab, threshold)
        const { radiusMm } = refineBorder(slab, path, geometry)
        return extendsBeyondView(radiusMm, geometry) ? null : measureLumen(radiusMm).areaMm2
    })
}
