// The sentence of a fault with its number, as every message of the host has it.

import { sentenceOf } from "../shared/codes"

/** Without a full stop. */
export function faultText(code: number): string {
    return `${sentenceOf(code)} (fault ${code})`
}
