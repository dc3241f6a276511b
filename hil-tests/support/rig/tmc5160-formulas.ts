// Formulas of the TMC5160A data sheet (rev. 1.17) and values that its tests share.

import { readCalibration, type Calibration } from "../../../src/shared/motion/calibration"
import { EVEN_SLED } from "../carts/bench-cart"
import { calibrationAt } from "./stored-calibration"

export const EVEN = EVEN_SLED.sled
/** Speed presets of a pullback and the lowest speed, mm/s. */
export const SPEEDS = [0.25, 0.5, 1, 2, 5, 9, 10]
/** Acceleration of every move, and of a stop, mm/s². */
export const ACCEL = 20
export const STOP_ACCEL = 200
/** Settings that can be read back and do not change by themselves. */
export const READABLE = ["GCONF", "RAMPMODE", "XTARGET", "SW_MODE", "ENCMODE", "CHOPCONF"]

/** The formulas of the data sheet, verbatim. */
export const vmaxOf = (mmPerS: number, c: Calibration): number =>
    (mmPerS * (c.microsteps_per_m / 1000) * 2 ** 24) / c.fclk_hz
export const amaxOf = (mmPerS2: number, c: Calibration): number =>
    (mmPerS2 * (c.microsteps_per_m / 1000) * 512 * 256 * 2 ** 24) / c.fclk_hz ** 2

/** The calibration record stored by the board. */
export const storedCalibration = (settings: Uint8Array): Calibration =>
    readCalibration(settings.subarray(calibrationAt(settings)))
