// Predicts how far the speed of the sled will be from its set point with a calibration record.

import {
    type Calibration,
    MICROSTEPS_PER_REVOLUTION,
    screwSpeedFactor,
} from "../../shared/motion/calibration"
import { SPEED_MIN_NM_S } from "../../shared/motion/ramp"
import type { Measurement } from "./measurement"
import { screwNmAt } from "./screw"

/** Time over which the speed is taken, as in the requirement. */
const WINDOW_S = 0.1
/** Travel in that time at the lowest speed, where an error of position weighs most. */
export const WINDOW_NM = SPEED_MIN_NM_S * WINDOW_S
/** Places of a revolution at which the speed is predicted. */
const PLACES = 400

/** Mean speed of the sled over its set point, minus 1. */
export function expectedMeanError(measured: Measurement, record: Calibration): number {
    return (
        (measured.clockHz / record.fclk_hz) * (record.microsteps_per_m / measured.microstepsPerM) -
        1
    )
}

/**
 * Errors of the speed over 100 ms at the lowest speed, as parts of the set point, at {@link PLACES} equal steps of a revolution. The
 * firmware divides the speed of the motor by the slope of the record's table, and the sled has the slope of the measured screw.
 */
export function expectedErrors(measured: Measurement, record: Calibration): number[] {
    const leadNm = (MICROSTEPS_PER_REVOLUTION * 1e9) / measured.microstepsPerM
    const mean = expectedMeanError(measured, record)
    const stepNm = leadNm / PLACES
    const speeds = Array.from({ length: PLACES }, (_, i) => {
        const risen =
            screwNmAt(measured.screw, (i + 1) / PLACES) - screwNmAt(measured.screw, i / PLACES)
        const middle = ((i + 0.5) / PLACES) * MICROSTEPS_PER_REVOLUTION
        return (1 + risen / stepNm) / screwSpeedFactor(record, middle)
    })
    const length = Math.round(WINDOW_NM / stepNm)
    return speeds.map((_, i) => {
        let sum = 0
        for (let k = 0; k < length; k++) sum += speeds[(i + k) % PLACES]!
        return (1 + mean) * (sum / length) - 1
    })
}

/** Largest of {@link expectedErrors}, with the change of the lead from one revolution to the next. */
export function worstExpectedError(measured: Measurement, record: Calibration): number {
    const errors = expectedErrors(measured, record)
    return Math.max(...errors.map(Math.abs)) + measured.unevenness
}
