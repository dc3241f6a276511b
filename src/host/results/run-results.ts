// Computes everything that a run's files and its review show: frames, ring-down, lumen borders, measurements.

import { createHash } from "node:crypto"
import { PAIRS_NONE } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import type { AssembledFrame } from "../frames/assembled-frame"
import type { FrameAssembler } from "../frames/frame-assembler"
import { type FrameSource, KeptFrames } from "../frames/frame-source"
import type { LumenBorder } from "../measure/lumen-along"
import { lumenBorderSteps } from "../measure/lumen-border"
import { type LumenMeasures, measureLumen } from "../measure/lumen-measures"
import { extendsBeyondView } from "../measure/lumen-view"
import { type ImagingGeometry, noRingDown, type RingDownReference } from "../picture/picture"
import { referenceKey } from "../references/reference-key"
import type { RunReceiver } from "../run/run-receiver"
import type { Progress, ReceivedRun } from "../run/run-target"
import { RunError } from "../errors"
import { beamformed, type BeamformChoice } from "./channel-data-frames"
import { geometryOf, isFixedDirection, pictureFrames } from "./picture-frames"
import { type References, ringDownOf, type RingDownUse } from "./ring-down-use"

/** Options of the results. */
export interface ResultsChoice extends BeamformChoice {
    /** Default: none; the ring-down is estimated from the pullback. */
    readonly references?: References
}

const NO_RING_DOWN: RingDownUse = { source: "none", captured: null, notes: [] }

/** About 10 ms of work. */
const BORDERS_PER_YIELD = 16

export interface RunResults {
    readonly description: Description
    readonly assembler: FrameAssembler
    /** Frames of the imaged window, in time order. */
    readonly frames: FrameSource
    readonly geometry: ImagingGeometry
    /** Reference subtracted from each frame. */
    readonly ringDown: RingDownReference
    /** All A-lines have one direction, so there are no borders and no measurements. */
    readonly fixedDirection: boolean
    readonly ringDownUse: RingDownUse
    /** SHA-256 of the data received, before any processing: the same for a replay, another for another run. */
    readonly dataHash: Uint8Array
    /** Whether borders and measures were found with the whole pullback; else they change later. */
    readonly refined: boolean
    /** One for each frame. */
    readonly borders: readonly LumenBorder[]
    /** One for each frame; null where the lumen extends beyond the view. */
    readonly measures: readonly (LumenMeasures | null)[]
}

function dataHashOf(description: Description, frames: readonly AssembledFrame[]): Uint8Array {
    const hash = createHash("sha256").update(JSON.stringify(description))
    for (const frame of frames) {
        hash.update(`${frame.timeMs} ${frame.positionMm}`)
        hash.update(frame.present).update(frame.codes)
    }
    return hash.digest()
}

/** Why a run has no picture: not a capture, damaged, or without a pullback. */
function noPictureText(receiver: RunReceiver): string {
    const { hello, description, stream } = receiver
    const { faults } = stream
    const damage = `${faults.messagesDamaged} damaged messages, ${faults.bytesSkipped} bytes outside bursts`
    if (!hello && !description)
        return `The file is not a capture, or has another version (${damage}); name the capture.ivl of a pullback.`
    if (!description && (faults.messagesDamaged > 0 || faults.bytesSkipped > 0))
        return `The capture is damaged: it holds no description of its A-lines (${damage}); use another capture.`
    return "The run has no frames at speed, so there is no picture; use the capture of a pullback."
}

/**
 * Computes the results of a run.
 * @param choice beamforming options and stored ring-down references
 * @throws RunError when there is no frame at speed, or channel data cannot be beamformed
 */
export async function resultsOf(
    run: ReceivedRun,
    progress: Progress,
    choice: ResultsChoice = {},
    assembled: readonly AssembledFrame[] = run.receiver.assembler?.frames ?? []
): Promise<RunResults> {
    const { description, assembler } = run.receiver
    if (!description || !assembler || assembled.length === 0)
        throw new RunError(noPictureText(run.receiver))
    const isChannelData = description.pair_list !== PAIRS_NONE
    const { frames, geometry } = isChannelData
        ? await beamformed(description, assembled, choice, progress, run)
        : {
              frames: pictureFrames(description, assembled),
              geometry: geometryOf(description),
          }
    const fixedDirection = isFixedDirection(description)
    if (!fixedDirection) progress(undefined, "finding the lumen")
    await yieldToEventLoop()
    // Channel data starts beyond the ring-down.
    const { ringDown, use: ringDownUse } = isChannelData
        ? { ringDown: noRingDown(geometry), use: NO_RING_DOWN }
        : ringDownOf(
              frames,
              geometry,
              referenceKey(description, run.receiver.hello?.firmware_version ?? 0),
              choice.references
          )
    const borders = fixedDirection ? [] : await bordersOf(frames, geometry, ringDown)
    const measures: (LumenMeasures | null)[] = []
    for (const [i, { radiusMm }] of borders.entries()) {
        if (i % BORDERS_PER_YIELD === 0) await yieldToEventLoop()
        measures.push(extendsBeyondView(radiusMm, geometry) ? null : measureLumen(radiusMm))
    }
    return {
        description,
        assembler,
        frames: new KeptFrames(assembled, frames),
        geometry,
        ringDown,
        fixedDirection,
        ringDownUse,
        dataHash: dataHashOf(description, assembled),
        refined: true,
        borders,
        measures,
    }
}

/**
 * The borders, found in steps: `ivus serve` pings its cart meanwhile, which stops a motion after 85 ms without a ping.
 */
async function bordersOf(...input: Parameters<typeof lumenBorderSteps>): Promise<LumenBorder[]> {
    const steps = lumenBorderSteps(...input)
    for (;;) {
        const { done, value } = steps.next()
        if (done) return value
        await yieldToEventLoop()
    }
}

/** Lets other events run during a long computation. */
export function yieldToEventLoop(): Promise<void> {
    return new Promise(resolve => setImmediate(resolve))
}
