// Responsible for: frames of A-lines from a run of element data, and their geometry.
// Not for: the sums (../beamform), or runs of A-lines (run-results.ts).

import { PAIRS_SENT } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { BeamformError, ChannelDataFrames } from "../beamform/beamform"
import type { AssembledFrame } from "../frames/assembled-frame"
import type { ImagingGeometry, PolarFrame } from "../picture/picture"
import type { Progress, ReceivedRun } from "../run/run-target"
import { RunError } from "../errors"
import { catheterNamed } from "../sequence/catheter-spec"
import { firedSequence, hex, isAsPlanned } from "../sequence/fired"
import { type Pair, reachOf } from "../sequence/pair-list"

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

/** What a run was sent and its description does not hold. */
type Sent = Pick<ReceivedRun, "pairs" | "spec">

/** Neighbouring elements that a line is made of: the middle one hears all partners that the list gives it. */
function apertureOf(elements: number, sent: readonly Pair[] | undefined): number {
    const reach = sent ? Math.min(REACH, reachOf(sent, elements)) : REACH
    return Math.min(elements, 2 * reach - 1)
}

/** The list that was sent, where it was one. @throws RunError when it is not here, or is not the one that was fired */
function sentPairs(
    description: Description,
    { pairs, spec: spec }: Sent
): readonly Pair[] | undefined {
    if (description.pair_list !== PAIRS_SENT) return undefined
    if (!pairs)
        throw new RunError(
            "These element data are of a list of pairs that the cart was sent, and the list is not here: name it with --pairs FILE.json; a pullback leaves it as pairs.json beside its capture."
        )
    const fired = firedSequence(description, pairs, undefined, spec)
    if (!isAsPlanned(fired))
        throw new RunError(
            `The list of pairs is not the one that was fired: with it the table has CRC-32C ${hex(fired.plannedCrc32c ?? 0)}, and the cart read back ${hex(fired.crc32c)}; name that list with --pairs FILE.json${spec ? ", and the catheter that was sent with --catheter FILE.json" : ""}.`
        )
    return pairs
}

/**
 * @param sent what was sent for the run
 * @returns one frame of A-lines for each of the run
 * @throws RunError when the run cannot be beamformed
 */
export async function beamformed(
    description: Description,
    assembled: readonly AssembledFrame[],
    choice: BeamformChoice,
    progress: Progress,
    sent: Sent = {}
): Promise<{ frames: PolarFrame[]; geometry: ImagingGeometry }> {
    const catheter = catheterNamed(description.catheter, sent.spec)
    if (!catheter)
        throw new RunError(
            `Element data of the catheter "${description.catheter}" cannot be beamformed: its elements are not known; name its data with --catheter FILE.json, which a pullback leaves as catheter.json beside its capture.`
        )
    const pairs = sentPairs(description, sent)
    try {
        const beamformer = new ChannelDataFrames(
            description,
            {
                elements: catheter.elements,
                pulseDelayUs: (1000 * catheter.pulse_cycles) / description.centre_frequency_khz / 2,
            },
            {
                ...{ linesPerFrame: LINES, samplesPerLine: SAMPLES },
                sampleSpacingMm: catheter.depth_um / 1000 / SAMPLES,
                apertureElements: apertureOf(catheter.elements, pairs),
                apodisation: choice.apodisation ?? "hann",
                acceptanceDeg: 90,
                soundSpeedMPerS: choice.soundSpeedMPerS ?? description.sound_speed_mm_s / 1000,
                gainDb: 0,
            },
            pairs
        )
        const frames: PolarFrame[] = []
        for (const [i, frame] of assembled.entries()) {
            progress(i / assembled.length, "beamforming")
            // A frame takes some tenths of a second: others have their turn.
            await new Promise(resolve => setImmediate(resolve))
            frames.push(beamformer.beamform(frame, assembled[i - 1], assembled[i + 1]))
        }
        return { frames, geometry: beamformer.geometry }
    } catch (error) {
        if (error instanceof BeamformError) throw new RunError(error.message)
        throw error
    }
}
