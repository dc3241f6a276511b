// Calibrates the sled of a cart that is ready: reads the record in force, then runs the rounds of ../calibration.

import * as machine from "../../shared/cart-machine"
import { EVENT_CALIBRATED, EVENT_STOPPED } from "../../shared/codes"
import type { Event, RegisterValue, Survey } from "../../shared/protocol/messages"
import { CalibrationProcedure, type ProcedureOptions } from "../calibration/procedure"
import { RunError } from "../errors"
import type { CartSession } from "../link/cart-session"
import { calibrationOf } from "../registers/calibration-of"
import { Dump } from "../registers/dump"

type Session = Pick<CartSession, "command" | "calibration">

/** For a virtual cart, whose sled does not change: one round over ten revolutions, checked by the survey of the next homing. */
export const QUICK = { strokeMm: 11.5, verify: false }

export class SledCalibration {
    /** Why the sled cannot be calibrated; set once the former record has been restored. */
    failure: RunError | undefined
    procedure: CalibrationProcedure | undefined
    /** Registers before the first round. */
    readonly before: Dump
    private refusal: RunError | undefined

    /** Begins at once; the cart is ready. */
    constructor(
        private readonly session: Session,
        private readonly options: ProcedureOptions = {}
    ) {
        this.before = new Dump(session.command(machine.COMMAND_DUMP))
    }

    /** The sled is parked, and the cart uses a record that agrees with it. */
    get done(): boolean {
        return this.procedure?.done ?? false
    }

    onRegister(register: RegisterValue): void {
        const { before } = this
        if (this.procedure) return
        before.add(register)
        if (!before.complete) return
        this.procedure = new CalibrationProcedure(this.session, calibrationOf(before), this.options)
        this.procedure.begin()
    }

    onSurvey(sample: Survey): void {
        this.procedure?.onSurvey(sample)
    }

    onEvent(event: Event): void {
        if (event.code === EVENT_CALIBRATED && this.refusal) this.failure = this.refusal
        // A stop is not undone.
        if (event.code === EVENT_STOPPED)
            this.refusal = this.failure ??= new RunError(
                "The motion was stopped at the cart; start the command again."
            )
    }

    /** To be called for each new state of the cart. */
    onState(state: number): void {
        if (this.refusal) return
        try {
            this.procedure?.onState(state)
        } catch (error) {
            if (!(error instanceof RunError)) throw error
            this.refuse(error)
        }
    }

    /** A record that was not verified does not stay in force. */
    private refuse(error: RunError): void {
        const { procedure, session, before } = this
        this.refusal = error
        if (procedure!.rounds.length < 2) this.failure = error
        else session.calibration(calibrationOf(before))
    }
}
