// How a run ended: what the cart says of it, checked against the positions in its bursts and against what was asked for.

import { STATE_PULLING } from "../../shared/cart-machine"
import type { Event } from "../../shared/protocol/messages"
import {
    EVENT_STATE,
    EVENT_STOPPED,
    EVENT_TRIGGERS_LOST,
    GOOD,
    sentenceOf,
} from "../../shared/codes"
import { faultText } from "../fault-text"
import type { RunReceiver } from "../run/run-receiver"
import type { ReceivedRun } from "../run/run-target"

/** How a run ended: `incomplete` is a run whose end was not received, which ended early, or which is too short. */
export const VERDICTS = ["complete", "incomplete", "stopped", "failed"] as const
export type Verdict = (typeof VERDICTS)[number]

export interface RunVerdict {
    readonly verdict: Verdict
    /** Why the run did not complete; null where it did. */
    readonly verdictReason: string | null
}

/**
 * Distance by which the imaged part may miss the ends of the window. Encoder and burst are within 10 um of the ruler, and
 * the sled moves past both ends by 50 um at least, or stops at them within 20 um.
 */
const REACH_NM = 50_000
/** The length in the run's description is a whole number of nm. */
const LENGTH_NM = 1000

export function verdictOf({
    receiver,
    requestedMm,
}: Pick<ReceivedRun, "receiver" | "requestedMm">): RunVerdict {
    const { end } = receiver
    if (!end)
        return {
            verdict: "incomplete",
            verdictReason: "the cart's summary of the run was not received",
        }
    const { outcome } = end
    const what = hasPulled(receiver) ? "the pullback" : "the live picture before a pullback"
    if (outcome === EVENT_STOPPED)
        return { verdict: "stopped", verdictReason: `the operator stopped ${what}` }
    if (outcome !== GOOD)
        return {
            ...(outcome === EVENT_TRIGGERS_LOST
                ? { verdict: "incomplete", verdictReason: sentenceOf(outcome) }
                : { verdict: "failed", verdictReason: faultText(outcome) }),
        }
    if (!hasPulled(receiver))
        return { verdict: "incomplete", verdictReason: "it was a live picture without a pullback" }
    const short = shortText(receiver, requestedMm)
    return { verdict: short === null ? "complete" : "incomplete", verdictReason: short }
}

/** A live picture is a run of its own if no pullback follows. */
function hasPulled({ assembler, runEvents }: RunReceiver): boolean {
    const isPulling = ({ code, value }: Event): boolean =>
        code === EVENT_STATE && value === STATE_PULLING
    return assembler?.firstAtSpeed !== undefined || runEvents.some(isPulling)
}

/** Why a run that the cart calls complete is not; null if it is. */
function shortText(receiver: RunReceiver, requestedMm: number | undefined): string | null {
    const { window_start_nm, window_end_nm } = receiver.description!
    const windowMm = (window_end_nm - window_start_nm) / 1e6
    if (requestedMm !== undefined && Math.abs(windowMm - requestedMm) * 1e6 > LENGTH_NM)
        return `the cart imaged a window of ${windowMm.toFixed(2)} mm, and ${requestedMm.toFixed(2)} mm were asked for`
    const imaged = imagedRange(receiver)
    if (!imaged) return "no A-line was received at speed"
    const [from, to] = imaged
    if (from <= window_start_nm + REACH_NM && to >= window_end_nm - REACH_NM) return null
    const imagedMm = Math.max(0, to - from) / 1e6
    // A capture without the live picture before the pullback begins while the sled speeds up.
    const { leftOut, beginsAtSpeed } = receiver.assembler!
    if (leftOut > 0 && beginsAtSpeed && to >= window_end_nm - REACH_NM)
        return `the oldest part of its capture was let go on a full disk: ${imagedMm.toFixed(2)} of ${windowMm.toFixed(2)} mm are left`
    return `the cart reports the end, but only ${imagedMm.toFixed(2)} of ${windowMm.toFixed(2)} mm were imaged: have the cart checked and repeat the run`
}

/** The positions between which A-lines were received, nm; gaps between them are counted elsewhere. */
function imagedRange({ assembler, lineBursts }: RunReceiver): [number, number] | undefined {
    const { firstAtSpeed, lastAtSpeed } = assembler ?? {}
    if (!firstAtSpeed || !lastAtSpeed) return undefined
    let [from, to] = [firstAtSpeed.positionNm, lastAtSpeed.positionNm]
    for (const { position_nm } of lineBursts) {
        from = Math.min(from, position_nm)
        to = Math.max(to, position_nm)
    }
    return [from, to]
}
