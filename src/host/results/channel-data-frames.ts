// Beamforms the frames of a channel data run, and checks that the given pair list is the one that was fired.

import { hostColumnsOf } from "../../shared/acquisition/catheter-list"
import { echoLeadUs } from "../../shared/acquisition/echo-pulse"
import { PAIRS_SENT } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { BeamformError, ChannelDataFrames } from "../beamform/beamform"
import { GeometryError } from "../picture/picture"
import type { ReceivedRun } from "../run/run-target"
import { RunError } from "../errors"
import { catheterNamed } from "../sequence/catheter-spec"
import { firedSequence, hex, matchesPlan } from "../sequence/firing-check"
import { type Pair, reachOf } from "../sequence/pair-list"

/** Options of the beamforming. */
export interface BeamformChoice {
    readonly apodisation?: "none" | "hann"
    /** Default: the sound speed of the run's description. */
    readonly soundSpeedMPerS?: number
}

/** Size of a beamformed frame. */
const LINES = 256
const SAMPLES = 256
/** Partners of each element on one side, itself included, in the built-in lists. */
export const REACH = 14
/** Aperture in elements: the middle element uses all of its partners. */
export const APERTURE = 2 * REACH - 1

/** Data that was sent to the cart and is not in the description. */
export type SentData = Pick<ReceivedRun, "pairs" | "spec">

/** Aperture in elements: the middle element uses all partners that its list gives it. */
function apertureOf(elements: number, sent: readonly Pair[] | undefined): number {
    const reach = sent ? Math.min(REACH, reachOf(sent, elements)) : REACH
    return Math.min(elements, 2 * reach - 1)
}

/** The custom pair list of a run; undefined for a built-in list. @throws RunError if it is missing or was not the one fired */
function sentPairs(
    description: Description,
    { pairs, spec }: SentData
): readonly Pair[] | undefined {
    if (description.pair_list !== PAIRS_SENT) return undefined
    if (!pairs)
        throw new RunError(
            "This channel data was recorded with a custom pair list, which is missing; name it with --pairs FILE.json (a pullback stores it as pairs.json beside its capture)."
        )
    const fired = firedSequence(description, pairs, undefined, spec)
    if (!matchesPlan(fired))
        throw new RunError(
            `The pair list is not the one that was fired: its table has CRC-32C ${hex(fired.plannedCrc32c ?? 0)}, and the cart read back ${hex(fired.crc32c)}; name the right list with --pairs FILE.json${spec ? ", and the catheter that was sent with --catheter FILE.json" : ""}.`
        )
    return pairs
}

/**
 * Prepares the beamforming of a run.
 * @param sent pair list and catheter spec that were sent for the run
 * @throws RunError when the run cannot be beamformed
 */
export function beamformerOf(
    description: Description,
    choice: BeamformChoice,
    sent: SentData = {}
): ChannelDataFrames {
    const catheter = catheterNamed(description.catheter, sent.spec)
    if (!catheter)
        throw new RunError(
            `The channel data of the catheter "${description.catheter}" cannot be beamformed because its number of elements is unknown; name its spec with --catheter FILE.json (a pullback stores it as catheter.json beside its capture).`
        )
    const pairs = sentPairs(description, sent)
    return asRunError(
        () =>
            new ChannelDataFrames(
                description,
                {
                    elements: catheter.elements,
                    pulseDelayUs: echoLeadUs({
                        pulse_cycles: catheter.pulse_cycles,
                        centre_frequency_khz: description.centre_frequency_khz,
                        bandwidth_percent: bandwidthOf(catheter.id, sent.spec),
                    }),
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
    )
}

/** Of the catheter that was sent or, for a built-in one, of the table. */
function bandwidthOf(id: string, spec: SentData["spec"]): number {
    return (spec?.id === id ? spec : hostColumnsOf(id)!).bandwidth_percent
}

/** @throws RunError in place of a BeamformError or a GeometryError */
export function asRunError<T>(action: () => T): T {
    try {
        return action()
    } catch (error) {
        if (error instanceof BeamformError || error instanceof GeometryError)
            throw new RunError(error.message)
        throw error
    }
}
