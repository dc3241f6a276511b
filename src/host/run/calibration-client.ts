// Drives the calibration of a cart's sled: home, read the stored calibration, measure, home again, read the new one.
// The firmware does the measuring.

import * as machine from "../../shared/cart-machine"
import type { Event, Hello, Refusal, Status } from "../../shared/protocol/messages"
import { CART_CALIBRATION_REASON, DUMP_CART } from "../../shared/protocol/register-dump"
import { EVENT_CALIBRATED, EVENT_FAULT, EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { HostSession } from "../link/host-session"
import { Dump } from "../registers/dump"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"
import { RunError } from "../errors"

/** Code (codes.ts) of why the measured calibration is not used; 0 if it is. */
function calibrationCode(dump: Dump): number {
    return dump.read(DUMP_CART, CART_CALIBRATION_REASON) ?? 0
}

export class CalibrationClient {
    hello: Hello | undefined
    before: Dump | undefined
    after: Dump | undefined
    failure: RunError | undefined
    readonly task = "finish its calibration"
    private state = -1
    private requested = false
    private calibrated = false

    constructor(private readonly session: HostSession) {}

    get done(): boolean {
        return this.after?.complete ?? false
    }

    /** The name of the cart's state. */
    get stateName(): string {
        return machine.STATE_NAMES[this.state] ?? "boot"
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onRegister: register => {
            this.before?.add(register)
            this.after?.add(register)
            if (this.before?.complete && !this.requested) {
                this.requested = true
                this.session.command(machine.COMMAND_CALIBRATE)
            }
            if (this.after?.complete) this.checkCalibration()
        },
    }

    private onStatus({ state }: Status): void {
        this.onState(state)
    }

    private onEvent(event: Event): void {
        if (event.code === EVENT_STATE) this.onState(event.value)
        else if (event.code === EVENT_CALIBRATED) this.calibrated = true
        else if (event.code === EVENT_FAULT)
            this.fail(`The cart stopped: ${sentenceOf(event.value)}.`)
    }

    private onState(state: number): void {
        if (state === this.state) return
        const first = this.state < 0
        this.state = state
        if (state === machine.STATE_UNHOMED) this.session.command(machine.COMMAND_HOME)
        else if (state === machine.STATE_READY) {
            const dump = new Dump(this.session.command(machine.COMMAND_DUMP))
            if (this.calibrated) this.after = dump
            else this.before = dump
        } else if (state === machine.STATE_FAULT && first)
            // A fault that occurs later is reported by its event, with its code.
            this.fail(
                "The cart is in fault; find the cause with `ivus doctor`, remove it, acknowledge the fault and try again."
            )
        else if (machine.fires(state) || state === machine.STATE_MANUAL)
            this.fail(`The cart is ${machine.STATE_NAMES[state]}; bring it to ready and try again.`)
    }

    private checkCalibration(): void {
        const code = calibrationCode(this.after!)
        if (code !== 0)
            this.fail(
                `The sled does not move as just measured: ${sentenceOf(code)}. Check that the sled moves freely, check lead screw and encoder, and try again.`
            )
    }

    private onRefusal(refusal: Refusal): void {
        this.fail(`The cart refused: ${refusalText(refusal.reason, refusal.value)}.`)
    }

    private fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
