// Vectors of calibration records, valid and corrupted.

import * as calibration from "../../shared/motion/calibration"
import { hex } from "./byte-cases"
import type { Vectors } from "./vectors"

const { CALIBRATION_LENGTH, nominalCalibration } = calibration

function recordOf(c: calibration.Calibration): Uint8Array {
    const record = new Uint8Array(CALIBRATION_LENGTH)
    calibration.writeCalibration(record, c)
    return record
}

/** Sinusoidal lead-screw error of 10 um peak to peak, one period per revolution, in whole nm. */
const SCREW_NM = Array.from({ length: calibration.SCREW_POINTS }, (_, i) =>
    Math.round(5000 * Math.sin((2 * Math.PI * i) / calibration.SCREW_POINTS))
)

export function calibrations(): Vectors["calibrations"] {
    const nominal = nominalCalibration()
    const measured = {
        ...nominal,
        fclk_hz: 12360000,
        microsteps_per_m: 51201234,
        backlash_nm: 5200,
        screw_nm: SCREW_NM,
    }
    const flipped = recordOf(measured)
    flipped[30]! ^= 0x20
    const records: [string, Uint8Array][] = [
        ["nominal", recordOf(nominal)],
        ["measured", recordOf(measured)],
        ["clock of 16 MHz", recordOf({ ...nominal, fclk_hz: 16000000 })],
        ["clock of 10 MHz", recordOf({ ...nominal, fclk_hz: 10000000 })],
        ["scale off by 2 %", recordOf({ ...nominal, microsteps_per_m: 52224000 })],
        ["none", new Uint8Array(0)],
        ["cut short", recordOf(nominal).subarray(0, CALIBRATION_LENGTH - 1)],
        ["a bit flipped", flipped],
    ]
    return records.map(([name, record]) => {
        const verdict = calibration.checkCalibration(record)
        const good = verdict === calibration.CALIBRATION_GOOD
        const c = good ? calibration.readCalibration(record) : nominal
        const places = good ? [0, 1, 25600, 51199, 51200, 123457, -7] : []
        return {
            name,
            hex: hex(record),
            verdict,
            places: places.map(microsteps => ({
                microsteps,
                error_nm: calibration.screwErrorNm(c, microsteps),
                factor: calibration.screwSpeedFactor(c, microsteps),
            })),
        }
    })
}
