// Responsible for: where a board's settings hold the calibration record.
// Not for: what is in it (src/shared/motion/calibration.ts).

import {
    CALIBRATION_GOOD,
    CALIBRATION_LENGTH,
    checkCalibration,
} from "../../src/shared/motion/calibration"

/** By version, 32 points and the right CRC, wherever the store has put it: the program's own bytes are in there as well. */
export function calibrationAt(settings: Uint8Array): number {
    const bytes = Buffer.from(settings)
    for (let at = -1; (at = bytes.indexOf(HEAD, at + 1)) >= 0;)
        if (isRecord(settings.subarray(at, at + CALIBRATION_LENGTH))) return at
    throw new Error("the settings hold no calibration")
}

const HEAD = Buffer.from([1, 0, 32, 0])
const isRecord = (bytes: Uint8Array): boolean => checkCalibration(bytes) === CALIBRATION_GOOD
