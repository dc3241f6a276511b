// Sends the requests for a live picture in order: home, setup, live, and standby at the end; attended, it goes on after a fault.

import * as machine from "../../shared/cart-machine"
import type { Status } from "../../shared/protocol/messages"
import type { CartSession } from "../link/cart-session"
import type { PullbackRequest } from "../sequence/pullback-request"
import { acknowledging, goingLive, homing, resetting, returning } from "./motions"
import type { Attendant, Motion, Operator } from "./operator"
import { PullbackSequencer } from "./pullback-sequencer"
import { StopCause } from "./stop-cause"

/** What a user does first, in a state that cannot go live. */
const FIRST: Readonly<Record<number, string>> = {
    [machine.STATE_FAULT]: "in fault; acknowledge the fault",
    [machine.STATE_STOPPED]: "stopped; reset it after the emergency stop",
    [machine.STATE_UNHOMED]: "not homed; home the sled",
    [machine.STATE_COMPLETED]: "completed; return the sled to its start",
}

export interface LiveClientOptions {
    /** With somebody who watches, the client has no failure: it asks what to do next. */
    readonly attendant?: Attendant | undefined
    /** The session follows a lost one: nothing happens without an answer. */
    readonly resumed?: boolean
}

/** Brings a cart from power-up to a live picture, and to standby again. */
export class LiveClient extends PullbackSequencer {
    private liveRequested = true
    private finishing = false
    /** Live was requested, and the cart has not changed its state since. */
    private goingLive = false
    /** A stop was requested here, and the sled has not come to rest since. */
    private stopping = false
    /** Nothing has gone wrong yet, so that the command itself is the operator's request. */
    private isFirst = true
    /** Something has gone wrong, and the cart has not been live since. */
    private isInterrupted = false
    private readonly attendant: Attendant | undefined
    private readonly cause = new StopCause()
    private fault = 0
    /** Who is in control of the cart. */
    private control = machine.HOLDER_NOBODY
    /** State and fault of the latest question about a fault. */
    private asked = ""

    /** @param operator is asked before each motion of a session that nobody attends */
    constructor(
        session: CartSession,
        request: PullbackRequest,
        operator: Operator,
        { attendant, resumed }: LiveClientOptions = {}
    ) {
        super(session, request, (_us, action) => action(), operator)
        this.attendant = attendant
        if (resumed) this.pause()
    }

    /** Why the cart has stopped and waits for its operator; undefined while it has not. */
    get stopText(): string | undefined {
        return machine.isLatched(this.state) ? this.cause.text(this.fault) : undefined
    }

    /** The session was lost and has opened again: nothing happens without an answer. */
    resume(): void {
        this.state = machine.STATE_BOOT
        this.asked = ""
        this.calibration = undefined
        this.pause()
    }

    /**
     * Goes live, or to standby until live is requested again.
     * @returns why the request was not accepted; undefined if it was
     */
    transmit(on: boolean): string | undefined {
        if (on && !this.isFiring && this.state !== machine.STATE_READY)
            return `Cannot go live: the cart is ${FIRST[this.state] ?? `${this.stateName}; wait until it is ready, or bring it to ready`} first.`
        if (on === this.liveRequested) return undefined
        if (on) this.takeControl()
        this.liveRequested = on
        if (on) this.act(machine.STATE_READY)
        else this.standBy()
        return undefined
    }

    /** Brakes the sled. @returns why there is nothing to stop */
    stop(): string | undefined {
        if (!machine.moves(this.state)) return `The cart is ${this.stateName}: nothing moves.`
        this.stopping = true
        this.session.command(machine.COMMAND_STOP)
        return undefined
    }

    /** Ends the live picture; {@link done} is set once the end message of the run has been received and nothing moves. */
    finish(): void {
        this.finishing = true
        this.liveRequested = false
        this.attendant?.withdraw()
        if (machine.moves(this.state) && !this.isFiring) this.session.command(machine.COMMAND_STOP)
        else {
            this.standBy()
            this.done = !this.isFiring
        }
    }

    override acknowledgeWarnings(): string | undefined {
        this.takeControl()
        return super.acknowledgeWarnings()
    }

    /** A person acts here. Control that the cart has ended, as after a silence of this host, is asked for again. */
    private takeControl(): void {
        if (this.control !== machine.HOLDER_HOST) this.session.takeControl()
    }

    private get isFiring(): boolean {
        return machine.fires(this.state)
    }

    /** A cart that is still preparing to fire ends that. */
    private standBy(): void {
        if (this.isFiring || this.goingLive) this.session.command(machine.COMMAND_STANDBY)
    }

    /** From now on nothing happens without an answer. */
    private pause(): void {
        this.liveRequested = this.isFirst = false
        this.isInterrupted = this.attendant !== undefined
    }

    protected override onEnd(): void {
        if (this.finishing) this.done = true
    }

    protected override onOddDescription(defect: string): void {
        super.onOddDescription(defect)
        this.standBy()
    }

    /** Going live was requested with the command, and moves nothing. */
    protected override onSetup(): void {
        if (!this.liveRequested) return
        this.goingLive = true
        this.goLive()
    }

    protected override get nextText(): string {
        return this.attendant ? "go on when it is safe" : super.nextText
    }

    protected override onState(state: number): void {
        this.cause.onState(state)
        super.onState(state)
    }

    protected override ask(motion: Motion, go: () => void): void {
        const { attendant, state } = this
        if (!attendant) return super.ask(motion, go)
        attendant.ask(
            motion,
            () => {
                if (this.state !== state || this.finishing) return
                this.takeControl()
                go()
            },
            why => this.fail(why),
            this.isFirst
        )
    }

    protected override checkLatched(status: Status): void {
        this.control = status.control
        if (!this.attendant) return super.checkLatched(status)
        const { state, fault } = status
        const now = machine.isLatched(state) ? `${state} ${fault}` : ""
        this.fault = fault
        if (now === this.asked) return
        this.asked = now
        if (now !== "" && !this.finishing) this.askAboutFault()
    }

    /** The status says it, with the state that the fault has led to. */
    protected override failByFault(fault: number, value?: number): void {
        if (!this.attendant) this.fail(this.cause.text(fault, value))
    }

    protected override fail(sentence: string): void {
        const { attendant, finishing } = this
        if (!attendant) return super.fail(sentence)
        if (finishing) return
        this.pause()
        attendant.withdraw()
        attendant.tell(sentence)
        this.askNext()
    }

    private askAboutFault(): void {
        const { fault, session } = this
        if (this.state === machine.STATE_STOPPED)
            this.ask(resetting(fault), () => session.command(machine.COMMAND_RESET))
        else this.ask(acknowledging(fault), () => session.command(machine.COMMAND_ACKNOWLEDGE))
    }

    /** Asks for what leads from this state towards a live picture. */
    private askNext(): void {
        const { state } = this
        if (machine.isLatched(state)) this.askAboutFault()
        else if (state === machine.STATE_UNHOMED)
            this.ask(homing(), () => this.command(machine.COMMAND_HOME))
        else if (state === machine.STATE_COMPLETED)
            this.ask(returning(this.positionNm), () => this.command(machine.COMMAND_RETURN))
        else if (state === machine.STATE_READY)
            this.ask(goingLive(), () => void this.transmit(true))
    }

    protected override act(before: number): void {
        this.attendant?.withdraw()
        this.asked = ""
        this.goingLive = false
        if (machine.isLatched(this.state)) {
            // The first fault may be one with which the cart was found.
            if (before !== machine.STATE_BOOT) this.pause()
            this.calibration = undefined
            if (this.finishing && this.attendant) this.done = true
            return
        }
        if (this.finishing) {
            // A run that has ended sends its summary first.
            if (!machine.moves(this.state) && !machine.fires(before)) this.done = true
            return
        }
        if (this.stopping && !machine.moves(this.state)) {
            this.stopping = false
            this.pause()
            return this.askNext()
        }
        switch (this.state) {
            case machine.STATE_LIVE:
                // The bedside unit may go live as well.
                this.liveRequested = true
                this.isInterrupted = false
                break
            case machine.STATE_READY:
                // Standby at the cart lasts until live is requested again.
                if (machine.fires(before)) this.liveRequested = false
                if (this.liveRequested) super.act(before)
                else if (this.isInterrupted) this.askNext()
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
