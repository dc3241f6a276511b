// Drives the calibration of a cart's sled: home, calibrate, and read the record that the cart then uses.

import * as machine from "../../shared/cart-machine"
import type { Event, Hello, RegisterValue, Refusal } from "../../shared/protocol/messages"
import { CART_CALIBRATION_REASON, DUMP_CART } from "../../shared/protocol/register-dump"
import { EVENT_FAULT, EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { ProcedureOptions, Round } from "../calibration/procedure"
import type { HostSession } from "../link/host-session"
import { Dump } from "../registers/dump"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"
import { SledCalibration } from "./sled-calibration"
import { Interrupted, RunError } from "../errors"

export class CalibrationClient {
    hello: Hello | undefined
    after: Dump | undefined
    failure: RunError | undefined
    readonly task = "finish its calibration"
    private state = -1
    private aborted = false
    private calibration: SledCalibration | undefined

    constructor(
        private readonly session: HostSession,
        private readonly options: ProcedureOptions = {}
    ) {}

    get done(): boolean {
        return this.after?.complete ?? false
    }

    /** Registers before the calibration. */
    get before(): Dump | undefined {
        return this.calibration?.before
    }

    get rounds(): readonly Round[] {
        return this.calibration?.procedure?.rounds ?? []
    }

    /** The name of the cart's state, with the round. */
    get stateName(): string {
        const round = this.calibration ? `, round ${this.rounds.length + 1}` : ""
        return `${machine.STATE_NAMES[this.state] ?? "boot"}${round}`
    }

    /** Progress of the round that is measured; undefined while the sled is homed. */
    get fraction(): number | undefined {
        return this.calibration?.procedure?.fraction
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
                `the sled has stopped (state: ${machine.STATE_NAMES[this.state] ?? "boot"}); its calibration is not finished.`
            )
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: ({ state }) => this.onState(state),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onSurvey: sample => this.calibration?.onSurvey(sample),
        onRegister: register => this.onRegister(register),
    }

    private onEvent(event: Event): void {
        if (!this.aborted) this.calibration?.onEvent(event)
        if (event.code === EVENT_STATE) this.onState(event.value)
        else if (event.code === EVENT_FAULT)
            this.fail(`The cart stopped: ${sentenceOf(event.value)}.`)
        this.failure ??= this.calibration?.failure
    }

    private onRegister(register: RegisterValue): void {
        this.calibration?.onRegister(register)
        if (!this.after) return
        this.after.add(register)
        const code = this.after.read(DUMP_CART, CART_CALIBRATION_REASON) ?? 0
        if (this.after.complete && code !== 0)
            this.fail(
                `The sled does not move as just measured: ${sentenceOf(code)}. Check that the sled moves freely, check lead screw and encoder, and try again.`
            )
    }

    private onState(state: number): void {
        if (state === this.state) return
        const first = this.state < 0
        this.state = state
        if (this.aborted) this.stop()
        else if (this.calibration) this.onCalibrating(this.calibration, state)
        else if (state === machine.STATE_UNHOMED) this.session.command(machine.COMMAND_HOME)
        // Also a homed sled is homed: it must stand at its start.
        else if (state === machine.STATE_READY && first) this.session.command(machine.COMMAND_HOME)
        else if (state === machine.STATE_READY)
            this.calibration = new SledCalibration(this.session, this.options)
        else if (machine.isLatched(state) && first)
            // A fault that occurs later is reported by its event, with its code.
            this.fail(
                "The cart is in fault; find the cause with `ivus doctor`, remove it, acknowledge the fault and try again."
            )
        else if (machine.fires(state) || state === machine.STATE_MANUAL)
            this.fail(`The cart is ${machine.STATE_NAMES[state]}; bring it to ready and try again.`)
    }

    private onCalibrating(calibration: SledCalibration, state: number): void {
        calibration.onState(state)
        this.failure ??= calibration.failure
        if (calibration.done && !this.after)
            this.after = new Dump(this.session.command(machine.COMMAND_DUMP))
    }

    private onRefusal(refusal: Refusal): void {
        this.fail(`The cart refused: ${refusalText(refusal.reason, refusal.value)}.`)
    }

    private fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
