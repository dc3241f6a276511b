// Responsible for: asking a cart to calibrate its sled: homed, what it had, measured, homed again, what it has now.
// Not for: measuring (the firmware) or showing (../cli/calibrate-command.ts).

import * as machine from "../../shared/cart-machine"
import type { Event, Hello, Refusal, Status } from "../../shared/protocol/messages"
import { CART_CALIBRATION_REASON, DUMP_CART } from "../../shared/protocol/register-dump"
import { EVENT_CALIBRATED, EVENT_FAULT, EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { HostSession } from "../link/host-session"
import { Dump } from "../registers/dump"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"
import { RunError } from "../errors"

/** Why a calibration that was measured does not hold: a code of codes.ts, 0 when it does. */
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

    /** 0..1 and what is going on. */
    get progress(): readonly [number, string] {
        const doing = machine.STATE_NAMES[this.state] ?? "boot"
        if (this.after) return [1, doing]
        if (this.state === machine.STATE_CALIBRATING) return [0.3, doing]
        return [this.calibrated ? 0.7 : 0, doing]
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onRegister: register => {
            this.before?.take(register)
            this.after?.take(register)
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
            // Later its event tells which.
            this.fail(
                "The cart is in fault; look at it with `ivus doctor`, mend the cause and acknowledge it."
            )
        else if (machine.fires(state) || state === machine.STATE_MANUAL)
            this.fail(
                `The cart is ${machine.STATE_NAMES[state]}; a calibration begins from a cart that is ready.`
            )
    }

    private checkCalibration(): void {
        const doubt = calibrationCode(this.after!)
        if (doubt !== 0)
            this.fail(
                `The sled does not move as was just measured: ${sentenceOf(doubt)}. Free it, look at screw and encoder, and try again.`
            )
    }

    private onRefusal(refusal: Refusal): void {
        this.fail(`The cart refused: ${refusalText(refusal.reason, refusal.value)}.`)
    }

    private fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
