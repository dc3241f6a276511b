// Measures clock, scale, backlash and lead-screw error from strokes out and back, by least squares.

import {
    BACKLASH_MAX_NM,
    type Calibration,
    MICROSTEPS_PER_REVOLUTION,
} from "../../shared/motion/calibration"
import type { Survey } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import { LeastSquares } from "./least-squares"
import { HARMONICS, harmonicsAt, type ScrewHarmonics, screwTable } from "./screw"
import { type SteadySample, steadyPart, type SteadyStroke } from "./stroke"

const TWO_24 = 2 ** 24
const NM_PER_M = 1e9

/** What strokes in both directions say about the sled. */
export interface Measurement {
    /** Clock of the motor driver. */
    readonly clockHz: number
    readonly microstepsPerM: number
    /** Lost motion when the direction changes, the windup of nut and motor included. */
    readonly backlashNm: number
    readonly screw: ScrewHarmonics
    /** What the fit leaves, root mean square; the encoder's rounding alone is 0.29 counts. */
    readonly residualNm: number
    /** Largest change of the lead from one revolution to the next, as a part of it: no record can correct it. */
    readonly unevenness: number
    readonly samples: number
}

/**
 * @param surveys strokes in both directions, sampled while `inForce` was the cart's calibration
 * @throws RunError when they do not determine the values
 */
export function measure(
    surveys: readonly (readonly Survey[])[],
    inForce: Calibration
): Measurement {
    const strokes = surveys.map(steadyPart)
    const sled = new SledFit(strokes, inForce)
    return {
        clockHz: clockOf(strokes),
        microstepsPerM: (MICROSTEPS_PER_REVOLUTION * NM_PER_M) / sled.leadNm,
        backlashNm: sled.offsetNm[1] - sled.offsetNm[0],
        screw: sled.screw,
        residualNm: sled.residualNm(),
        unevenness: sled.unevenness(),
        samples: strokes.reduce((sum, stroke) => sum + stroke.samples.length, 0),
    }
}

/** The record of a measurement. */
export function recordOf(measured: Measurement, encoder_nm_per_count: number): Calibration {
    return {
        fclk_hz: Math.round(measured.clockHz),
        microsteps_per_m: Math.round(measured.microstepsPerM),
        encoder_nm_per_count,
        // The encoder's rounding may make a backlash of nothing negative, and one of the maximum exceed it.
        backlash_nm: Math.min(BACKLASH_MAX_NM, Math.max(0, Math.round(measured.backlashNm))),
        screw_nm: screwTable(measured.screw),
    }
}

/** Speed of the motor by the line clock over the speed that VMAX sets: v[usteps/s] = VMAX · fCLK / 2^24 (TMC5160 data sheet). */
function clockOf(strokes: readonly SteadyStroke[]): number {
    const fit = new LeastSquares(1 + strokes.length)
    strokes.forEach(({ direction, vmax, samples }, n) => {
        const equation = new Array<number>(1 + strokes.length).fill(0)
        equation[1 + n] = 1
        for (const s of samples) {
            equation[0] = (direction * vmax * s.elapsedUs) / 1e6 / TWO_24
            fit.add(equation, s.motorUsteps)
        }
    })
    const clockHz = fit.solve()?.[0]
    if (clockHz === undefined)
        throw new RunError("The cart's line clock stands still; check the front end.")
    return clockHz
}

/** Microsteps of the motor driver's encoder count per nm: it is set in ten-thousandths of a microstep. */
function encoderNmPerUstep({ encoder_nm_per_count, microsteps_per_m }: Calibration): number {
    const ustepsPerCount = (encoder_nm_per_count * microsteps_per_m) / NM_PER_M
    return encoder_nm_per_count / (Math.round(ustepsPerCount * 1e4) / 1e4)
}

/** Encoder position as a line over the angle of the screw, plus harmonics; one offset for each direction. */
class SledFit {
    /** Towards the far end, towards home. */
    readonly offsetNm: readonly [number, number]
    readonly leadNm: number
    readonly screw: ScrewHarmonics
    private readonly solution: readonly number[]
    private readonly equation = new Float64Array(3 + 2 * HARMONICS)
    private readonly nmPerUstep: number
    private readonly middle: number

    constructor(
        private readonly strokes: readonly SteadyStroke[],
        inForce: Calibration
    ) {
        this.nmPerUstep = encoderNmPerUstep(inForce)
        const motor = strokes.flatMap(({ samples }) => samples.map(s => s.motorUsteps))
        this.middle = motor.reduce((sum, usteps) => sum + usteps, 0) / motor.length
        const fit = new LeastSquares(this.equation.length)
        for (const { direction, samples } of strokes)
            for (const s of samples) fit.add(this.equationOf(direction, s), this.encoderNm(s))
        const solution = fit.solve()
        if (!solution) throw new RunError("The cart did not move in both directions; try again.")
        this.solution = solution
        this.offsetNm = [solution[0]!, solution[1]!]
        this.leadNm = solution[2]!
        this.screw = solution.slice(3)
    }

    private encoderNm(s: SteadySample): number {
        return s.encoderUsteps * this.nmPerUstep
    }

    /** Overwritten by the next call. */
    private equationOf(direction: number, { motorUsteps }: SteadySample): Float64Array {
        const { equation } = this
        equation[0] = direction > 0 ? 1 : 0
        equation[1] = direction > 0 ? 0 : 1
        equation[2] = (motorUsteps - this.middle) / MICROSTEPS_PER_REVOLUTION
        harmonicsAt(motorUsteps / MICROSTEPS_PER_REVOLUTION, equation, 3)
        return equation
    }

    private residualOf(direction: number, s: SteadySample): number {
        const equation = this.equationOf(direction, s)
        return this.encoderNm(s) - this.solution.reduce((sum, x, i) => sum + x * equation[i]!, 0)
    }

    residualNm(): number {
        const squares = this.strokes.flatMap(({ direction, samples }) =>
            samples.map(s => this.residualOf(direction, s) ** 2)
        )
        return Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length)
    }

    unevenness(): number {
        let largest = 0
        for (const { direction, samples } of this.strokes) {
            const sums = new Map<number, { sum: number; n: number }>()
            for (const s of samples) {
                const revolution = Math.floor(s.motorUsteps / MICROSTEPS_PER_REVOLUTION)
                const all = sums.get(revolution) ?? { sum: 0, n: 0 }
                all.sum += this.residualOf(direction, s)
                all.n++
                sums.set(revolution, all)
            }
            // The first and the last revolution are not whole.
            const means = [...sums].sort(([a], [b]) => a - b).slice(1, -1)
            const nm = means.map(([, { sum, n }]) => sum / n)
            for (let i = 1; i < nm.length; i++)
                largest = Math.max(largest, Math.abs(nm[i]! - nm[i - 1]!) / this.leadNm)
        }
        return largest
    }
}
