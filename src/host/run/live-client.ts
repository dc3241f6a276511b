// Sends the requests for a live picture in order: home, setup, live, and standby at the end.

import * as machine from "../../shared/cart-machine"
import { stoppedText } from "../fault-text"
import type { HostSession } from "../link/host-session"
import type { PullbackRequest } from "../sequence/pullback-request"
import type { Operator } from "./operator"
import { PullbackSequencer } from "./pullback-sequencer"

/** Brings a cart from power-up to a live picture, and to standby again. */
export class LiveClient extends PullbackSequencer {
    private liveRequested = true
    private finishing = false
    /** The state that a fault ended. */
    private stoppedIn: string | undefined

    /** @param operator is asked before each motion */
    constructor(session: HostSession, request: PullbackRequest, operator: Operator) {
        super(session, request, (_us, action) => action(), operator)
    }

    /**
     * Goes live, or to standby until live is requested again.
     * @returns why the request was not accepted; undefined if it was
     */
    transmit(on: boolean): string | undefined {
        if (on && !this.isFiring && this.state !== machine.STATE_READY)
            return `Cannot go live: the cart is ${this.stateName}; bring it to ready first.`
        if (on === this.liveRequested) return undefined
        this.liveRequested = on
        if (on) this.act(machine.STATE_READY)
        else this.standBy()
        return undefined
    }

    /** Ends the live picture; {@link done} is set once the end message of the run has been received. */
    finish(): void {
        this.finishing = true
        this.liveRequested = false
        if (this.isFiring) this.standBy()
        else this.done = true
    }

    private get isFiring(): boolean {
        return machine.fires(this.state)
    }

    private standBy(): void {
        if (this.isFiring) this.session.command(machine.COMMAND_STANDBY)
    }

    protected override onEnd(): void {
        if (this.finishing) this.done = true
    }

    /** Going live was requested with the command, and moves nothing. */
    protected override onSetup(): void {
        if (this.liveRequested) this.goLive()
    }

    protected override failByFault(fault: number, value?: number): void {
        this.fail(stoppedText(fault, { value, during: this.stoppedIn }))
    }

    protected override act(before: number): void {
        if (machine.isLatched(this.state)) this.stoppedIn = machine.STATE_NAMES[before]
        switch (this.state) {
            case machine.STATE_LIVE:
                // Standby was requested while the cart was going live.
                if (!this.liveRequested) this.standBy()
                break
            case machine.STATE_READY:
                // Standby at the cart lasts until live is requested again.
                if (machine.fires(before)) this.liveRequested = false
                if (this.liveRequested) super.act(before)
                break
            case machine.STATE_ARMED:
            case machine.STATE_PULLING:
                this.failInUse()
                break
            default:
                super.act(before)
        }
    }
}
