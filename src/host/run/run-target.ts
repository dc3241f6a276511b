// The interface between commands and targets: what a target delivers for a pullback, whatever the target is.

import { type CatheterSpec } from "../sequence/catheter-spec"
import type { Pair } from "../sequence/pair-list"
import type { RunReceiver } from "./run-receiver"
import type { PullbackRequest } from "../sequence/pullback-request"

/** The pairs and the catheter spec that a request sends before its setup. */
export function sentData(request: PullbackRequest): Pick<ReceivedRun, "pairs" | "spec"> {
    const { channelDataPairs: pairs, spec } = request
    return {
        ...(pairs && "sent" in pairs && { pairs: pairs.sent }),
        ...(spec && { spec }),
    }
}

/**
 * Receives the board's bytes as they arrive, for a capture. They are valid only during the call: 300 s of imaging are
 * 650 MB and are not kept in memory.
 */
export type TakeBytes = (bytes: Uint8Array) => void

/** A run that has ended. */
export interface ReceivedRun {
    readonly receiver: RunReceiver
    /** Measurements by instruments beside the cart; only some targets have them. */
    readonly instruments: Instruments | undefined
    /** Source of the data; absent for a cart on the link. */
    readonly source?: RunSource
    /** The firing-pair list that was sent for it, if any. */
    readonly pairs?: readonly Pair[]
    /** The requested length; absent if another program requested the run. */
    readonly requestedMm?: number
    /** Where the sled stood when the pullback began, mm from the home switch; absent for a capture. */
    readonly sledStartMm?: number
    /** Where the sled stands after the run, mm from the home switch; absent for a capture. */
    readonly sledMm?: number
    /** The requested TGC curve, 0.01 dB; absent if another program requested the run. */
    readonly tgcCdb?: readonly number[]
    /** The spec of its catheter, if it was sent. */
    readonly spec?: CatheterSpec
}

/** Source of a run, as named in reports. */
interface RunSource {
    readonly target: string
    /** Deliberate deviations from normal conditions, such as faults, in words. */
    readonly conditions?: string
    /** Seed of all random numbers; null if the source uses none. */
    readonly seed: number | null
}

/** True motion of the sled, from instruments that the controller does not see. */
export interface Instruments {
    readonly name: string
    /** True position at a line-clock time, in mm from the home switch. */
    positionMm(tickUs: number): number
    /** Mean true speed over a window centred at a line-clock time. */
    speedMmPerS(tickUs: number, windowMs: number): number
    /** The transducer at the end of a cable in a sheath; absent where it moves as the sled. */
    readonly tip?: {
        readonly sheath: string
        /** True position at a line-clock time, in the coordinate of the sled. */
        positionMm(tickUs: number): number
    }
    readonly pulses: number
    /** Standard deviation over mean of the transmit intervals between two times; only where pulses are timed. */
    pulseJitter?(fromUs: number, toUs: number): number
}

/** Reports progress of a run: fraction 0..1, undefined for a step whose duration is not known, and the present step. */
export type Progress = (fraction: number | undefined, doing: string) => void
