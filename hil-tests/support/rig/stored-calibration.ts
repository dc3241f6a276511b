// Finds the calibration record in a board's settings.

import {
    CALIBRATION_GOOD,
    CALIBRATION_LENGTH,
    checkCalibration,
} from "../../../src/shared/motion/calibration"

/** Searches by version, number of points and CRC; the settings also hold the program's own data. */
export function calibrationAt(settings: Uint8Array): number {
    const bytes = Buffer.from(settings)
    for (let at = -1; (at = bytes.indexOf(HEAD, at + 1)) >= 0;)
        if (isRecord(settings.subarray(at, at + CALIBRATION_LENGTH))) return at
    throw new Error("the settings hold no calibration")
}

const HEAD = Buffer.from([1, 0, 32, 0])
const isRecord = (bytes: Uint8Array): boolean => checkCalibration(bytes) === CALIBRATION_GOOD
