// Finds the lumen border in every frame of a pullback.

import type { ImagingGeometry, PolarFrame } from "../picture/geometry"
import { checkFrame, checkGeometry, firstClearSample } from "../picture/geometry"
import type { LumenBorder } from "./lumen-along"
import { BordersAlong } from "./lumen-along"
import { refineBorder } from "./lumen-edge"
import { bloodWallThreshold, PathFinder } from "./lumen-path"
import { slabSteps } from "./lumen-slabs"
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
    const steps = lumenBorderSteps(frames, geometry, ringDown)
    for (;;) {
        const { done, value } = steps.next()
        if (done) return value
    }
}

/** The same in steps of some milliseconds, between which a caller can do other work. */
export function* lumenBorderSteps(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    ringDown: RingDownReference
): Generator<undefined, LumenBorder[]> {
    checkGeometry(geometry)
    for (const frame of frames) checkFrame(frame, geometry)
    if (frames.length === 0) return []
    const slabs = yield* slabSteps(frames, geometry, ringDown)
    const threshold = bloodWallThreshold(slabs, geometry, firstClearSample(geometry))
    yield
    const finder = new PathFinder(geometry)
    const borders: ReturnType<typeof refineBorder>[] = []
    for (const [s, slab] of slabs.entries()) {
        const before = slabs[Math.max(0, s - 1)]!
        const after = slabs[Math.min(slabs.length - 1, s + 1)]!
        borders.push(refineBorder(slab, finder.find(before, slab, after, threshold), geometry))
        yield
    }
    const along = new BordersAlong(
        slabs.map(slab => slab.positionMm),
        borders,
        geometry.catheterRadiusMm
    )
    yield
    return frames.map(frame => along.at(frame.positionMm))
}
