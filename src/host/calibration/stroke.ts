// One stroke of the sled in one direction, as the cart samples it, and the part of it at constant speed.

import { MICROSTEPS_PER_REVOLUTION } from "../../shared/motion/calibration"
import type { Survey } from "../../shared/protocol/messages"
import { RunError } from "../errors"

/** Motor travel at the start that is left out: the ramp, a backlash of 0.1 mm, and the windup of nut and motor. */
const LEAD_IN_USTEPS = MICROSTEPS_PER_REVOLUTION
/** Left out before the end, where the motor brakes. */
const LEAD_OUT_USTEPS = 0.2 * MICROSTEPS_PER_REVOLUTION
/** Least samples at constant speed. */
const SAMPLES_MIN = 200
/** A sample this far from its neighbours was garbled on its way: 20 um, or 15 ms. */
const GARBLED_USTEPS = 1024
const NEIGHBOURS = 5
/** Part of the samples that may be garbled. */
const GARBLED_MAX = 0.01

/** A sample of a stroke, with the line clock since its first sample. */
export interface SteadySample {
    readonly elapsedUs: number
    readonly motorUsteps: number
    readonly encoderUsteps: number
}

/** The part of a stroke at constant speed. */
export interface SteadyStroke {
    /** 1 away from the home switch, -1 towards it. */
    readonly direction: 1 | -1
    /** Value of the register VMAX. */
    readonly vmax: number
    readonly samples: readonly SteadySample[]
}

/** @throws RunError when the stroke has too few good samples at constant speed */
export function steadyPart(survey: readonly Survey[]): SteadyStroke {
    const first = survey[0]
    const last = survey.at(-1)
    if (!first || !last) throw new RunError("The cart sent no samples of its move; try again.")
    const direction = last.motor_usteps > first.motor_usteps ? 1 : -1
    const from = first.motor_usteps + direction * LEAD_IN_USTEPS
    const to = last.motor_usteps - direction * LEAD_OUT_USTEPS
    const steady = survey.filter(
        s => direction * (s.motor_usteps - from) >= 0 && direction * (to - s.motor_usteps) >= 0
    )
    if (steady.length < SAMPLES_MIN)
        throw new RunError(
            `The cart sent ${steady.length} samples of its move at constant speed, at least ${SAMPLES_MIN} are needed; try again.`
        )
    if (steady.some(s => s.vmax !== first.vmax))
        throw new RunError("The cart changed its speed during the move; update its firmware.")
    return { direction, vmax: first.vmax, samples: goodSamples(steady) }
}

function goodSamples(steady: readonly Survey[]): SteadySample[] {
    const samples = steady.map(s => ({
        elapsedUs: (s.tick_us - steady[0]!.tick_us) >>> 0,
        motorUsteps: s.motor_usteps,
        encoderUsteps: s.encoder_usteps,
    }))
    const speeds = samples.slice(1).map((s, i) => {
        const before = samples[i]!
        return (s.motorUsteps - before.motorUsteps) / (s.elapsedUs - before.elapsedUs)
    })
    const speed = median(speeds)
    const isGood = [
        nearNeighbours(samples.map(s => s.encoderUsteps - s.motorUsteps)),
        nearNeighbours(samples.map(s => s.motorUsteps - speed * s.elapsedUs)),
    ]
    const good = samples.filter((_, i) => isGood.every(near => near[i]))
    const garbled = samples.length - good.length
    if (garbled > GARBLED_MAX * samples.length)
        throw new RunError(
            `${garbled} of ${samples.length} samples of the move are far from their neighbours; check encoder and motor cable and try again.`
        )
    return good
}

/** Whether each value is near the median of its neighbours. */
function nearNeighbours(values: readonly number[]): boolean[] {
    return values.map((value, i) => {
        const around = values.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1)
        return Math.abs(value - median(around)) <= GARBLED_USTEPS
    })
}

function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b)
    return sorted[sorted.length >> 1]!
}
