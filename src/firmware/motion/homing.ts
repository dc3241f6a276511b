// Homes the sled: a short move that shows whether both encoder counters follow, fast onto the home switch, back, slowly onto it
// again, set the zero; then a short survey that checks the calibration against the sled, and parking. One step per control loop.

import * as ds from "@devicescript/core"
import {
    FAULT_COUNTER,
    FAULT_ENCODER_REVERSED,
    FAULT_HOMING,
    FAULT_STALL,
    FAULT_ZERO,
    GOOD,
    REFUSED_CLOCK,
    REFUSED_SCALE,
    REFUSED_SCREW,
} from "../../shared/codes"
import { ACCEL_NM_S2, TRAVERSE_MAX_NM_S } from "../../shared/motion/ramp"
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
    positionNm,
    setSurveyed,
    surveyPosition,
    zeroAtLatch,
} from "./sled"

const NM_PER_MM = 1000000
/** Enough to close the largest backlash and to see the encoder count: the first move of all is too short to do harm. */
const PROBE_NM = 300000
const PROBE_NM_S = NM_PER_MM
const PROBE_MS = (1000 * PROBE_NM) / PROBE_NM_S + (1000 * PROBE_NM_S) / ACCEL_NM_S2
/** Of the probe, the backlash and the windup of the motor may be missing. */
const PROBE_SEEN_NM = 150000
/** Both times the chip stops at the edge of the switch; a switch of this kind repeats within 20 um. */
const SWITCH_APART_NM = 50000
/** The two counters read at different moments of standstill differ by rounding only. */
const COUNTERS_APART_NM = 5000
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
/**
 * What a pullback may be off by: clock and scale 0.15 % each and the screw 1.1 um, which is 0.7 % of speed, together 1 % over 100 ms.
 * On sleds that were just calibrated, 16 surveys were off by at most 0.001 % of clock, 0.07 % of scale and 0.6 um.
 */
const RATIO_LIMIT = 0.0015
const SCREW_LIMIT_NM = 1100

const PROBE = 0
const ESCAPE = 1
const SEARCH = 2
const BACK = 3
const SLOW = 4
const SURVEY = 5
const PARKING = 6
const DONE = 7

let phase = DONE
/** Where the motor stopped at the switch in the fast search. */
let fast_nm = 0
let probe_from_nm = 0
let probe_counted_nm = 0
let probe_from_ms = 0
/** Speed of the search: less than {@link TRAVERSE_MAX_NM_S} by as much as the probe ended early, since the clock may be fast. */
let fast_nm_s = 0
let onZero: (position_nm: number) => Promise<void>
/** Result of the survey: GOOD, or the REFUSED_ code of the part of the calibration that does not match the sled. */
export let homing_verdict = GOOD

/**
 * @param reportZero called once with the measured position in nm, right after the zero was set
 * @param counted_nm position by the front end's counter of the encoder
 */
export async function startHoming(
    counted_nm: number,
    reportZero: (position_nm: number) => Promise<void>
): Promise<void> {
    onZero = reportZero
    clearHomed()
    setSurveyed(false)
    probe_from_nm = positionNm()
    probe_counted_nm = counted_nm
    // Away from the patient, unless the far switch is reached.
    await moveTo(motorNm() + (atFarSwitch() ? -PROBE_NM : PROBE_NM), PROBE_NM_S)
    probe_from_ms = ds.millis()
    phase = PROBE
}

/** Both counters must have followed the probe, in its direction. */
function checkProbe(counted_nm: number): void {
    const moved_nm = positionNm() - probe_from_nm
    const forwards_nm = atFarSwitch() ? -moved_nm : moved_nm
    if (forwards_nm < -PROBE_SEEN_NM) throw new CartFault(FAULT_ENCODER_REVERSED, moved_nm)
    if (forwards_nm < PROBE_SEEN_NM) throw new CartFault(FAULT_STALL, moved_nm)
    if (Math.abs(counted_nm - probe_counted_nm - moved_nm) > COUNTERS_APART_NM)
        throw new CartFault(FAULT_COUNTER, counted_nm - probe_counted_nm)
    fast_nm_s = TRAVERSE_MAX_NM_S * Math.min(1, (ds.millis() - probe_from_ms) / PROBE_MS)
}

/** Homing was stopped: a zero that the survey has not confirmed is not believed. */
export function cancelHoming(): void {
    if (phase !== DONE) clearHomed()
    phase = DONE
}

/** The sled moves to its home switch, or against the end of the guide if the switch is missing. */
export function isSearching(): boolean {
    return phase === SEARCH
}

async function search(): Promise<void> {
    await moveTo(motorNm() - SEARCH_NM, fast_nm_s)
    phase = SEARCH
}

/**
 * Called by every loop after the poll.
 * @param tick_us line clock right after the poll
 * @param counted_nm position by the front end's counter at the same moment
 * @returns whether the sled is homed, surveyed and parked
 */
export async function stepHoming(tick_us: number, counted_nm: number): Promise<boolean> {
    const on_switch = atHomeSwitch() && isStanding()
    if (phase === PROBE) {
        if (hasArrived()) {
            checkProbe(counted_nm)
            // A sled on the switch moves off it first, so that the switch can close again.
            if (atHomeSwitch()) {
                await moveTo(motorNm() + ESCAPE_NM, fast_nm_s)
                phase = ESCAPE
            } else await search()
        }
    } else if (phase === ESCAPE) {
        if (hasArrived()) {
            if (atHomeSwitch()) fail()
            await search()
        }
    } else if (phase === SEARCH) {
        if (on_switch) {
            fast_nm = motorNm()
            await moveTo(motorNm() + BACK_NM, BACK_NM_S)
            phase = BACK
        } else if (hasArrived()) fail()
    } else if (phase === BACK) {
        if (hasArrived()) {
            if (atHomeSwitch()) fail()
            await armLatch()
            await moveTo(motorNm() - SLOW_SEARCH_NM, SLOW_NM_S)
            phase = SLOW
        }
    } else if (phase === SLOW) {
        if (on_switch) {
            // A switch that chatters stops the sled elsewhere.
            const apart_nm = motorNm() - fast_nm
            if (Math.abs(apart_nm) > SWITCH_APART_NM) throw new CartFault(FAULT_ZERO, apart_nm)
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
    await startParking()
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
