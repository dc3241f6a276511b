// Drives the calibration of a cart's sled: home, calibrate, and read the record that the cart then uses.

import * as machine from "../../shared/cart-machine"
import type { Event, Hello, RegisterValue, Refusal, Status } from "../../shared/protocol/messages"
import { CART_CALIBRATION_REASON, DUMP_CART } from "../../shared/protocol/register-dump"
import { EVENT_STATE, isFault, sentenceOf } from "../../shared/codes"
import type { ProcedureOptions, Round } from "../calibration/procedure"
import type { CartSession } from "../link/cart-session"
import { Dump } from "../registers/dump"
import { refusalText } from "../sequence/refusal-text"
import { OperatedClient } from "./operated-client"
import type { Operator } from "./operator"
import type { RunListener } from "./run-receiver"
import { SledCalibration } from "./sled-calibration"
import { Interrupted } from "../errors"

export class CalibrationClient extends OperatedClient {
    hello: Hello | undefined
    after: Dump | undefined
    readonly task = "finish its calibration"
    private calibration: SledCalibration | undefined

    /** @param operator is asked before a fault is acknowledged or the cart is reset; the motions were allowed before */
    constructor(
        session: CartSession,
        operator: Operator,
        private readonly options: ProcedureOptions = {}
    ) {
        super(session, operator)
    }

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
    override get stateName(): string {
        const round = this.calibration ? `, round ${this.rounds.length + 1}` : ""
        return `${super.stateName}${round}`
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
                `the sled has stopped (state: ${super.stateName}); its calibration is not finished.`
            )
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onSurvey: sample => this.calibration?.onSurvey(sample),
        onRegister: register => this.onRegister(register),
    }

    private onStatus(status: Status): void {
        this.onState(status.state)
        this.checkLatched(status)
    }

    private onEvent(event: Event): void {
        if (!this.aborted) this.calibration?.onEvent(event)
        if (event.code === EVENT_STATE) this.onState(event.value)
        else if (isFault(event.code)) this.failByFault(event.code, event.value)
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
        const before = this.state
        this.state = state
        if (this.aborted) this.stop()
        else if (this.failure) return
        else if (this.calibration) this.onCalibrating(this.calibration, state)
        else if (state === machine.STATE_UNHOMED && machine.moves(before))
            this.fail("The motion was stopped at the cart; start the command again.")
        else if (state === machine.STATE_UNHOMED) this.session.command(machine.COMMAND_HOME)
        // Also a homed sled is homed: it must stand at its start.
        else if (state === machine.STATE_READY && before !== machine.STATE_HOMING)
            this.session.command(machine.COMMAND_HOME)
        else if (state === machine.STATE_READY)
            this.calibration = new SledCalibration(this.session, this.options)
        else if (machine.fires(state) || state === machine.STATE_MANUAL)
            this.fail(`The cart is ${this.stateName}; bring it to ready and try again.`)
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
}
