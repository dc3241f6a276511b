// Sends the requests for a live picture in order: home, setup, live, and standby at the end.

import * as machine from "../../shared/cart-machine"
import type { HostSession } from "../link/host-session"
import type { PullbackRequest } from "../sequence/pullback-request"
import { PullbackSequencer } from "./pullback-sequencer"

/** Brings a cart from power-up to a live picture, and to standby again. */
export class LiveClient extends PullbackSequencer {
    private liveRequested = true
    private finishing = false

    /** @param allowCalibration as for {@link PullbackSequencer} */
    constructor(session: HostSession, request: PullbackRequest, mayCalibrate = false) {
        super(session, request, (_us, action) => action(), mayCalibrate)
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
        if (on) this.act()
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

    protected override act(): void {
        switch (this.state) {
            case machine.STATE_LIVE:
                // Standby was requested while the cart was going live.
                if (!this.liveRequested) this.standBy()
                break
            case machine.STATE_READY:
                if (this.liveRequested) super.act()
                break
            case machine.STATE_UNHOMED:
                super.act()
                break
            case machine.STATE_ARMED:
            case machine.STATE_PULLING:
            case machine.STATE_MANUAL:
                this.fail(
                    `The cart is ${this.stateName}: it is in use; finish that procedure and try again.`
                )
                break
        }
    }
}
