// Responsible for: frames of A-lines from a run of element data, and their geometry.
// Not for: the sums (../beamform), or runs of A-lines (run-results.ts).

import { catheterOf } from "../../wire/catheters"
import type { Description } from "../../wire/messages"
import { BeamformError, ElementFrames } from "../beamform/beamform"
import type { AssembledFrame } from "../frames/frame-assembler"
import type { ImagingGeometry, PolarFrame } from "../picture/picture"
import type { Progress } from "../run/run-target"
import { RunError } from "../run/technician"

/** What an engineer may choose. */
export interface BeamformChoice {
    readonly apodisation?: "none" | "hann"
    /** Left out, that by which the cart turned depth into time. */
    readonly soundSpeedMPerS?: number
}

/** The picture's own grid: as many lines and samples as A-lines have. */
const LINES = 256
const SAMPLES = 256
/** How many partners on either side, with itself, the known lists give an element at least. */
export const REACH = 14
/** Elements that a line is made of: so many that the middle one hears all of its partners. */
export const APERTURE = 2 * REACH - 1

/**
 * @returns one frame of A-lines for each of the run
 * @throws RunError when the run cannot be beamformed
 */
export async function beamformed(
    description: Description,
    assembled: readonly AssembledFrame[],
    choice: BeamformChoice,
    progress: Progress
): Promise<{ frames: PolarFrame[]; geometry: ImagingGeometry }> {
    const catheter = catheterOf(description.catheter)
    if (!catheter)
        throw new RunError(
            `Element data of the catheter "${description.catheter}" cannot be beamformed: its elements are not known.`
        )
    try {
        const beamformer = new ElementFrames(
            description,
            {
                elements: catheter.elements,
                pulseDelayUs:
                    (1000 * catheter.pulse_cycles) /
                    description.centre_frequency_khz /
                    2,
            },
            {
                ...{ linesPerFrame: LINES, samplesPerLine: SAMPLES },
                sampleSpacingMm: catheter.depth_um / 1000 / SAMPLES,
                apertureElements: APERTURE,
                apodisation: choice.apodisation ?? "hann",
                acceptanceDeg: 90,
                soundSpeedMPerS:
                    choice.soundSpeedMPerS ??
                    description.sound_speed_mm_s / 1000,
                gainDb: 0,
            }
        )
        const frames: PolarFrame[] = []
        for (const [i, frame] of assembled.entries()) {
            progress(i / assembled.length, "beamforming")
            // A frame takes some tenths of a second: others have their turn.
            await new Promise(resolve => setImmediate(resolve))
            frames.push(beamformer.beamform(frame, assembled[i - 1], assembled[i + 1])) // prettier-ignore
        }
        return { frames, geometry: beamformer.geometry }
    } catch (error) {
        if (error instanceof BeamformError) throw new RunError(error.message)
        throw error
    }
}
