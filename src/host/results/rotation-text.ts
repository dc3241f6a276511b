// Responsible for: how evenly a catheter turned, as the summary tells it.
// Not for: measuring it (../picture/rotation.ts).

import type { RotationUnevenness } from "../picture/picture"

const to2 = (value: number): number => Number(value.toFixed(2))

/** As the summary's JSON has it. */
export function roundedRotation(r: RotationUnevenness): RotationUnevenness {
    return {
        ...r,
        rmsDeg: r.rmsDeg === null ? null : to2(r.rmsDeg),
        maxDeg: r.maxDeg === null ? null : to2(r.maxDeg),
        belowDeg: r.belowDeg === null ? null : to2(r.belowDeg),
    }
}

/** One sentence for people. */
export function rotationText(r: RotationUnevenness): string {
    if (r.rmsDeg !== null)
        return `rotation uneven from turn to turn by ${r.rmsDeg}° rms, ${r.maxDeg}° at most (in steps of ${to2(r.resolutionDeg)}°)`
    if (r.belowDeg !== null)
        return `rotation uneven from turn to turn by less than ${r.belowDeg}° rms, half the angle from line to line: less cannot be told from none`
    return `rotation: whether it was uneven is not known, since the frames lie too far apart along the vessel to show the same speckle; pull more slowly or raise the frame rate to know`
}
