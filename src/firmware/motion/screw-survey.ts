// Measures clock, scale and screw error of the sled while it moves at constant speed.
// Encoder minus motor is folded over one revolution of the screw. Samples are taken every 10 ms and averaged over all
// revolutions, which removes the encoder's rounding. Only whole revolutions count, so that the screw error has mean 0.

import {
    MICROSTEPS_PER_REVOLUTION,
    screwErrorNm,
    SCREW_POINTS,
} from "../../shared/motion/calibration"
import { calibration, nmPerMicrostep } from "./units"

const sums_nm: number[] = []
const counts: number[] = []
let samples = 0
let first_microsteps = 0
let first_tick_us = 0
let first_nm = 0
let last_microsteps = 0
let last_tick_us = 0
let last_nm = 0
let commanded_sum_usteps_s = 0

export function clearSurvey(): void {
    for (let i = 0; i < SCREW_POINTS; ++i) {
        sums_nm[i] = 0
        counts[i] = 0
    }
    samples = 0
    commanded_sum_usteps_s = 0
}

// Allocates the arrays at program start.
clearSurvey()

/**
 * @param microsteps of the motor, `encoder_nm` of the sled, both read at `tick_us`
 * @param commanded_usteps_s speed that VMAX sets, by the calibration's clock
 */
export function addSurveySample(
    microsteps: number,
    encoder_nm: number,
    tick_us: number,
    commanded_usteps_s: number,
    nm_per_microstep: number
): void {
    if (samples === 0) {
        first_microsteps = microsteps
        first_tick_us = tick_us
        first_nm = encoder_nm
    }
    const revolutions = microsteps / MICROSTEPS_PER_REVOLUTION
    const place = (revolutions - Math.floor(revolutions)) * SCREW_POINTS
    const point = Math.round(place) % SCREW_POINTS
    sums_nm[point] += encoder_nm - microsteps * nm_per_microstep
    counts[point]++
    commanded_sum_usteps_s += commanded_usteps_s
    samples++
    last_microsteps = microsteps
    last_tick_us = tick_us
    last_nm = encoder_nm
}

function surveyedMicrosteps(): number {
    return last_microsteps - first_microsteps
}

/** Revolutions surveyed, with their fraction; negative towards the home switch. */
export function surveyedRevolutions(): number {
    return samples === 0 ? 0 : surveyedMicrosteps() / MICROSTEPS_PER_REVOLUTION
}

/** Whether every point of the screw has at least one sample. */
export function surveyIsComplete(): boolean {
    for (let i = 0; i < SCREW_POINTS; ++i) if (counts[i] === 0) return false
    return true
}

/** Mean of encoder minus motor over all points. */
function surveyMeanNm(): number {
    let sum = 0
    for (let i = 0; i < SCREW_POINTS; ++i) sum += sums_nm[i] / counts[i]
    return sum / SCREW_POINTS
}

/**
 * The measured screw error, mean 0, in whole nm: each point with its two neighbours on either side, 1 2 3 2 1. This halves the
 * encoder's rounding and the ripple of the motor's full steps, and takes 2.5 % of the screw error.
 */
function measuredScrewNm(): number[] {
    const screw_nm: number[] = []
    const mean = surveyMeanNm()
    for (let i = 0; i < SCREW_POINTS; ++i) {
        let sum = 0
        for (let k = -2; k <= 2; ++k) {
            const at = (i + k + SCREW_POINTS) % SCREW_POINTS
            sum += ((3 - Math.abs(k)) * sums_nm[at]) / counts[at]
        }
        screw_nm.push(Math.round(sum / 9 - mean))
    }
    return screw_nm
}

/** True clock of the motor driver over that of the calibration. */
export function surveyClockRatio(): number {
    const elapsed_us = (last_tick_us - first_tick_us) >>> 0
    const commanded_usteps_s = commanded_sum_usteps_s / samples
    return (surveyedMicrosteps() * 1000000) / elapsed_us / commanded_usteps_s
}

/** Measured travel over the travel by the calibration's scale. */
export function surveyScaleRatio(): number {
    return (last_nm - first_nm) / (surveyedMicrosteps() * nmPerMicrostep())
}

/** Largest difference between measured and calibrated screw error, in nm. */
export function surveyScrewDifferenceNm(): number {
    const screw_nm = measuredScrewNm()
    let largest_nm = 0
    for (let i = 0; i < SCREW_POINTS; ++i) {
        const at = (i * MICROSTEPS_PER_REVOLUTION) / SCREW_POINTS
        const nm = Math.abs(screw_nm[i] - screwErrorNm(calibration, at))
        if (nm > largest_nm) largest_nm = nm
    }
    return largest_nm
}
