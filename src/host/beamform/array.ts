// Geometry of the circumferential array: distance and angle between an element and a point.

/** Equally spaced elements on a circle; the normal of element e has the angle 2*pi*e/elements (x right, y down). */
export interface CircularArray {
    readonly elements: number
    readonly radiusMm: number
}

/** Angle between neighbouring elements, from the centre, rad. */
export function pitchRad(array: CircularArray): number {
    return (2 * Math.PI) / array.elements
}

/**
 * Distance from an element to a point in polar coordinates about the catheter's centre (law of cosines).
 * @param angleRad angle between element and point, from the centre
 */
export function distanceMm(array: CircularArray, radiusMm: number, angleRad: number): number {
    const a = array.radiusMm
    // (r-a)^2 + 4ra sin^2 keeps its precision close to the element.
    const s = Math.sin(angleRad / 2)
    return Math.sqrt((radiusMm - a) ** 2 + 4 * radiusMm * a * s * s)
}

/** Cosine of the angle between the element's normal and the direction to the point; negative behind the element. */
export function obliquity(array: CircularArray, radiusMm: number, angleRad: number): number {
    const d = distanceMm(array, radiusMm, angleRad)
    return d > 0 ? (radiusMm * Math.cos(angleRad) - array.radiusMm) / d : 1
}
