// The calibration in use, and conversions between nm and the motor's microsteps by it.

import { Calibration, nominalCalibration } from "../../shared/motion/calibration"
import { speedOfVmax, vmaxOf } from "../../shared/motion/ramp"

const NM_PER_M = 1000000000

/** Nominal until a stored record is loaded or a new calibration is measured. */
export let calibration = nominalCalibration()

export function setCalibration(changed: Calibration): void {
    calibration = changed
}

export function microstepsPerMm(): number {
    return calibration.microsteps_per_m / 1000
}

export function nmPerMicrostep(): number {
    return NM_PER_M / calibration.microsteps_per_m
}

export function toNm(microsteps: number): number {
    return Math.round(microsteps * nmPerMicrostep())
}

export function toMicrosteps(nm: number): number {
    return Math.round(nm / nmPerMicrostep())
}

/** VMAX register value for a motor speed. */
export function vmaxFor(speed_nm_s: number): number {
    return vmaxOf(speed_nm_s, microstepsPerMm(), calibration.fclk_hz)
}

/** Motor speed in nm/s for a value of VMAX or VACTUAL. */
export function speedFor(vmax: number): number {
    return speedOfVmax(vmax, microstepsPerMm(), calibration.fclk_hz)
}
