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

export class CalibrationStore {
    private stored_reason = GOOD
    private survey_reason = GOOD

    /** Why no catheter may be moved with this calibration, or GOOD. */
    reason(): number {
        return this.stored_reason !== GOOD ? this.stored_reason : this.survey_reason
    }

    /** Loads the stored record. A damaged one is not used, and no pullback can be set up until the sled is calibrated. */
    async load(): Promise<void> {
        const record = await readCalibrationRecord()
        const verdict = checkCalibration(record)
        if (verdict === CALIBRATION_GOOD) setCalibration(readCalibration(record))
        else if (verdict !== CALIBRATION_MISSING) this.stored_reason = REFUSED_CALIBRATION
    }

    /** Result of the survey of a homing: GOOD or a REFUSED_ code. */
    setSurveyResult(verdict: number): void {
        this.survey_reason = verdict
    }

    /** Stores a measured calibration. @throws CartFault if it is implausible, for example as the sled slipped */
    async store(measured: Calibration): Promise<void> {
        const record = Buffer.alloc(CALIBRATION_LENGTH)
        writeCalibration(record, measured)
        if (checkCalibration(record) !== CALIBRATION_GOOD)
            throw new CartFault(FAULT_CALIBRATION, measured.fclk_hz)
        await writeCalibrationRecord(record)
        setCalibration(measured)
        this.stored_reason = GOOD
    }
}
