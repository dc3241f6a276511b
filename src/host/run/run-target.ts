// Responsible for: what a pullback is asked of, whatever the target: options in, a received run out.
// Not for: any target.

import { type CatheterSpec } from "../sequence/catheter-spec"
import type { Pair } from "../sequence/pair-list"
import type { RunReceiver } from "./run-receiver"
import type { PullbackRequest } from "../sequence/pullback-request"

/** What a request sends before its setup, for whoever makes pictures of the run. */
export function sentData(request: PullbackRequest): Pick<ReceivedRun, "pairs" | "spec"> {
    const { channelDataPairs: pairs, spec: spec } = request
    return {
        ...(pairs && "sent" in pairs && { pairs: pairs.sent }),
        ...(spec && { spec: spec }),
    }
}

/**
 * Takes the board's bytes as they were received, for a capture. They are its own only during the
 * call: 300 s of imaging are 650 MB, which nobody keeps in memory.
 */
export type TakeBytes = (bytes: Uint8Array) => void

/** A run that has come to its end. */
export interface ReceivedRun {
    readonly receiver: RunReceiver
    /** What instruments beside the cart say; only a target that has some. */
    readonly instruments: Instruments | undefined
    /** What brought it; left out, it was a cart over the link. */
    readonly source?: RunSource
    /** The list of pairs that was sent for it, where one was. */
    readonly pairs?: readonly Pair[]
    /** The time gain that was asked for; left out, nobody knows: whoever asked was not this program. */
    readonly tgcCdb?: readonly number[]
    /** The spec of its catheter, where it was sent. */
    readonly spec?: CatheterSpec
}

/** Where a run came from, as reports name it. */
interface RunSource {
    readonly target: string
    /** What was made different about it on purpose, in words. */
    readonly conditions?: string
    /** Everything random followed from it; null where nothing does. */
    readonly seed: number | null
}

/** True motion of the sled, measured by instruments that the controller does not see. */
export interface Instruments {
    readonly name: string
    /** True position at a line-clock time, in mm from the home switch. */
    positionMm(tickUs: number): number
    /** Mean true speed over a window centred at a line-clock time. */
    speedMmPerS(tickUs: number, windowMs: number): number
    readonly pulses: number
    /** Standard deviation over mean of the transmit intervals between two times; only where pulses are timed. */
    pulseJitter?(fromUs: number, toUs: number): number
}

/** Progress of a run: 0..1 and what is going on. */
export type Progress = (fraction: number, doing: string) => void
