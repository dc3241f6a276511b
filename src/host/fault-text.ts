// The sentence of a fault with its number and value, and what the cart was doing, as every message of the host has it.

import { fires, moves, STATE_NAMES, STATE_STOPPED } from "../shared/cart-machine"
import { FAULT_ESTOP, sentenceOf } from "../shared/codes"
import { valueText } from "./run/alarm-text"

/** Without a full stop. @param value of the fault's event, if it was received */
export function faultText(code: number, value?: number): string {
    const detail = value === undefined ? undefined : valueText(code, value)
    const number = detail === undefined ? `fault ${code}` : `fault ${code}, ${detail}`
    return `${sentenceOf(code)} (${number})`
}

/** Why a cart is in the state `stopped`: by the emergency stop, whatever fault occurred after it. Without a full stop. */
export function stopText(fault: number, value?: number): string {
    return fault === FAULT_ESTOP
        ? faultText(fault, value)
        : `${faultText(FAULT_ESTOP)}; after it, another fault occurred: ${faultText(fault, value)}`
}

/** What a cart did in a state, for a sentence about its end. */
function duringText(state: number): string {
    const name = STATE_NAMES[state] ?? `${state}`
    return moves(state) || fires(state) ? ` while ${name}` : ` in state ${name}`
}

/** What came with a fault, as far as it is known. */
export interface FaultContext {
    /** Value of the fault's event. */
    readonly value?: number | undefined
    /** The state that the fault ended. */
    readonly during?: number | undefined
    /** The state that it led to. */
    readonly state?: number | undefined
}

export function stoppedText(code: number, { value, during, state }: FaultContext = {}): string {
    const why = state === STATE_STOPPED ? stopText(code, value) : faultText(code, value)
    return `The cart stopped${during === undefined ? "" : duringText(during)}: ${why}.`
}
