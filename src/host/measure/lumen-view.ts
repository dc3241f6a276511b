// Checks whether a lumen extends beyond the imaged depth; its border then follows the edge of the view.

import type { ImagingGeometry } from "../picture/geometry"

/**
 * A border this close to the edge of the view is not reliable: lumen-path.ts needs 0.2 mm of wall behind it, and lumen-edge.ts
 * moves it by up to 0.3 mm to what it sees of the leading edge.
 */
const EDGE_MM = 0.5

/** Maximum share of the circle on the edge for which the area is still valid: 18 degrees. */
const MAX_EDGE_FRACTION = 0.05

/** @param radiusMm border: radius of each A-line */
export function extendsBeyondView(radiusMm: ArrayLike<number>, geometry: ImagingGeometry): boolean {
    const { samplesPerLine, sampleSpacingMm } = geometry
    const edgeMm = samplesPerLine * sampleSpacingMm - EDGE_MM
    let along = 0
    for (let i = 0; i < radiusMm.length; i++) if (radiusMm[i]! > edgeMm) along++
    return along > MAX_EDGE_FRACTION * radiusMm.length
}
