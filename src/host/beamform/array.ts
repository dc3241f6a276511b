// Responsible for: the circumferential array: where its elements are, how far and how oblique a place is from one.
// Not for: which elements a line uses (delay-tables.ts) or which pairs fire (pairs.ts).

/** Elements evenly on a circle; element e looks along 2*pi*e/elements, x right, y down, as line i does in a picture. */
export interface CircularArray {
    readonly elements: number
    readonly radiusMm: number
}

/** Angle between neighbours as seen from the centre, rad. */
export function pitchRad(array: CircularArray): number {
    return (2 * Math.PI) / array.elements
}

/**
 * Distance from an element to a place, both in polar coordinates about the catheter's centre (law of cosines).
 * @param angleRad angle between the two as seen from the centre
 */
export function distanceMm(array: CircularArray, radiusMm: number, angleRad: number): number {
    const a = array.radiusMm
    // (r-a)^2 + 4ra sin^2 keeps its digits where the place is close to the element.
    const s = Math.sin(angleRad / 2)
    return Math.sqrt((radiusMm - a) ** 2 + 4 * radiusMm * a * s * s)
}

/** Cosine of the angle between the element's normal and the way to the place; below 0 the place is behind it. */
export function obliquity(array: CircularArray, radiusMm: number, angleRad: number): number {
    const d = distanceMm(array, radiusMm, angleRad)
    return d > 0 ? (radiusMm * Math.cos(angleRad) - array.radiusMm) / d : 1
}
