// Frames and geometry of a run for the picture functions, from sample codes or RF; and M-mode pictures.

import { catheterOf, isCircumferential } from "../../shared/acquisition/catheters"
import type { Description } from "../../shared/protocol/messages"
import { isRf, RfFrames } from "../frames/rf-frames"
import type { GreyImage, ImagingGeometry } from "../picture/picture"
import { depthMm, gapGrey } from "../picture/picture"

/** The imaging geometry of a description. */
export function geometryOf(description: Description): ImagingGeometry {
    if (isRf(description)) return new RfFrames(description).geometry
    return {
        linesPerFrame: description.lines_per_frame,
        samplesPerLine: description.samples_per_line,
        sampleSpacingMm: description.sample_spacing_nm / 1e6,
        catheterRadiusMm: description.catheter_radius_um / 1000,
        ringDownMm: description.ring_down_um / 1000,
        centreFrequencyMhz: description.centre_frequency_khz / 1000,
    }
}

/** Whether all A-lines have the same direction, so that there is no cross-section and no lumen. */
export function isFixedDirection(description: Description): boolean {
    const catheter = catheterOf(description.catheter)
    return catheter !== undefined && !isCircumferential(catheter)
}

/** Side of a cross-section in the files. */
export const CROSS_SECTION_PX = 400

/** Width of an A-line in an M-mode picture. */
export const LINE_PX = 8

/** Size and scale of the pictures of a run in its files. */
export function pictureSize(
    geometry: ImagingGeometry,
    fixedDirection: boolean
): Omit<GreyImage, "greys"> {
    const { linesPerFrame, samplesPerLine, sampleSpacingMm: mm } = geometry
    if (fixedDirection)
        return {
            ...{ widthPx: linesPerFrame * LINE_PX, heightPx: samplesPerLine },
            // The horizontal axis is time, but viewers expect square pixels.
            ...{ mmPerPxX: mm, mmPerPxY: mm },
        }
    const mmPerPx = (2 * depthMm(geometry)) / CROSS_SECTION_PX
    return {
        ...{ widthPx: CROSS_SECTION_PX, heightPx: CROSS_SECTION_PX },
        ...{ mmPerPxX: mmPerPx, mmPerPxY: mmPerPx },
    }
}

/**
 * Draws A-lines side by side in firing order, depth downwards from the catheter's centre (M-mode).
 * @param shownMm displayed depth, mm; default: all
 */
export function depthPicture(
    greys: Uint8Array,
    present: Uint8Array,
    geometry: ImagingGeometry,
    shownMm = Infinity
): GreyImage {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const mm = geometry.sampleSpacingMm
    const widthPx = lines * LINE_PX
    const heightPx = Math.min(samples, Math.max(1, Math.round(shownMm / mm)))
    const picture = new Uint8Array(widthPx * heightPx)
    for (let y = 0; y < heightPx; y++)
        for (let x = 0; x < widthPx; x++) {
            const line = Math.floor(x / LINE_PX)
            picture[y * widthPx + x] = present[line] ? greys[line * samples + y]! : gapGrey(x, y)
        }
    // The horizontal axis is time, but viewers expect square pixels.
    return { widthPx, heightPx, mmPerPxX: mm, mmPerPxY: mm, greys: picture }
}
