// Finds the lumen border in every frame of a pullback.

import type { ImagingGeometry, PolarFrame } from "../picture/geometry"
import { checkFrame, checkGeometry } from "../picture/geometry"
import type { LumenBorder } from "./lumen-along"
import { BordersAlong } from "./lumen-along"
import { refineBorder } from "./lumen-edge"
import { bloodWallThreshold, codeCounts, PathFinder } from "./lumen-path"
import { averageFrames, slabGroups } from "./lumen-slabs"
import type { RingDownReference } from "../picture/ring-down"

/**
 * Finds the lumen in all frames at once, because neighbouring frames improve each border. ../results/pipeline does the same
 * with the parts of this folder, step by step while the frames are received.
 * @param ringDown from estimateRingDown over the same frames; without an estimate the ring-down zone is ignored
 * @returns one border for each frame, in the order of `frames`
 * @throws GeometryError
 */
export function findLumenBorders(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    ringDown: RingDownReference
): LumenBorder[] {
    checkGeometry(geometry)
    for (const frame of frames) checkFrame(frame, geometry)
    if (frames.length === 0) return []
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
    const borders = slabs.map((slab, s) => {
        const before = slabs[Math.max(0, s - 1)]!
        const after = slabs[Math.min(slabs.length - 1, s + 1)]!
        return refineBorder(slab, finder.find(before, slab, after, threshold), geometry)
    })
    const along = new BordersAlong(
        groups.map(group => meanPositionMm(group, positionsMm)),
        borders,
        geometry.catheterRadiusMm
    )
    return frames.map(frame => along.at(frame.positionMm))
}

/** Position of a slab. @param group the numbers of its frames */
export function meanPositionMm(group: readonly number[], positionsMm: readonly number[]): number {
    let sum = 0
    for (const i of group) sum += positionsMm[i]!
    return sum / group.length
}
