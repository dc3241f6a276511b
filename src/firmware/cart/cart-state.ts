// Responsible for: the one place of the cart's state and fault, and telling about it.
// Not for: what each state does (moves.ts, imaging.ts) or which lead to which (wire/cart-machine.ts).

import * as ds from "@devicescript/core"
import { Link } from "../link/link"
import { TYPE_EVENT } from "../../wire/burst"
import { nextState, STATE_BOOT } from "../../wire/cart-machine"
import { EVENT } from "../../wire/messages"
import {
    EVENT_ACKNOWLEDGED,
    EVENT_STATE,
    GOOD,
    sentenceOf,
} from "../../wire/reasons"

export class CartState {
    now = STATE_BOOT
    /** Latched until acknowledged, one of the FAULT_ codes. */
    fault = GOOD

    constructor(private link: Link) {}

    allows(event: number): boolean {
        return nextState(this.now, event) >= 0
    }

    happen(event: number): void {
        const next = nextState(this.now, event)
        if (next < 0 || next === this.now) return
        this.now = next
        this.tell(EVENT_STATE, next)
    }

    acknowledge(): void {
        this.fault = GOOD
        this.tell(EVENT_ACKNOWLEDGED, 0)
    }

    /** To the host as an event, and to whoever reads the board's log. */
    tell(code: number, value: number): void {
        const time_ms = ds.millis()
        console.log(time_ms + " " + sentenceOf(code) + ": " + value)
        if (this.link.isOpen())
            this.link.send(TYPE_EVENT, EVENT, { code, time_ms, value })
    }
}
