// Responsible for: from a received run to everything that its pictures are made of: frames, ring-down, lumen borders, measures.
// Not for: files (write-results.ts), or how borders and measures are found (../picture).

import { PAIRS_NONE } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import type { FrameAssembler } from "../frames/frame-assembler"
import type { LumenBorder } from "../measure/lumen-along"
import { findLumenBorders } from "../measure/lumen-border"
import { type LumenMeasures, measureLumen } from "../measure/lumen-measures"
import { extendsBeyondView } from "../measure/lumen-view"
import {
    type ImagingGeometry,
    noRingDown,
    type PolarFrame,
    type RingDownReference,
} from "../picture/picture"
import { referenceKey } from "../references/reference-key"
import type { RunReceiver } from "../run/run-receiver"
import type { Progress, ReceivedRun } from "../run/run-target"
import { RunError } from "../errors"
import { beamformed, type BeamformChoice } from "./channel-data-frames"
import { geometryOf, isFixedDirection, pictureFrames } from "./picture-frames"
import { type References, ringDownOf, type RingDownUse } from "./ring-down-use"

/** What whoever asks for results may choose. */
export interface ResultsChoice extends BeamformChoice {
    /** Left out, the ring-down is learnt from the pullback itself. */
    readonly references?: References
}

const NO_RING_DOWN: RingDownUse = { source: "none", captured: null, notes: [] }

export interface RunResults {
    readonly description: Description
    readonly assembler: FrameAssembler
    /** Frames of the imaged window, in order of time. */
    readonly frames: readonly PolarFrame[]
    readonly geometry: ImagingGeometry
    /** What is taken off each frame. */
    readonly ringDown: RingDownReference
    /** All lines look the same way: there are neither borders nor measures, only depth. */
    readonly fixedDirection: boolean
    readonly ringDownUse: RingDownUse
    /** Of each frame. */
    readonly borders: readonly LumenBorder[]
    /** Null where the lumen leaves the picture: what lies beyond is not known. */
    readonly measures: readonly (LumenMeasures | null)[]
}

/** Why there is no picture: what came is no link at all, is damaged where it counts, or holds no pullback. */
function nothingToShow(receiver: RunReceiver): string {
    const { hello, description, stream } = receiver
    const { faults } = stream
    const harm = `${faults.messagesDamaged} damaged messages, ${faults.bytesSkipped} bytes that are no burst`
    if (!hello && !description)
        return `No burst of a cart could be read (${harm}): this is no capture, or one of another version; name the capture.ivl of a pullback.`
    if (!description && (faults.messagesDamaged > 0 || faults.bytesSkipped > 0))
        return `What its lines are has not been received (${harm}), so no picture can be made of them; the capture is damaged.`
    return "No frame was received at speed, so there is nothing to show; the capture holds no pullback."
}

/**
 * @param choice how element data become A-lines, where ring-down references are
 * @throws RunError when there is no frame at speed to make a picture of, or element data cannot be beamformed
 */
export async function resultsOf(
    run: ReceivedRun,
    progress: Progress,
    choice: ResultsChoice = {}
): Promise<RunResults> {
    const { description, assembler } = run.receiver
    if (!description || !assembler || assembler.frames.length === 0)
        throw new RunError(nothingToShow(run.receiver))
    const isElements = description.pair_list !== PAIRS_NONE
    const { frames, geometry } = isElements
        ? await beamformed(description, assembler.frames, choice, progress, run)
        : {
              frames: pictureFrames(description, assembler.frames),
              geometry: geometryOf(description),
          }
    const fixedDirection = isFixedDirection(description)
    if (!fixedDirection) progress(0, "finding the lumen")
    await yieldToEventLoop()
    // Element data begin behind the ring-down.
    const { ringDown, use: ringDownUse } = isElements
        ? { ringDown: noRingDown(geometry), use: NO_RING_DOWN }
        : ringDownOf(
              frames,
              geometry,
              referenceKey(description, run.receiver.hello?.firmware_version ?? 0),
              choice.references
          )
    // What lies in one direction has no area.
    const borders = fixedDirection ? [] : findLumenBorders(frames, geometry, ringDown)
    const measures = borders.map(({ radiusMm }) =>
        extendsBeyondView(radiusMm, geometry) ? null : measureLumen(radiusMm)
    )
    return {
        description,
        assembler,
        frames,
        geometry,
        ringDown,
        fixedDirection,
        ringDownUse,
        borders,
        measures,
    }
}

/** Others on the event loop have their turn. */
export function yieldToEventLoop(): Promise<void> {
    return new Promise(resolve => setImmediate(resolve))
}
