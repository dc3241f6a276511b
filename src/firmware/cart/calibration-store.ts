// The calibration in use: loaded from the settings, checked by the survey of each homing, replaced by a new one.

import {
    Calibration,
    CALIBRATION_GOOD,
    CALIBRATION_LENGTH,
    CALIBRATION_MISSING,
    checkCalibration,
    readCalibration,
    writeCalibration,
} from "../../shared/motion/calibration"
import { FAULT_CALIBRATION, GOOD, REFUSED_CALIBRATION } from "../../shared/codes"
import { setCalibration } from "../motion/units"
import { CartFault } from "../platform/cart-fault"
import { readCalibrationRecord, writeCalibrationRecord } from "../platform/settings"

let stored_reason = GOOD
let survey_reason = GOOD

/** Why no catheter may be moved with this calibration, or GOOD. */
export function calibrationReason(): number {
    return stored_reason !== GOOD ? stored_reason : survey_reason
}

/** Loads the stored record. A damaged one is not used, and no pullback can be set up until the sled is calibrated. */
export async function loadCalibration(): Promise<void> {
    const record = await readCalibrationRecord()
    const verdict = checkCalibration(record)
    if (verdict === CALIBRATION_GOOD) setCalibration(readCalibration(record))
    else if (verdict !== CALIBRATION_MISSING) stored_reason = REFUSED_CALIBRATION
}

/** Result of the survey of a homing: GOOD or a REFUSED_ code. */
export function setSurveyResult(reason: number): void {
    survey_reason = reason
}

/** Stores a measured calibration. @throws CartFault if it is implausible, for example as the sled slipped */
export async function storeCalibration(measured: Calibration): Promise<void> {
    const record = Buffer.alloc(CALIBRATION_LENGTH)
    writeCalibration(record, measured)
    if (checkCalibration(record) !== CALIBRATION_GOOD)
        throw new CartFault(FAULT_CALIBRATION, measured.fclk_hz)
    await writeCalibrationRecord(record)
    setCalibration(measured)
    stored_reason = GOOD
}
