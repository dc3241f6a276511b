// The verdict on a request, and what the state of the cart allows.

import { stopping } from "../motion/guard"
import { fires, moves } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { CartState } from "./cart-state"
import { ending, preparing } from "./imaging"

/** `reason` is GOOD or a REFUSED_ code; `value` then is the nearest allowed value, or the state. */
export interface Verdict {
    reason: number
    value: number
}

export const DONE: Verdict = { reason: codes.GOOD, value: 0 }

let state: CartState

/** To be called once, before any other function of this file. */
export function openVerdicts(cart_state: CartState): void {
    state = cart_state
}

export function wrongState(): Verdict {
    return { reason: codes.REFUSED_STATE, value: state.now }
}

/** Nothing moves or fires, and no run is being prepared or ended. */
export function isIdle(): boolean {
    const now = state.now
    return !(moves(now) || fires(now) || preparing || ending)
}

/** The sled brakes, or a run is being prepared or ended: of all requests that need control only those that end it are taken. */
export function waits(): boolean {
    return stopping || preparing || ending
}
