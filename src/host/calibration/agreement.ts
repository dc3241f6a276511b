// Compares a measurement with the calibration in force, and decides whether the sled can be calibrated at all.

import {
    BACKLASH_MAX_NM,
    type Calibration,
    calibrationIsPlausible,
    SCREW_POINTS,
    SCREW_STEP_MAX_NM,
} from "../../shared/motion/calibration"
import { expectedMeanError, worstExpectedError } from "./expected-speed"
import { type Measurement, recordOf } from "./measurement"

/**
 * The requirement is ± 1 % over 100 ms and 0.1 % in the mean. Half of the first is left to friction, and most of the second to
 * temperature and wear. A measurement itself is good to 0.002 % and, with an encoder of 1 um, to 0.1 % over 100 ms.
 */
const CLOCK_LIMIT = 1e-4
const SCALE_LIMIT = 1e-4
const SPEED_LIMIT = 5e-3
/** Two roundings of the encoder, and the windup of nut and motor, which varies with friction. */
const BACKLASH_LIMIT_COUNTS = 2
const WINDUP_LIMIT_NM = 2000
/** A measured backlash above the record's maximum by at most this is stored as the maximum: rounding of the encoder, and windup. */
const BACKLASH_UNCERTAINTY_NM = 3000
/** A once-per-turn error of this amplitude makes 0.25 % of speed. */
const SCREW_LIMIT_NM = 400
/** What the fit may leave beside the encoder's rounding (0.29 counts): vibration of a sled that moves evenly. */
const ROUNDING_COUNTS = 0.29
const VIBRATION_LIMIT_NM = 500

/** How far a measurement is from the calibration in force. */
export interface Agreement {
    /** True clock and scale over the calibrated ones, minus 1. */
    readonly clock: number
    readonly scale: number
    readonly backlashNm: number
    /** Largest difference of the lead-screw tables. */
    readonly screwNm: number
    /** Expected errors of the speed, as parts of it: mean, and worst over 100 ms at the lowest speed. */
    readonly meanSpeed: number
    readonly worstSpeed: number
}

export function compare(measured: Measurement, inForce: Calibration): Agreement {
    const now = recordOf(measured, inForce.encoder_nm_per_count)
    const screw = Array.from({ length: SCREW_POINTS }, (_, i) =>
        Math.abs(now.screw_nm[i]! - (inForce.screw_nm[i] ?? 0))
    )
    return {
        clock: measured.clockHz / inForce.fclk_hz - 1,
        scale: inForce.microsteps_per_m / measured.microstepsPerM - 1,
        backlashNm: now.backlash_nm - inForce.backlash_nm,
        screwNm: Math.max(...screw),
        meanSpeed: expectedMeanError(measured, inForce),
        worstSpeed: worstExpectedError(measured, inForce),
    }
}

const percent = (part: number, digits = 2): string => `${(100 * part).toFixed(digits)} %`
const um = (nm: number): string => `${(nm / 1000).toFixed(1)} um`

/** The parts that do not agree, each with by how much; empty if all agree. */
export function disagreements(agreement: Agreement, inForce: Calibration): string[] {
    const backlashLimitNm = BACKLASH_LIMIT_COUNTS * inForce.encoder_nm_per_count + WINDUP_LIMIT_NM
    const parts: [string, number, number, (value: number) => string][] = [
        ["the clock of the motor driver", agreement.clock, CLOCK_LIMIT, x => percent(x, 3)],
        ["the lead of the screw", agreement.scale, SCALE_LIMIT, x => percent(x, 3)],
        ["the backlash", agreement.backlashNm, backlashLimitNm, um],
        ["the lead-screw error", agreement.screwNm, SCREW_LIMIT_NM, um],
        ["the speed over 100 ms at 0.25 mm/s", agreement.worstSpeed, SPEED_LIMIT, percent],
    ]
    return parts
        .filter(([, value, limit]) => !(Math.abs(value) <= limit))
        .map(
            ([name, value, limit, text]) =>
                `${name} by ${text(Math.abs(value))} (at most ${text(limit)})`
        )
}

/** Why no record can keep this sled to ± 1 %, as a sentence with what to do; undefined if one can. */
export function refusalOf(measured: Measurement, encoderNmPerCount: number): string | undefined {
    const record = recordOf(measured, encoderNmPerCount)
    if (measured.backlashNm > BACKLASH_MAX_NM + BACKLASH_UNCERTAINTY_NM)
        return `The backlash is ${um(measured.backlashNm)}, at most ${um(BACKLASH_MAX_NM)} can be compensated: tighten or replace the nut.`
    if (!calibrationIsPlausible({ ...record, screw_nm: [] }))
        return `The clock of the motor driver is ${(measured.clockHz / 1e6).toFixed(3)} MHz (8, 12 or 16 MHz ± 6 %) and the lead of the screw ${((51200 / measured.microstepsPerM) * 1e3).toFixed(4)} mm (1 mm ± 1 %), and one of them is out of range: check the oscillator, the encoder and the screw.`
    if (!calibrationIsPlausible(record))
        return `The lead-screw error changes the speed by up to ${percent(steepestStep(record))}, at most ${percent(stepPart(SCREW_STEP_MAX_NM))} can be corrected: check the seat of the screw.`
    const residualLimitNm = Math.hypot(ROUNDING_COUNTS * encoderNmPerCount, VIBRATION_LIMIT_NM)
    if (measured.residualNm > residualLimitNm)
        return `The sled does not move evenly: it deviates by ${um(measured.residualNm)} rms from its screw, at most ${um(residualLimitNm)} are allowed: check guide, nut and encoder.`
    const worst = worstExpectedError(measured, record)
    if (worst > SPEED_LIMIT)
        return `The lead of the screw is uneven: over 100 ms at 0.25 mm/s the speed would be off by ${percent(worst)}, at most ${percent(SPEED_LIMIT)} are allowed: check screw and nut.`
    return undefined
}

const stepPart = (nm: number): number => (nm * SCREW_POINTS) / 1e6

function steepestStep({ screw_nm }: Calibration): number {
    const steps = screw_nm.map((nm, i) => Math.abs(nm - screw_nm[(i + 1) % screw_nm.length]!))
    return stepPart(Math.max(...steps))
}
