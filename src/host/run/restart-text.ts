// What a cart did before its program started, as one sentence.

import { fires, moves, STATE_NAMES } from "../../shared/cart-machine"
import { GOOD } from "../../shared/codes"
import { CAUSE_CONTROLLER, CAUSE_POWER, CAUSE_PROGRAM } from "../../shared/protocol/messages"
import type { Restart } from "../../shared/protocol/messages"
import { faultText } from "../fault-text"

const CAUSES: Readonly<Record<number, string>> = {
    [CAUSE_POWER]: "its power was switched on",
    [CAUSE_CONTROLLER]: "its controller alone was reset",
    [CAUSE_PROGRAM]: "its program alone started again",
}

export function causeText(cause: number): string {
    return CAUSES[cause] ?? `cause ${cause}`
}

/** Whether the restart interrupted something or was no power-up: an operator must know. */
function isNotable({ sequence, state, cause }: Restart): boolean {
    return sequence > 0 && (cause !== CAUSE_POWER || moves(state) || fires(state))
}

/** @returns undefined after an ordinary power-up */
export function restartText(restart: Restart): string | undefined {
    return isNotable(restart) ? restartDetail(restart) : undefined
}

/** The same after any start. */
export function restartDetail({
    sequence,
    boots,
    uptime_ms,
    state,
    fault,
    cause,
}: Restart): string {
    const why = causeText(cause)
    if (sequence === 0) return `The cart started, as ${why}; there is no record of an earlier run.`
    const last = STATE_NAMES[state] ?? `${state}`
    const named = fault === GOOD ? "" : ` Its fault then: ${faultText(fault)}.`
    return `The cart restarted in state ${last} after ${Math.round(uptime_ms / 1000)} s, as ${why}; this is start number ${boots}.${named}`
}
