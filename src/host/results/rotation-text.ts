// Formats the non-uniform rotation of a run for the summary.

import type { RotationUnevenness } from "../picture/picture"

const to2 = (value: number): number => Number(value.toFixed(2))

/** The values as in the summary's JSON. */
export function roundedRotation(r: RotationUnevenness): RotationUnevenness {
    return {
        ...r,
        rmsDeg: r.rmsDeg === null ? null : to2(r.rmsDeg),
        maxDeg: r.maxDeg === null ? null : to2(r.maxDeg),
        belowDeg: r.belowDeg === null ? null : to2(r.belowDeg),
    }
}

/** The result as one sentence of the summary. */
export function rotationText(r: RotationUnevenness): string {
    if (r.rmsDeg !== null)
        return `rotation varies between revolutions by ${r.rmsDeg}° rms, ${r.maxDeg}° at most (in steps of ${to2(r.resolutionDeg)}°)`
    if (r.belowDeg !== null)
        return `rotation varies between revolutions by less than ${r.belowDeg}° rms, the smallest measurable value (half the angle between A-lines)`
    return "variation of the rotation is not known: the frames are too far apart along the vessel to show the same speckle; use a lower speed or a higher frame rate"
}
