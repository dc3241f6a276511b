// Brings the sled back to its start, once the operator has allowed it; homes a sled that is not homed.

import * as machine from "../../shared/cart-machine"
import { EVENT_STATE, isFault } from "../../shared/codes"
import type { Event, Hello, Refusal, Status } from "../../shared/protocol/messages"
import { Interrupted } from "../errors"
import type { CartSession } from "../link/cart-session"
import { refusalText } from "../sequence/refusal-text"
import { homing, isAtStart, returning, standingText } from "./motions"
import { OperatedClient } from "./operated-client"
import type { Operator } from "./operator"
import type { RunListener } from "./run-receiver"

export class ReturnClient extends OperatedClient {
    hello: Hello | undefined
    done = false
    readonly task = "bring its sled back"
    /** Where the sled stood when it was asked for; undefined if it stands at its start already. */
    fromNm: number | undefined
    /** The latest reported position. */
    positionNm = 0
    /** Whether the sled was homed, so that {@link fromNm} has no meaning. */
    homed = false
    private commanded = 0

    constructor(session: CartSession, operator: Operator) {
        super(session, operator)
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
    }

    /** Ends the motion: the sled brakes. {@link failure} is set once the cart has reported it. */
    abort(): void {
        this.aborted = true
        this.stop()
    }

    private stop(): void {
        if (machine.moves(this.state)) this.session.command(machine.COMMAND_STOP)
        else
            this.failure ??= new Interrupted(
                `${this.commanded ? "the sled has stopped" : "nothing was moved"}. ${standingText(this.positionNm, this.state)}`
            )
    }

    private onStatus(status: Status): void {
        const { state, position_nm } = status
        this.positionNm = position_nm
        this.onState(state)
        this.checkLatched(status)
        // The position of this status is that of the sled at its start.
        if (state === machine.STATE_READY && this.commanded) this.done = true
    }

    private onEvent({ code, value }: Event): void {
        if (code === EVENT_STATE) this.onState(value)
        else if (isFault(code)) this.failByFault(code, value)
    }

    private onRefusal({ reason, value }: Refusal): void {
        if (!this.aborted) this.fail(`The cart refused: ${refusalText(reason, value)}.`)
    }

    private onState(state: number): void {
        if (state === this.state) return
        this.state = state
        if (this.aborted) this.stop()
        else if (!this.failure) this.act()
    }

    private act(): void {
        const { state, commanded } = this
        if (state === machine.STATE_BOOT || state === machine.STATE_SELF_TEST) return
        const stands =
            state === machine.STATE_READY ||
            state === machine.STATE_COMPLETED ||
            state === machine.STATE_UNHOMED
        // The status has the code of the fault.
        if (machine.isLatched(state)) return
        if (commanded) {
            if (stands && state !== machine.STATE_READY)
                this.fail("The motion was stopped at the cart; start the command again.")
        } else if (state === machine.STATE_UNHOMED)
            this.ask(homing(), () => this.move(machine.COMMAND_HOME))
        else if (state === machine.STATE_READY && isAtStart(this.positionNm)) this.done = true
        else if (stands)
            this.ask(returning(this.positionNm), () => this.move(machine.COMMAND_RETURN))
        else
            this.fail(
                `The cart is ${this.stateName}: it is in use; finish that procedure and try again.`
            )
    }

    private move(command: number): void {
        this.homed = command === machine.COMMAND_HOME
        this.fromNm = this.positionNm
        this.commanded = command
        this.session.command(command)
    }
}
