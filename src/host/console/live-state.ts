// The state of the live console as the page receives it.

import { PAIRS_NONE } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { checkGeometry, GeometryError, type ImagingGeometry } from "../picture/picture"
import type { Alarm } from "../run/alarm"
import type { RunReceiver } from "../run/run-receiver"
import type { DisplayState } from "./display"
import type { LiveFaultState } from "./live-fault"
import type { LiveQuestion } from "./live-questions"
import type { RingDownState } from "./ring-down-controller"

/** A-lines received and lost, by cause. */
export interface LineCounts {
    readonly received: number
    readonly missing: number
    readonly damaged: number
    readonly dropped: Readonly<RunReceiver["dropped"]>
}

export interface LiveAlarm extends Pick<Alarm, "code" | "priority" | "detail" | "timeMs"> {
    /** What it is and what to do, with its number. */
    readonly text: string
    readonly lamp: string
    /** Flashes per second of the lamp; 0: steady. */
    readonly flashHz: number
    /** Somebody has acknowledged it, and its cause is still present. */
    readonly acknowledged: boolean
}

/** What was asked of a pullback. */
export interface PullbackState {
    readonly fromMm: number
    readonly toMm: number
    readonly speedMmPerS: number
}

export interface LiveState {
    readonly target: string
    readonly catheter: string | null
    readonly serial: number | null
    /** Name of the cart's state; null before its first status. */
    readonly cartState: string | null
    /** Who is in control of the cart; null before its first status. */
    readonly control: string | null
    readonly insecure: boolean
    /** live: frames are received; stopped: no frames are received. */
    readonly picture: "none" | "live" | "stopped"
    readonly transmit: boolean
    /** Whether the sled moves, so that it can be stopped. */
    readonly moving: boolean
    /** The pullback that is armed or moves; null without one. Positions from the home switch. */
    readonly pullback: PullbackState | null
    readonly fault: LiveFaultState | null
    /** What the user may allow now. */
    readonly question: LiveQuestion | null
    /** Warnings of the cart that are not over, the most urgent first. */
    readonly alarms: readonly LiveAlarm[]
    /** Priority of the alarms whose sound is on; null: silence. */
    readonly sound: string | null
    /** Latest other message, such as a refusal by the cart. */
    readonly message: string | null
    readonly frames: number
    readonly framesPerS: number | null
    readonly timeMs: number | null
    readonly lines: LineCounts | null
    readonly ecgPerMin: number | null
    /** How far the virtual board's clock is behind the wall clock because this computer is too slow, ms. */
    readonly clockLagMs: number
    readonly display: DisplayState
    readonly ringDown: RingDownState
}

export function lineCounts(receiver: RunReceiver | undefined): LineCounts | null {
    const counts = receiver?.assembler?.counts
    if (!receiver || !counts) return null
    return {
        received: counts.received,
        missing: counts.missing,
        damaged: receiver.stream.faults.linesDamaged,
        dropped: { ...receiver.dropped },
    }
}

/** Why no live picture can be made of a run; undefined if it can. */
export function displayError(
    description: Description,
    geometry: ImagingGeometry
): string | undefined {
    if (description.pair_list !== PAIRS_NONE)
        return "The cart sends channel data, which has no live picture; record it with `ivus pullback --data elements`."
    try {
        checkGeometry(geometry)
        return undefined
    } catch (error) {
        if (error instanceof GeometryError) return error.message
        throw error
    }
}
