// The sentence of a fault with its number and value, and what the cart was doing, as every message of the host has it.

import { sentenceOf } from "../shared/codes"
import { valueText } from "./run/alarm-text"

/** Without a full stop. @param value of the fault's event, if it was received */
export function faultText(code: number, value?: number): string {
    const detail = value === undefined ? undefined : valueText(code, value)
    const number = detail === undefined ? `fault ${code}` : `fault ${code}, ${detail}`
    return `${sentenceOf(code)} (${number})`
}

/** What came with a fault, as far as it is known. */
export interface FaultContext {
    /** Value of the fault's event. */
    readonly value?: number | undefined
    /** Name of the state that the fault ended. */
    readonly during?: string | undefined
}

export function stoppedText(code: number, { value, during }: FaultContext = {}): string {
    return `The cart stopped${during === undefined ? "" : ` while ${during}`}: ${faultText(code, value)}.`
}
