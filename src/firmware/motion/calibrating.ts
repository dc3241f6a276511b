// Measures the calibration of the sled: twenty-two revolutions of the screw out and two back.

import { BACKLASH_MAX_NM, Calibration } from "../../shared/motion/calibration"
import { FAULT_CALIBRATION } from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import {
    clearSurvey,
    measuredScrewNm,
    surveyClockRatio,
    surveyedRevolutions,
    surveyIsComplete,
    surveyMeanNm,
    surveyScaleRatio,
} from "./screw-survey"
import { hasArrived, holdSled, motorNm, moveTo, surveyPosition } from "./sled"
import { calibration } from "./units"

const NM_PER_MM = 1000000
/** Fifty samples a revolution: two revolutions cover all 32 points of the screw. */
const SURVEY_NM_S = 2 * NM_PER_MM
/** Enough revolutions that a point is the mean of thirty samples: 0.05 um of the encoder's 1 um. */
const OUT_REVOLUTIONS = 20
const BACK_REVOLUTIONS = 2
/** One revolution before each survey: the ramp ends and the backlash is closed. */
const LEAD_IN_NM = NM_PER_MM
const OUT_NM = (1 + OUT_REVOLUTIONS + BACK_REVOLUTIONS + 1) * NM_PER_MM
const BACK_NM = (1 + BACK_REVOLUTIONS + 1) * NM_PER_MM

const OUT = 0
/** The last revolutions of the way out, with which the way back is compared. */
const TAIL = 1
const BACK = 2
const DONE = 3

/** The result, once {@link stepCalibrating} has returned true. */
export let measured_calibration: Calibration | undefined = undefined
let phase = DONE
let start_nm = 0
let out_mean_nm = 0

export async function startCalibrating(): Promise<void> {
    measured_calibration = undefined
    enter(OUT)
    await moveTo(motorNm() + OUT_NM, SURVEY_NM_S)
}

function enter(next: number): void {
    phase = next
    start_nm = motorNm()
    clearSurvey()
}

/**
 * Called by every loop after the poll, with the line clock right after it. @returns whether the calibration is complete
 * @throws CartFault when the sled arrives before all points were measured
 */
export async function stepCalibrating(tick_us: number): Promise<boolean> {
    if (phase === DONE) return true
    const moved_nm = Math.abs(motorNm() - start_nm)
    const wanted = phase === OUT ? OUT_REVOLUTIONS : BACK_REVOLUTIONS
    const lead_in_nm = phase === TAIL ? 0 : LEAD_IN_NM
    if (moved_nm >= lead_in_nm && Math.abs(surveyedRevolutions()) < wanted) surveyPosition(tick_us)
    const surveyed = Math.abs(surveyedRevolutions()) >= wanted
    if (phase === OUT) {
        if (surveyed) {
            finishOut()
            enter(TAIL)
        } else if (hasArrived()) fail()
    } else if (hasArrived()) {
        if (!surveyed || !surveyIsComplete()) fail()
        if (phase === TAIL) {
            out_mean_nm = surveyMeanNm()
            enter(BACK)
            await moveTo(motorNm() - BACK_NM, SURVEY_NM_S)
        } else {
            finishBack()
            // Not parked: with its new scale the sled must be homed again.
            await holdSled()
            phase = DONE
        }
    }
    return phase === DONE
}

function fail(): void {
    throw new CartFault(FAULT_CALIBRATION, phase)
}

function finishOut(): void {
    measured_calibration = {
        fclk_hz: Math.round(calibration.fclk_hz * surveyClockRatio()),
        microsteps_per_m: Math.round(calibration.microsteps_per_m / surveyScaleRatio()),
        encoder_nm_per_count: calibration.encoder_nm_per_count,
        backlash_nm: 0,
        screw_nm: measuredScrewNm(),
    }
}

/** On the way out and back the nut touches opposite flanks of the screw. */
function finishBack(): void {
    const difference_nm = Math.round(Math.abs(out_mean_nm - surveyMeanNm()))
    if (measured_calibration)
        measured_calibration.backlash_nm = Math.min(difference_nm, BACKLASH_MAX_NM)
}
