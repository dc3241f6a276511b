// The state, fault and catheter of the cart, which report their changes.

import { FrontEnd, front_status } from "../acquisition/front-end"
import { homed } from "../motion/sled"
import { readText } from "../../shared/protocol/bytes"
import {
    DONE_HOMING,
    nextState,
    RING_DOWN_NONE,
    STATE_BOOT,
    STATE_HOMING,
} from "../../shared/cart-machine"
import { acknowledge } from "../../shared/alarms"
import { Catheter, catheterIn, catheterOf, isBuiltIn } from "../../shared/acquisition/catheters"
import {
    EVENT_ACKNOWLEDGED,
    EVENT_CATHETER,
    EVENT_STATE,
    GOOD,
    REFUSED_CATHETER_PLUGGED,
    REFUSED_CATHETER_SERIAL,
    REFUSED_CATHETER_UNKNOWN,
    REFUSED_NO_CATHETER,
} from "../../shared/codes"
import { alarms, alarmSignals } from "./alarms"
import { tellSettings } from "../services/units"
import { report } from "./events"
import { PullbackSetup } from "./setup"

export class CartState {
    now = STATE_BOOT
    /** One of the FAULT_ codes; latched until acknowledged. */
    fault = GOOD
    /** What the check that found the fault measured or read. */
    fault_value = 0
    /** Why the last request was refused, until the state changes or a request is accepted. */
    refusal = GOOD
    /** State with motion or firing that ended with the run before; STATE_BOOT if there is none. */
    interrupted = STATE_BOOT
    /** Why the program started; this and {@link interrupted} are old news once the sled is homed. */
    restart_cause = 0
    // The plugged-in catheter as last read; undefined before the first reading.
    /** Empty if no catheter is plugged in. */
    catheter = ""
    catheter_serial!: number
    /** GOOD, or why the cart does not fire with it. */
    catheter_reason!: number
    /** Payload of the catheter data that the host sent in this session; cleared when a session opens. */
    sent_catheter: Buffer | undefined = undefined
    /** Reference of the ring-down with the plugged-in catheter and the present host, one of RING_DOWN_. */
    ring_down = RING_DOWN_NONE
    /** Set to undefined to have the catheter read and reported again. */
    plugged!: number | undefined
    /** Set by the cart, which creates it later. */
    front!: FrontEnd

    /** The zero of the sled is known. The survey at the end of homing may still find that motor and encoder disagree. */
    isHomed(): boolean {
        return homed && this.now !== STATE_HOMING
    }

    allows(event: number): boolean {
        return nextState(this.now, event) >= 0
    }

    dispatch(event: number): void {
        const next = nextState(this.now, event)
        if (next < 0 || next === this.now) return
        this.now = next
        this.refusal = GOOD
        if (event === DONE_HOMING) {
            this.interrupted = STATE_BOOT
            this.restart_cause = 0
        }
        report(EVENT_STATE, next)
    }

    /** A new record of a catheter that is built in or was sent by the host; undefined for any other id. */
    catheterNamed(id: string): Catheter | undefined {
        if (isBuiltIn(id)) return catheterOf(id)
        const sent_catheter = this.sent_catheter
        return sent_catheter && this.isKnown(id) ? catheterIn(sent_catheter) : undefined
    }

    private isKnown(id: string): boolean {
        if (isBuiltIn(id)) return true
        return this.sent_catheter ? readText(this.sent_catheter, 0) === id : false
    }

    /** Reads which catheter is plugged in, and reports a change. */
    async readCatheter(): Promise<void> {
        const front = this.front
        const id = await front.catheterId()
        this.catheter = id
        const serial = await front.catheterSerial()
        this.catheter_serial = serial
        const plugged = front_status.plugged
        let reason = GOOD
        if (!this.isKnown(id)) reason = REFUSED_CATHETER_UNKNOWN
        if (!plugged) reason = REFUSED_NO_CATHETER
        this.catheter_reason = reason
        if (plugged === this.plugged) return
        this.plugged = plugged
        this.ring_down = RING_DOWN_NONE
        tellSettings()
        if (!reason) reason = EVENT_CATHETER
        report(reason, serial | 0)
    }

    /** @returns GOOD, or why the plugged-in catheter is not that of this setup */
    async validate(setup: PullbackSetup): Promise<number> {
        await this.readCatheter()
        if (this.catheter_reason) return this.catheter_reason
        if (this.catheter !== setup.catheter.id) return REFUSED_CATHETER_PLUGGED
        if (this.catheter_serial !== setup.catheter_serial) return REFUSED_CATHETER_SERIAL
        return GOOD
    }

    /** An operator has seen all alarms, and the cause of a fault is gone. */
    acknowledge(): void {
        this.fault = GOOD
        const code = alarmSignals().code
        acknowledge(alarms)
        report(EVENT_ACKNOWLEDGED, code)
    }
}
