// The calibration record of a sled: encoding, validation, and the lead-screw error derived from it.

import {
    getNumber,
    putNumber,
    readFields,
    sizeOf,
    writeFields,
    type Bytes,
} from "../protocol/bytes"
import { crc32c } from "../protocol/crc32c"

export const CALIBRATION_VERSION = 1
/** Points of the lead-screw error table over one revolution. */
export const SCREW_POINTS = 32

/** The record as stored on the board, and the message with which the host sends one; its CRC-32C follows. */
export const CALIBRATION = `
version:u16
points:u16
fclk_hz:u32
microsteps_per_m:u32
encoder_nm_per_count:u32
backlash_nm:u32
screw_nm:i32x32
`
const CRC_AT = sizeOf(CALIBRATION)
export const CALIBRATION_LENGTH = CRC_AT + 4

export interface Calibration {
    /** Clock of the motor driver, in Hz. */
    fclk_hz: number
    /** Microsteps per metre of sled travel. */
    microsteps_per_m: number
    encoder_nm_per_count: number
    backlash_nm: number
    /**
     * Lead-screw error at SCREW_POINTS equal steps of a revolution, in nm: sled position minus that of an ideal screw.
     * Mean 0. Empty if not measured.
     */
    screw_nm: number[]
}

/** Nominal values: 200 full steps × 256 per 1 mm lead, 1 um encoder, 12 MHz clock, no measured errors. */
export function nominalCalibration(): Calibration {
    return {
        fclk_hz: 12000000,
        microsteps_per_m: 51200000,
        encoder_nm_per_count: 1000,
        backlash_nm: 0,
        screw_nm: [],
    }
}

/** Microsteps per revolution of the lead screw: the period of its error. */
export const MICROSTEPS_PER_REVOLUTION = 51200

// Plausible deviation from nominal: ±5 % of clock, ±1 % of scale.
/** The chip's internal oscillator and possible external clocks; 12.5 MHz is within the tolerance of the first. */
const FCLK_NOMINAL_HZ = 12000000
const FCLK_SLOW_HZ = 8000000
const FCLK_FAST_HZ = 16000000
const FCLK_SPREAD = 0.06
const MICROSTEPS_NOMINAL_PER_M = 51200000
const MICROSTEPS_SPREAD = 0.01
export const BACKLASH_MAX_NM = 100000
export const SCREW_MAX_NM = 50000
/**
 * Largest difference of two neighbouring points: 7.4 % of the speed, by which the speed of the motor is then raised at most. An error
 * of 20 um peak to peak has 1.96 um.
 */
export const SCREW_STEP_MAX_NM = 2300

export const CALIBRATION_GOOD = 0
export const CALIBRATION_MISSING = 1
export const CALIBRATION_DAMAGED = 2
export const CALIBRATION_OTHER_VERSION = 3
export const CALIBRATION_OUT_OF_RANGE = 4

function near(value: number, nominal: number, spread: number): boolean {
    return Math.abs(value - nominal) <= nominal * spread
}

/** Whether all values are plausible. */
export function calibrationIsPlausible(c: Calibration): boolean {
    if (
        !near(c.fclk_hz, FCLK_NOMINAL_HZ, FCLK_SPREAD) &&
        !near(c.fclk_hz, FCLK_SLOW_HZ, FCLK_SPREAD) &&
        !near(c.fclk_hz, FCLK_FAST_HZ, FCLK_SPREAD)
    )
        return false
    if (!near(c.microsteps_per_m, MICROSTEPS_NOMINAL_PER_M, MICROSTEPS_SPREAD)) return false
    if (!(c.encoder_nm_per_count >= 50 && c.encoder_nm_per_count <= 10000)) return false
    if (!(c.backlash_nm >= 0 && c.backlash_nm <= BACKLASH_MAX_NM)) return false
    const screw_nm = c.screw_nm
    const points = screw_nm.length
    if (points !== 0 && points !== SCREW_POINTS) return false
    for (let i = 0; i < points; ++i) {
        if (!(Math.abs(screw_nm[i]) <= SCREW_MAX_NM)) return false
        if (Math.abs(screw_nm[i] - screw_nm[(i + 1) % points]) > SCREW_STEP_MAX_NM) return false
    }
    return true
}

/** Writes a record of CALIBRATION_LENGTH bytes. */
export function writeCalibration(to: Bytes, c: Calibration): void {
    const screw_nm = c.screw_nm
    const measured = screw_nm.length === SCREW_POINTS
    const table: number[] = []
    for (let i = 0; i < SCREW_POINTS; ++i) table.push(measured ? screw_nm[i] : 0)
    writeFields(to, 0, CALIBRATION, {
        version: CALIBRATION_VERSION,
        points: screw_nm.length,
        fclk_hz: c.fclk_hz,
        microsteps_per_m: c.microsteps_per_m,
        encoder_nm_per_count: c.encoder_nm_per_count,
        backlash_nm: c.backlash_nm,
        screw_nm: table,
    })
    putNumber(to, CRC_AT, "u32", crc32c(to, 0, CRC_AT, 0))
}

/** Validates a stored record; returns one of the CALIBRATION_ codes. */
export function checkCalibration(from: Bytes): number {
    if (from.length === 0) return CALIBRATION_MISSING
    if (from.length !== CALIBRATION_LENGTH) return CALIBRATION_DAMAGED
    if (getNumber(from, CRC_AT, "u32") !== crc32c(from, 0, CRC_AT, 0)) return CALIBRATION_DAMAGED
    const record = readFields(from, 0, CALIBRATION)
    if (record.version !== CALIBRATION_VERSION) return CALIBRATION_OTHER_VERSION
    const points = record.points
    return (points === 0 || points === SCREW_POINTS) && calibrationIsPlausible(record)
        ? CALIBRATION_GOOD
        : CALIBRATION_OUT_OF_RANGE
}

/** Reads a record that {@link checkCalibration} has validated. */
export function readCalibration(from: Bytes): Calibration {
    const record = readFields(from, 0, CALIBRATION)
    if (record.points === 0) record.screw_nm = []
    return record
}

/** Angle of the lead screw, in points of the table: 0 to SCREW_POINTS. */
function screwPlace(microsteps: number): number {
    const revolutions = microsteps / MICROSTEPS_PER_REVOLUTION
    return (revolutions - Math.floor(revolutions)) * SCREW_POINTS
}

/** Lead-screw error at a motor position, in nm, linear between the points. */
export function screwErrorNm(c: Calibration, microsteps: number): number {
    if (c.screw_nm.length === 0) return 0
    const place = screwPlace(microsteps)
    const i = Math.floor(place) % SCREW_POINTS
    const next = (i + 1) % SCREW_POINTS
    const part = place - Math.floor(place)
    return c.screw_nm[i] * (1 - part) + c.screw_nm[next] * part
}

/**
 * Ratio of sled speed to nominal speed at a motor position: 1 for an ideal screw. The motor speed is the set point divided
 * by it. The slope of the table is smoothed over two points, so that it has no steps.
 */
export function screwSpeedFactor(c: Calibration, microsteps: number): number {
    if (c.screw_nm.length === 0) return 1
    const place = screwPlace(microsteps)
    const i = Math.floor(place) % SCREW_POINTS
    const part = place - Math.floor(place)
    const before = slopeAt(c.screw_nm, i)
    const after = slopeAt(c.screw_nm, (i + 1) % SCREW_POINTS)
    const nm_per_point = before * (1 - part) + after * part
    const lead_nm = (MICROSTEPS_PER_REVOLUTION / c.microsteps_per_m) * 1000000000
    return 1 + (nm_per_point * SCREW_POINTS) / lead_nm
}

/** Central difference at a point, in nm per point. */
function slopeAt(table: number[], i: number): number {
    const next = table[(i + 1) % SCREW_POINTS]
    const last = table[(i + SCREW_POINTS - 1) % SCREW_POINTS]
    return (next - last) / 2
}
