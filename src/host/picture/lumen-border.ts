// Responsible for: the lumen's border in every frame of a pullback: joins the
// steps of the search and carries the result along the pullback.
// Not for: the steps (lumen-slabs, lumen-path, lumen-edge), areas and diameters
// (lumen-measures).

import type { ImagingGeometry, PolarFrame } from "./geometry"
import { checkGeometry, firstClearSample } from "./geometry"
import { BordersAlong } from "./lumen-along"
import { refineBorder } from "./lumen-edge"
import { bloodWallThreshold, PathFinder } from "./lumen-path"
import { slabsOf } from "./lumen-slabs"
import type { RingDownReference } from "./ring-down"

/** The border of one frame. */
export interface LumenBorder {
    /** one radius a line from the catheter's centre, never inside the catheter */
    readonly radiusMm: Float32Array
    /** part of the circle where an edge was heard, 0..1; the rest is bridged from its surroundings */
    readonly heard: number
}

/**
 * Finds the lumen in all frames of a pullback at once, since neighbouring
 * frames tell more than one.
 * @returns one border a frame, in the order of `frames`
 */
export function findLumenBorders(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    ringDown: RingDownReference
): LumenBorder[] {
    checkGeometry(geometry)
    if (frames.length === 0) return []
    const slabs = slabsOf(frames, geometry, ringDown)
    const threshold = bloodWallThreshold(
        slabs,
        geometry,
        firstClearSample(geometry)
    )
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
