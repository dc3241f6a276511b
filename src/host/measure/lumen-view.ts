// Responsible for: whether a lumen lies in the picture at all, or leaves it: then its border is the picture's edge.
// Not for: finding the border, or its measures.

import type { ImagingGeometry } from "../picture/geometry"

/**
 * A border nearer than this to the edge of the view is not told from it: so much wall has to be seen behind a border
 * (lumen-path.ts), which there lies beyond the last sample.
 */
const EDGE_MM = 0.2

/** Share of the circle over which a border may run along the edge and its area still be told: 18 degrees. */
export const MAX_EDGE_FRACTION = 0.05

/** @param radiusMm of a border, one radius a line */
export function extendsBeyondView(radiusMm: ArrayLike<number>, geometry: ImagingGeometry): boolean {
    const { samplesPerLine, sampleSpacingMm } = geometry
    const edgeMm = samplesPerLine * sampleSpacingMm - EDGE_MM
    let along = 0
    for (let i = 0; i < radiusMm.length; i++) if (radiusMm[i]! > edgeMm) along++
    return along > MAX_EDGE_FRACTION * radiusMm.length
}
