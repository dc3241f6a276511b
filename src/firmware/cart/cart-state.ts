// Responsible for: the one place of the cart's state, fault and catheter, and telling about them.
// Not for: what each state does (moves.ts, imaging.ts) or which lead to which (wire/cart-machine.ts).

import * as ds from "@devicescript/core"
import { FrontEnd, front_status } from "../acquisition/front-end"
import { Link } from "../link/link"
import { TYPE_EVENT } from "../../shared/protocol/burst"
import { readText } from "../../shared/protocol/bytes"
import { nextState, STATE_BOOT } from "../../shared/cart-machine"
import { Catheter, catheterIn, catheterOf, isBuiltIn } from "../../shared/acquisition/catheters"
import { EVENT } from "../../shared/protocol/messages"
import {
    EVENT_ACKNOWLEDGED,
    EVENT_CATHETER,
    EVENT_STATE,
    GOOD,
    REFUSED_CATHETER_PLUGGED,
    REFUSED_CATHETER_SERIAL,
    REFUSED_CATHETER_UNKNOWN,
    REFUSED_NO_CATHETER,
    sentenceOf,
} from "../../shared/codes"
import { PullbackSetup } from "./setup"

export class CartState {
    now = STATE_BOOT
    /** Latched until acknowledged, one of the FAULT_ codes. */
    fault = GOOD
    /** Why the last request was refused, until the state changes or one is taken. */
    refusal = GOOD
    // What is plugged in, as of the last look; undefined before the first.
    /** Its id; empty when there is none. */
    catheter!: string
    catheter_serial!: number
    /** GOOD, or why nothing is fired with it. */
    catheter_reason!: number
    /** Data of a catheter that the host of this session sent; nobody else's, and forgotten with the session. */
    described: Buffer | undefined = undefined
    /** Made undefined, it is told again by the next look. */
    plugged!: number | undefined
    /** Set by the cart, which makes it later. */
    front!: FrontEnd

    constructor(private link: Link) {}

    allows(event: number): boolean {
        return nextState(this.now, event) >= 0
    }

    dispatch(event: number): void {
        const next = nextState(this.now, event)
        if (next < 0 || next === this.now) return
        this.now = next
        this.refusal = GOOD
        this.report(EVENT_STATE, next)
    }

    /** The catheter of this id, made anew, if the cart knows it: by itself, or from the host of this session. */
    catheterNamed(id: string): Catheter | undefined {
        if (isBuiltIn(id)) return catheterOf(id)
        const described = this.described
        return described && this.knows(id) ? catheterIn(described) : undefined
    }

    private knows(id: string): boolean {
        if (isBuiltIn(id)) return true
        return this.described ? readText(this.described, 0) === id : false
    }

    /** Asks what is plugged in; tells of it when it came or went. */
    async readCatheter(): Promise<void> {
        const front = this.front
        const id = await front.catheterId()
        this.catheter = id
        const serial = await front.catheterSerial()
        this.catheter_serial = serial
        const plugged = front_status.plugged
        let reason = GOOD
        if (!this.knows(id)) reason = REFUSED_CATHETER_UNKNOWN
        if (!plugged) reason = REFUSED_NO_CATHETER
        this.catheter_reason = reason
        if (plugged === this.plugged) return
        this.plugged = plugged
        if (!reason) reason = EVENT_CATHETER
        this.report(reason, serial | 0)
    }

    /** @returns GOOD, or why what is plugged in now is not the catheter of this setup */
    async validate(setup: PullbackSetup): Promise<number> {
        await this.readCatheter()
        if (this.catheter_reason) return this.catheter_reason
        if (this.catheter !== setup.catheter.id) return REFUSED_CATHETER_PLUGGED
        if (this.catheter_serial !== setup.catheter_serial) return REFUSED_CATHETER_SERIAL
        return GOOD
    }

    acknowledge(): void {
        this.fault = GOOD
        this.report(EVENT_ACKNOWLEDGED, 0)
    }

    /** To the host as an event, and to whoever reads the board's log. */
    report(code: number, value: number): void {
        const time_ms = ds.millis()
        console.log(time_ms + " " + sentenceOf(code) + ": " + value)
        if (this.link.isOpen()) this.link.send(TYPE_EVENT, EVENT, { code, time_ms, value })
    }
}
