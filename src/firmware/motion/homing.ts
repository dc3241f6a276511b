// Homes the sled: fast onto the home switch, back, slowly onto it again, set the zero; then a short survey that checks the
// calibration against the sled, and parking. One step per control loop.

import { FAULT_HOMING, GOOD, REFUSED_CLOCK, REFUSED_SCALE, REFUSED_SCREW } from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { startParking, stepParking } from "./parking"
import {
    clearSurvey,
    surveyClockRatio,
    surveyedRevolutions,
    surveyIsComplete,
    surveyScaleRatio,
    surveyScrewDifferenceNm,
} from "./screw-survey"
import {
    armLatch,
    atFarSwitch,
    atHomeSwitch,
    clearHomed,
    hasArrived,
    isStanding,
    motorNm,
    moveTo,
    setSurveyed,
    surveyPosition,
    zeroAtLatch,
} from "./sled"
import { pollDriver } from "./tmc5160"

const NM_PER_MM = 1000000
const FAST_NM_S = 5 * NM_PER_MM
const BACK_NM_S = 2 * NM_PER_MM
/** Slow enough that the closing of the switch is latched to within one encoder count. */
const SLOW_NM_S = 250000
/** Longer than any travel: the switch must stop this move. If it arrives, the switch is missing. */
const SEARCH_NM = 175 * NM_PER_MM
const ESCAPE_NM = 3 * NM_PER_MM
const BACK_NM = NM_PER_MM
const SLOW_SEARCH_NM = 2 * NM_PER_MM

/** The survey covers two revolutions, after a lead-in that closes the backlash. */
const SURVEY_NM_S = 2 * NM_PER_MM
const SURVEY_REVOLUTIONS = 2
const SURVEY_FROM_NM = NM_PER_MM
const SURVEY_TO_NM = 4 * NM_PER_MM
/** Clock and scale: five times what a constant-speed pullback may be off, and three times the encoder's rounding over two revolutions. */
const RATIO_LIMIT = 0.005
/** A point is the mean of three samples; a remaining error of 2 um makes 1.3 % of speed ripple. */
const SCREW_LIMIT_NM = 2000

const ESCAPE = 0
const SEARCH = 1
const BACK = 2
const SLOW = 3
const SURVEY = 4
const PARKING = 5
const DONE = 6

let phase = DONE
let onZero: (position_nm: number) => Promise<void>
/** Result of the survey: GOOD, or the REFUSED_ code of the part of the calibration that does not match the sled. */
export let homing_verdict = GOOD

/** @param reportZero called once with the measured position in nm, right after the zero was set */
export async function startHoming(
    reportZero: (position_nm: number) => Promise<void>
): Promise<void> {
    onZero = reportZero
    clearHomed()
    setSurveyed(false)
    await pollDriver()
    // A sled on the switch moves off it first, so that the switch can close again.
    if (atHomeSwitch()) {
        await moveTo(motorNm() + ESCAPE_NM, FAST_NM_S)
        phase = ESCAPE
    } else await search()
}

async function search(): Promise<void> {
    await moveTo(motorNm() - SEARCH_NM, FAST_NM_S)
    phase = SEARCH
}

/**
 * Called by every loop after the poll.
 * @param tick_us line clock right after the poll
 * @returns whether the sled is homed, surveyed and parked
 */
export async function stepHoming(tick_us: number): Promise<boolean> {
    const on_switch = atHomeSwitch() && isStanding()
    if (phase === ESCAPE) {
        if (hasArrived()) await search()
    } else if (phase === SEARCH) {
        if (on_switch) {
            await moveTo(motorNm() + BACK_NM, BACK_NM_S)
            phase = BACK
        } else if (hasArrived() || (atFarSwitch() && isStanding())) fail()
    } else if (phase === BACK) {
        if (hasArrived()) {
            if (atHomeSwitch()) fail()
            await armLatch()
            await moveTo(motorNm() - SLOW_SEARCH_NM, SLOW_NM_S)
            phase = SLOW
        }
    } else if (phase === SLOW) {
        if (on_switch) {
            await onZero(await zeroAtLatch())
            clearSurvey()
            await moveTo(SURVEY_TO_NM, SURVEY_NM_S)
            phase = SURVEY
        } else if (hasArrived()) fail()
    } else if (phase === SURVEY) {
        await stepSurvey(tick_us)
    } else if (phase === PARKING) {
        if (await stepParking()) phase = DONE
    }
    return phase === DONE
}

async function stepSurvey(tick_us: number): Promise<void> {
    if (motorNm() >= SURVEY_FROM_NM && surveyedRevolutions() < SURVEY_REVOLUTIONS)
        surveyPosition(tick_us)
    if (!hasArrived()) return
    homing_verdict = checkSurvey()
    setSurveyed(homing_verdict === GOOD)
    await startParking(FAST_NM_S)
    phase = PARKING
}

function checkSurvey(): number {
    if (!surveyIsComplete()) return REFUSED_SCALE
    if (!isNearOne(surveyClockRatio())) return REFUSED_CLOCK
    if (!isNearOne(surveyScaleRatio())) return REFUSED_SCALE
    return surveyScrewDifferenceNm() <= SCREW_LIMIT_NM ? GOOD : REFUSED_SCREW
}

/** False for NaN as well. */
function isNearOne(ratio: number): boolean {
    return Math.abs(ratio - 1) <= RATIO_LIMIT
}

function fail(): void {
    throw new CartFault(FAULT_HOMING, phase)
}
