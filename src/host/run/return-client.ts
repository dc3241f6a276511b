// Brings the sled back to its start after a pullback, once the operator has allowed it; homes a sled that is not homed.

import * as machine from "../../shared/cart-machine"
import { EVENT_FAULT, EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { Event, Hello, Refusal, Status } from "../../shared/protocol/messages"
import { Interrupted, RunError } from "../errors"
import type { HostSession } from "../link/host-session"
import { refusalText } from "../sequence/refusal-text"
import { homing, isAtStart, returning, standingText } from "./motions"
import type { Motion, Operator } from "./operator"
import type { RunListener } from "./run-receiver"

export class ReturnClient {
    hello: Hello | undefined
    done = false
    failure: RunError | undefined
    readonly task = "bring its sled back"
    /** Where the sled stood when it was asked for; undefined if it stands at its start already. */
    fromNm: number | undefined
    /** The latest reported position. */
    positionNm = 0
    /** Whether the sled was homed, so that {@link fromNm} has no meaning. */
    homed = false
    private state = machine.STATE_BOOT
    private commanded = 0
    private aborted = false

    constructor(
        private readonly session: HostSession,
        private readonly operator: Operator
    ) {}

    get stateName(): string {
        return machine.STATE_NAMES[this.state] ?? `state ${this.state}`
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
                `the sled has stopped. ${standingText(this.positionNm, this.state)}`
            )
    }

    private onStatus({ state, fault, position_nm }: Status): void {
        this.positionNm = position_nm
        this.onState(state)
        if (machine.isLatched(state)) this.failInFault(fault)
        // The position of this status is that of the sled at its start.
        if (state === machine.STATE_READY && this.commanded) this.done = true
    }

    private onEvent({ code, value }: Event): void {
        if (code === EVENT_STATE) this.onState(value)
        else if (code === EVENT_FAULT) this.failInFault(value)
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
        // A fault is reported with its code.
        if (machine.isLatched(state)) return
        if (commanded) {
            if (stands && state !== machine.STATE_READY)
                this.fail("The motion was stopped at the cart; start the command again.")
        } else if (state === machine.STATE_UNHOMED) this.ask(homing(), machine.COMMAND_HOME)
        else if (state === machine.STATE_READY && isAtStart(this.positionNm)) this.done = true
        else if (stands) this.ask(returning(this.positionNm), machine.COMMAND_RETURN)
        else
            this.fail(
                `The cart is ${this.stateName}: it is in use; finish that procedure and try again.`
            )
    }

    private ask(motion: Motion, command: number): void {
        const { state } = this
        this.operator(
            motion,
            () => {
                if (this.aborted || this.failure) return
                if (this.state !== state)
                    return this.fail(`The cart is ${this.stateName} now; start the command again.`)
                this.homed = command === machine.COMMAND_HOME
                this.fromNm = this.positionNm
                this.commanded = command
                this.session.command(command)
            },
            why => this.fail(why)
        )
    }

    private failInFault(fault: number): void {
        this.fail(
            `The cart is in fault: ${sentenceOf(fault)}. Acknowledge the fault at the cart, then try again.`
        )
    }

    private fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
