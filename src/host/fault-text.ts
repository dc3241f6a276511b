// The sentence of a fault with its number, and what the cart was doing, as every message of the host has it.

import { sentenceOf } from "../shared/codes"

/** Without a full stop. */
export function faultText(code: number): string {
    return `${sentenceOf(code)} (fault ${code})`
}

/** @param during name of the state that the fault ended, if it is known */
export function stoppedText(code: number, during?: string): string {
    return `The cart stopped${during === undefined ? "" : ` while ${during}`}: ${faultText(code)}.`
}
