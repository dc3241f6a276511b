// The calibration in use: loaded from the settings, checked by the survey of each homing, replaced by one that the host sends.

import {
    CALIBRATION_GOOD,
    CALIBRATION_MISSING,
    checkCalibration,
    readCalibration,
} from "../../shared/motion/calibration"
import { GOOD, REFUSED_CALIBRATION, REFUSED_RECORD } from "../../shared/codes"
import { setCalibration } from "../motion/units"
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

/** Stores a record that the host sent; the chips are configured with it by the next self test. @returns GOOD or why not */
export async function storeCalibration(record: Buffer): Promise<number> {
    if (checkCalibration(record) !== CALIBRATION_GOOD) return REFUSED_RECORD
    await writeCalibrationRecord(record)
    setCalibration(readCalibration(record))
    stored_reason = GOOD
    return GOOD
}
