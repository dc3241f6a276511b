// A sled in a few formulas, for tests of the measurement: it answers the requests of a calibration with samples.

import * as machine from "../../../shared/cart-machine"
import { type Calibration, MICROSTEPS_PER_REVOLUTION } from "../../../shared/motion/calibration"
import type { Survey } from "../../../shared/protocol/messages"
import type { CalibratedCart } from "../procedure"

export interface InventedSledOptions {
    readonly clockHz: number
    /** True travel of a revolution, over 1 mm. */
    readonly lead: number
    readonly backlashUm: number
    /** Amplitude in um and phase in revolutions of each harmonic, from the first. */
    readonly screw: readonly (readonly [um: number, phase: number])[]
    readonly encoderUm?: number
    /** Further error in um at a motor position in revolutions. */
    readonly extraUm?: (revolutions: number) => number
    /** Uniform random numbers 0 to 1: time of a sample. */
    readonly draw?: () => number
}

/** Speed of a stroke, as the cart's firmware sets it. */
const STROKE_MM_S = 1.33
const START_MM = 1
const TWO_24 = 2 ** 24

export class InventedSled implements CalibratedCart {
    readonly queue: { readonly state: number; readonly survey?: readonly Survey[] }[] = []
    record: Calibration
    clockHz: number
    private motorUsteps = START_MM * MICROSTEPS_PER_REVOLUTION
    private timeUs = 0xffff0000

    constructor(
        readonly options: InventedSledOptions,
        record: Calibration
    ) {
        this.record = record
        this.clockHz = options.clockHz
    }

    command(command: number, argument = 0): void {
        if (command === machine.COMMAND_CALIBRATE)
            this.queue.push(
                { state: machine.STATE_CALIBRATING, survey: this.stroke(argument) },
                { state: machine.STATE_READY }
            )
        else if (command === machine.COMMAND_HOME) {
            this.motorUsteps = START_MM * MICROSTEPS_PER_REVOLUTION
            this.queue.push({ state: machine.STATE_READY })
        } else this.queue.push({ state: machine.STATE_READY })
    }

    calibration(record: Calibration): void {
        this.record = record
        this.queue.push({ state: machine.STATE_UNHOMED })
    }

    /** True position of the sled for a motor that moves in this direction, in um. */
    private sledUm(usteps: number, direction: number): number {
        const { lead, backlashUm, screw, extraUm } = this.options
        const revolutions = usteps / MICROSTEPS_PER_REVOLUTION
        const error = screw.reduce(
            (sum, [um, phase], i) =>
                sum + um * Math.sin(2 * Math.PI * ((i + 1) * revolutions + phase)),
            0
        )
        return (
            1000 * lead * revolutions +
            error -
            (direction * backlashUm) / 2 +
            (extraUm?.(revolutions) ?? 0)
        )
    }

    private stroke(um: number): Survey[] {
        const { fclk_hz, microsteps_per_m } = this.record
        const { encoderUm = 1, draw = () => 0 } = this.options
        const direction = Math.sign(um)
        const vmax = Math.round((STROKE_MM_S * (microsteps_per_m / 1e3) * TWO_24) / fclk_hz)
        const ustepsPerUs = ((vmax * this.clockHz) / TWO_24) * 1e-6
        const length = Math.abs(um) * (microsteps_per_m / 1e6)
        const count = Math.floor(length / (ustepsPerUs * 1e4))
        const from = this.motorUsteps
        const samples: Survey[] = []
        for (let i = 0; i <= count; i++) {
            const us = 1e4 * i + 500 * draw()
            const usteps = from + direction * Math.min(length, ustepsPerUs * us)
            const counts = Math.floor(this.sledUm(usteps, direction) / encoderUm)
            samples.push({
                tick_us: Math.round(this.timeUs + us) >>> 0,
                motor_usteps: Math.round(usteps),
                encoder_usteps: Math.trunc((counts * encoderUm * microsteps_per_m) / 1e6),
                vmax,
            })
        }
        this.timeUs += 1e4 * count + 1e6
        this.motorUsteps = from + direction * Math.round(length)
        return samples
    }
}
