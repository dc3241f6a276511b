// Responsible for: the requests of one live picture in their order: homed, set up, live, and standby at the end.
// Not for: what is shown (../console), or pullbacks (pullback-sequencer.ts).

import * as machine from "../../shared/cart-machine"
import type { HostSession } from "../link/host-session"
import type { PullbackRequest } from "../sequence/pullback-request"
import { PullbackSequencer } from "./pullback-sequencer"

/** Brings a cart from power-up to a live picture, and away from it. */
export class LiveClient extends PullbackSequencer {
    private liveRequested = true
    private finishing = false

    /** @param mayCalibrate as with {@link PullbackSequencer} */
    constructor(session: HostSession, request: PullbackRequest, mayCalibrate = false) {
        super(session, request, (_us, action) => action(), mayCalibrate)
    }

    /**
     * Live, or standby until live is wanted again.
     * @returns why not; undefined when it was asked for
     */
    transmit(on: boolean): string | undefined {
        if (on && !this.isFiring && this.state !== machine.STATE_READY)
            return `The request was not taken: the cart is ${this.stateName}, and goes live from ready.`
        if (on === this.liveRequested) return undefined
        this.liveRequested = on
        if (on) this.act()
        else this.standBy()
        return undefined
    }

    /** Ends the picture; {@link done} once the cart's summary of it has come. */
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
                // Standby was asked for while the cart went live.
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
                    `The cart is ${this.stateName}; somebody works with it: end that and try again.`
                )
                break
        }
    }
}
