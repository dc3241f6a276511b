// Responsible for: the frames of a run as the picture room takes them, whatever their lines are, and where they look.
// Not for: pictures (../picture) or what turns RF into codes (../frames/rf-frames.ts).

import { catheterOf, isCircumferential } from "../../shared/acquisition/catheters"
import type { Description } from "../../shared/protocol/messages"
import type { AssembledFrame } from "../frames/assembled-frame"
import { isRf, RfFrames } from "../frames/rf-frames"
import type { GreyImage, ImagingGeometry } from "../picture/picture"
import { gapGrey } from "../picture/picture"

/** The picture room's view of a description. */
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

/** Frames with codes of the picture's geometry. */
export function pictureFrames(
    description: Description,
    frames: readonly AssembledFrame[]
): readonly AssembledFrame[] {
    if (!isRf(description)) return frames
    const rf = new RfFrames(description)
    return frames.map(frame => ({ ...frame, ...rf.detect(frame) }))
}

/** Whether all lines look the same way: then there is no cross-section and no lumen, only depth. */
export function isFixedDirection(description: Description): boolean {
    const catheter = catheterOf(description.catheter)
    return catheter !== undefined && !isCircumferential(catheter)
}

/** Width of a line in the picture of a frame that looks one way. */
export const LINE_PX = 8

/**
 * Lines side by side in the order in which they fired, depth downwards from the catheter's centre.
 * @param shownMm depth that is shown, mm; left out, all of it
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
    // Across there is time and no length; square pixels are what viewers expect.
    return { widthPx, heightPx, mmPerPxX: mm, mmPerPxY: mm, greys: picture }
}
