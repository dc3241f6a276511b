// Reads a cart's inputs while a hand moves its sled: switches the motor off, polls the motor driver, drives nothing.

import * as machine from "../../shared/cart-machine"
import {
    EVENT_STATE,
    GOOD,
    isFault,
    REFUSED_CONTROL,
    REFUSED_ESTOP,
    REFUSED_NO_CONTROL,
    sentenceOf,
} from "../../shared/codes"
import {
    type Event,
    type Hello,
    type Refusal,
    type Status,
    STATUS_MOTOR_ON,
    STATUS_SAFE,
} from "../../shared/protocol/messages"
import { Interrupted, RunError } from "../errors"
import { faultText } from "../fault-text"
import type { CartSession } from "../link/cart-session"
import { Dump } from "../registers/dump"
import type { WiringCheck } from "../registers/wiring-check"
import { cartReadingOf, readingOf } from "../registers/wiring-reading"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"

/**
 * Asks the operator whether the stopped cart may be reset.
 * @param isAgain the cart has refused a reset, as the emergency stop's chain was still open
 * @param answer is called once with the answer, or never
 * @returns a function that withdraws the question
 */
export type AskReset = (isAgain: boolean, answer: (mayReset: boolean) => void) => () => void

/** States in which the motor is off for the hand; in fault it may be. */
const READ_IN: readonly number[] = [
    machine.STATE_MANUAL,
    machine.STATE_FAULT,
    machine.STATE_STOPPED,
]

export class WiringClient {
    hello: Hello | undefined
    failure: RunError | undefined
    done = false
    readonly task = "report its inputs"
    private state = machine.STATE_BOOT
    private safe = false
    private motorOn = false
    private fault = GOOD
    private dump: Dump | undefined
    /** Of the calibration in use, from the first dump. */
    private encoderNmPerCount: number | undefined
    private engaging = false
    /** The reset was requested, and its result is awaited. */
    private isResetting = false
    private withdraw: () => void = () => undefined

    constructor(
        private readonly session: CartSession,
        readonly check: WiringCheck,
        private readonly nowMs: () => number,
        private readonly askReset: AskReset
    ) {}

    get stateName(): string {
        return machine.STATE_NAMES[this.state] ?? `state ${this.state}`
    }

    /** The session has ended: withdraws an open question. */
    close(): void {
        this.withdraw()
    }

    abort(): void {
        this.failure ??= new Interrupted(
            `the check was ended; nothing was moved (state: ${this.stateName}).`
        )
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onRegister: register => {
            this.dump?.add(register)
            this.onRegister()
        },
    }

    private onStatus({ state, fault, flags }: Status): void {
        this.safe = (flags & STATUS_SAFE) !== 0
        this.motorOn = (flags & STATUS_MOTOR_ON) !== 0
        this.fault = fault
        this.onState(state)
    }

    private onEvent({ code, value }: Event): void {
        if (code === EVENT_STATE) this.onState(value)
        if (isFault(code)) this.fault = code
    }

    private onState(state: number): void {
        if (state === this.state) return
        this.state = state
        switch (state) {
            case machine.STATE_BOOT:
            case machine.STATE_SELF_TEST:
                return
            case machine.STATE_UNHOMED:
            case machine.STATE_READY:
            case machine.STATE_COMPLETED:
                if (this.engaging) return void (this.done = true)
                if (this.isResetting) this.onReset("done")
                this.session.command(machine.COMMAND_RELEASE)
                return
            case machine.STATE_MANUAL:
            case machine.STATE_FAULT:
            case machine.STATE_STOPPED:
                // The chain has opened again, or its self test has failed.
                if (this.isResetting) this.onReset("open")
                if (this.engaging) return void (this.done = true)
                return this.poll()
            default:
                this.fail(
                    `The cart is ${this.stateName}: it is in use; finish that procedure and try again.`
                )
        }
    }

    /** A dump is restarted as soon as the inputs have come: a hand is quicker than a whole dump. */
    private poll(): void {
        this.dump = new Dump(this.session.command(machine.COMMAND_DUMP))
    }

    private onRegister(): void {
        this.encoderNmPerCount ??= this.dump?.scale?.encoderNmPerCount
        if (!this.dump || this.encoderNmPerCount === undefined || !READ_IN.includes(this.state))
            return
        const reading = readingOf(this.dump, this.encoderNmPerCount)
        if (reading === undefined || this.engaging || this.done) return
        this.dump = undefined
        if (reading === null)
            return this.fail(
                "The motor driver does not answer; check its supply and SPI wiring with `ivus doctor` first."
            )
        const { check, state, safe, fault } = this
        if (state === machine.STATE_FAULT && this.motorOn)
            return this.fail(
                `The cart holds its sled, as it is in fault: ${faultText(fault)}. Remove the cause, switch the cart off and on, and try again.`
            )
        check.take({ ...reading, ...cartReadingOf(state, safe, fault) }, this.nowMs())
        this.offerReset()
        if (!check.done) return this.poll()
        // A sled with wrong wires stays without current.
        if (!check.isGood || state !== machine.STATE_MANUAL) this.done = true
        else {
            this.engaging = true
            this.session.command(machine.COMMAND_ENGAGE)
        }
    }

    /** Asks the operator while the check waits for the release of the emergency stop. */
    private offerReset(): void {
        const { check } = this
        if (!check.isReleasing) return this.withdraw()
        if (!check.wantsReset) return
        check.onReset("asked")
        this.withdraw = this.askReset(check.isOpen, mayReset => {
            if (!check.isReleasing) return
            if (!mayReset) return check.onReset("declined")
            this.isResetting = true
            this.session.command(machine.COMMAND_RESET)
        })
    }

    private onReset(result: "done" | "open"): void {
        this.isResetting = false
        if (this.check.isReleasing) this.check.onReset(result)
    }

    private onRefusal({ reason, serial, value }: Refusal): void {
        if (reason === REFUSED_ESTOP) return this.onReset("open")
        if (reason === REFUSED_CONTROL || reason === REFUSED_NO_CONTROL)
            return this.fail(`The cart refused: ${refusalText(reason, value)}.`)
        // A dump that a change of state ended.
        if (this.dump && serial !== this.dump.serial) return
        this.fail(`The cart refused: ${sentenceOf(reason)}.`)
    }

    private fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
