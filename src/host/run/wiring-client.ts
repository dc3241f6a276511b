// Reads a cart's inputs while a hand moves its sled: switches the motor off, polls the motor driver, drives nothing.

import * as machine from "../../shared/cart-machine"
import { EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { Event, Hello, Refusal, Status } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import type { HostSession } from "../link/host-session"
import { Dump } from "../registers/dump"
import { readingOf, type WiringCheck } from "../registers/wiring-check"
import type { RunListener } from "./run-receiver"

export class WiringClient {
    hello: Hello | undefined
    failure: RunError | undefined
    done = false
    readonly task = "report its inputs"
    private state = machine.STATE_BOOT
    private dump: Dump | undefined
    /** Of the calibration in use, from the first dump. */
    private microstepsPerMm: number | undefined
    private released = false
    private engaging = false

    constructor(
        private readonly session: HostSession,
        readonly check: WiringCheck,
        private readonly nowMs: () => number
    ) {}

    get stateName(): string {
        return machine.STATE_NAMES[this.state] ?? `state ${this.state}`
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

    private onStatus({ state }: Status): void {
        this.onState(state)
    }

    private onEvent({ code, value }: Event): void {
        if (code === EVENT_STATE) this.onState(value)
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
                if (this.engaging) this.done = true
                else if (!this.released) {
                    this.released = true
                    this.session.command(machine.COMMAND_RELEASE)
                }
                return
            // In fault the motor may be off already, such as after a cable has come off; the check sees it.
            case machine.STATE_MANUAL:
            case machine.STATE_FAULT:
            case machine.STATE_STOPPED:
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
        this.microstepsPerMm ??= this.dump?.scale?.microstepsPerMm
        if (!this.dump || this.microstepsPerMm === undefined) return
        const reading = readingOf(this.dump, this.microstepsPerMm)
        if (reading === undefined || this.engaging || this.done) return
        this.dump = undefined
        if (reading === null)
            return this.fail(
                "The motor driver does not answer; check its supply and SPI wiring with `ivus doctor` first."
            )
        this.check.take(reading, this.nowMs())
        if (!this.check.done) return this.poll()
        // A sled with wrong wires stays without current.
        if (!this.check.isGood || this.state !== machine.STATE_MANUAL) this.done = true
        else {
            this.engaging = true
            this.session.command(machine.COMMAND_ENGAGE)
        }
    }

    private onRefusal({ reason, serial }: Refusal): void {
        // A dump that a change of state ended.
        if (this.dump && serial !== this.dump.serial) return
        this.fail(`The cart refused: ${sentenceOf(reason)}.`)
    }

    private fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
