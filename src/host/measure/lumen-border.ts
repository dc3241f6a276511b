// Finds the borders of lumen and vessel in every frame of a pullback, and measures them.

import type { ImagingGeometry, PolarFrame } from "../picture/geometry"
import { checkFrame, checkGeometry } from "../picture/geometry"
import { branchFrames } from "./branches"
import { type FrameMeasures, measureFrame, withRunFlags } from "./frame-measures"
import type { LumenBorder } from "./lumen-along"
import { BordersAlong } from "./lumen-along"
import { bloodWallThreshold, codeCounts, PathFinder } from "./lumen-path"
import { averageFrames, slabGroups } from "./lumen-slabs"
import type { RingDownReference } from "../picture/ring-down"
import { findSlab } from "./slab-wall"
import type { VesselBorder } from "./vessel-border"
import { VesselFinder } from "./vessel-edge"
import { WallsAlong } from "./walls-along"

/** One of each for each frame. */
export interface FoundBorders {
    readonly borders: readonly LumenBorder[]
    readonly vesselBorders: readonly (VesselBorder | null)[]
    readonly measures: readonly FrameMeasures[]
}

/** The lumen borders of {@link findBorders}. */
export function findLumenBorders(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    ringDown: RingDownReference
): readonly LumenBorder[] {
    return findBorders(frames, geometry, ringDown).borders
}

/**
 * Finds the borders in all frames at once, because neighbouring frames improve each border. ../results/pipeline does the same
 * with the parts of this folder, step by step while the frames are received.
 * @param ringDown from estimateRingDown over the same frames; without an estimate the ring-down zone is ignored
 * @returns in the order of `frames`
 * @throws GeometryError
 */
export function findBorders(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    ringDown: RingDownReference
): FoundBorders {
    checkGeometry(geometry)
    for (const frame of frames) checkFrame(frame, geometry)
    if (frames.length === 0) return { borders: [], vesselBorders: [], measures: [] }
    const positionsMm = frames.map(frame => frame.positionMm)
    const groups = slabGroups(positionsMm)
    const slabs = groups.map(group =>
        averageFrames(
            group.map(i => frames[i]!),
            geometry,
            ringDown
        )
    )
    const counts = new Float64Array(256)
    for (const slab of slabs)
        codeCounts(slab, geometry).forEach((count, code) => (counts[code]! += count))
    const threshold = bloodWallThreshold(counts)
    const finder = new PathFinder(geometry)
    const vessels = new VesselFinder(geometry)
    const found = slabs.map((slab, s) => {
        const before = slabs[Math.max(0, s - 1)]!
        const after = slabs[Math.min(slabs.length - 1, s + 1)]!
        return findSlab(slab, finder.find(before, slab, after, threshold), geometry, vessels)
    })
    const slabsMm = groups.map(group => meanPositionMm(group, positionsMm))
    const along = new BordersAlong(slabsMm, found, geometry.catheterRadiusMm)
    const walls = new WallsAlong(slabsMm, found, geometry.catheterRadiusMm)
    const borders = positionsMm.map(positionMm => along.at(positionMm))
    const at = positionsMm.map((positionMm, i) => walls.at(positionMm, borders[i]!))
    const measures = at.map((wall, i) => measureFrame(borders[i]!, wall, geometry))
    return {
        borders,
        vesselBorders: at.map(({ vessel }) => vessel && { radiusMm: vessel.radiusMm }),
        measures: withRunFlags(measures, { branches: branchFrames(borders, positionsMm) }),
    }
}

/** Position of a slab. @param group the numbers of its frames */
export function meanPositionMm(group: readonly number[], positionsMm: readonly number[]): number {
    let sum = 0
    for (const i of group) sum += positionsMm[i]!
    return sum / group.length
}
