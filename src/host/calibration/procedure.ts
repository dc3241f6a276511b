// Calibrates a sled in rounds: strokes out and back, a new record, homing, and again, until measurement and record agree.

import * as machine from "../../shared/cart-machine"
import type { Calibration } from "../../shared/motion/calibration"
import type { Survey } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import { type Agreement, compare, disagreements, refusalOf } from "./agreement"
import { measure, type Measurement, recordOf } from "./measurement"

/** What the procedure needs of a session. */
export interface CalibratedCart {
    command(command: number, argument?: number): unknown
    calibration(record: Calibration): void
}

export interface ProcedureOptions {
    /** Length of a stroke; at most 30 mm. */
    readonly strokeMm?: number
    /** Rounds after which the sled counts as changing while it is measured. */
    readonly roundsMax?: number
    /** Whether the first record is verified by strokes of its own, and not only by the survey of the next homing. */
    readonly verify?: boolean
}

/** One revolution is left out at the start, 20 are measured: 3000 samples, 0.01 um in each harmonic of the screw. */
const STROKE_MM = 21.5
const ROUNDS_MAX = 4

/** Strokes out and back, and what they say about the record that was in force. */
export interface Round {
    readonly inForce: Calibration
    readonly measured: Measurement
    readonly agreement: Agreement
}

export class CalibrationProcedure {
    readonly rounds: Round[] = []
    /** The sled is parked, and the record in force agrees with it. */
    done = false
    private readonly strokeUm: number
    private readonly roundsMax: number
    private readonly verify: boolean
    private strokes: Survey[][] = []
    private step: "idle" | "stroke" | "homing" | "parking" = "idle"

    /** @param inForce the record that the cart uses now */
    constructor(
        private readonly cart: CalibratedCart,
        public inForce: Calibration,
        options: ProcedureOptions = {}
    ) {
        this.strokeUm = 1000 * (options.strokeMm ?? STROKE_MM)
        this.roundsMax = options.roundsMax ?? ROUNDS_MAX
        this.verify = options.verify ?? true
    }

    /** Progress of the strokes of this round; undefined while the sled is homed or parked. */
    get fraction(): number | undefined {
        const samples = this.strokes.at(-1)
        const last = samples?.at(-1)
        if (this.step !== "stroke" || !last) return undefined
        const moved = Math.abs(last.motor_usteps - samples![0]!.motor_usteps)
        const part = moved / (this.strokeUm * (this.inForce.microsteps_per_m / 1e6))
        return Math.min(1, (this.strokes.length - 1 + part) / 2)
    }

    /** Starts the first round; the cart is ready and its sled parked. */
    begin(): void {
        this.strokes = []
        this.stroke(1)
    }

    /** To be called for each sample of a stroke. */
    onSurvey(sample: Survey): void {
        this.strokes.at(-1)?.push(sample)
    }

    /**
     * To be called for each new state of the cart.
     * @throws RunError when the sled cannot be calibrated
     */
    onState(state: number): void {
        if (this.step === "homing" && state === machine.STATE_UNHOMED)
            this.cart.command(machine.COMMAND_HOME)
        if (state !== machine.STATE_READY) return
        if (this.step === "homing") this.afterHoming()
        else if (this.step === "parking") {
            this.step = "idle"
            this.done = true
        } else if (this.step === "stroke") {
            if (this.strokes.length === 1) this.stroke(-1)
            else this.finishRound()
        }
    }

    private stroke(direction: 1 | -1): void {
        this.step = "stroke"
        this.strokes.push([])
        this.cart.command(machine.COMMAND_CALIBRATE, direction * this.strokeUm)
    }

    private afterHoming(): void {
        if (this.verify) return this.begin()
        this.step = "idle"
        this.done = true
    }

    private finishRound(): void {
        const { inForce, rounds } = this
        const measured = measure(this.strokes, inForce)
        const agreement = compare(measured, inForce)
        rounds.push({ inForce, measured, agreement })
        const refusal = refusalOf(measured, inForce.encoder_nm_per_count)
        if (refusal) throw new RunError(refusal)
        const changed = disagreements(agreement, inForce)
        if (changed.length === 0) {
            this.step = "parking"
            this.cart.command(machine.COMMAND_RETURN)
        } else if (rounds.length === this.roundsMax)
            throw new RunError(
                `The sled changes while it is measured; after ${rounds.length} rounds the last two still differ in ${changed.join(", ")}: check that it is warm and moves freely, and try again.`
            )
        else {
            this.inForce = recordOf(measured, inForce.encoder_nm_per_count)
            this.step = "homing"
            this.cart.calibration(this.inForce)
        }
    }
}
