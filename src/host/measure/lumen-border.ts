// Finds the lumen border in every frame of a pullback.

import type { ImagingGeometry, PolarFrame } from "../picture/geometry"
import { checkFrame, checkGeometry, firstClearSample } from "../picture/geometry"
import type { LumenBorder } from "./lumen-along"
import { BordersAlong } from "./lumen-along"
import { refineBorder } from "./lumen-edge"
import { bloodWallThreshold, PathFinder } from "./lumen-path"
import { slabsOf } from "./lumen-slabs"
import type { RingDownReference } from "../picture/ring-down"

/**
 * Finds the lumen in all frames at once, because neighbouring frames improve each border.
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
    const slabs = slabsOf(frames, geometry, ringDown)
    const threshold = bloodWallThreshold(slabs, geometry, firstClearSample(geometry))
    const finder = new PathFinder(geometry)
    const borders = slabs.map((slab, s) =>
        refineBorder(
            slab,
            finder.find(
                slabs[Math.max(0, s - 1)]!,
                slab,
                slabs[Math.min(slabs.length - 1, s + 1)]!,
                threshold
            ),
            geometry
        )
    )
    const along = new BordersAlong(
        slabs.map(slab => slab.positionMm),
        borders,
        geometry.catheterRadiusMm
    )
    return frames.map(frame => along.at(frame.positionMm))
}
