// Runs a stepped pullback, from stop to stop, paced by time or by the triggers of an ECG. Stops are imaged at standstill.

import { GATE_BEAT, GATE_TIMED_OUT, checkTrigger, stopNm } from "../../shared/motion/move-steps"
import { MOVE_GATED, MovePlan } from "../../shared/motion/move-terms"
import { EVENT_STOP_REACHED, EVENT_TRIGGERS_LOST, FAULT_POSITION } from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { guardRest } from "./guard"
import { beginImagedMove, imaged_move } from "./imaged-move"
import { hasArrived, holdSled, motorTargetFor, moveTo, positionNm } from "./sled"

/** Largest position error of a stop: backlash, windup and the rest of the screw error, twice over. */
const STOP_LIMIT_NM = 20000
/** The gate follows the phase by one or two bus transfers: with this margin a dwell is never shorter than requested. */
const GATE_MS = 2

const MOVING = 0
const SETTLING = 1
/** For a trigger. */
const WAITING = 2
const IMAGING = 3
/** The last stop was imaged; its last frame is fired to the end, as a host would count a cut frame as one with gaps. */
const ENDING = 4
const DONE = 5

/** Count of ECG triggers since power-on, and the line clock at the same moment. */
export interface TriggerInput {
    triggers: number
    tick_us: number
}

let input: TriggerInput
let triggerTickUs: () => Promise<number>
let report: (code: number, value: number) => void
let phase = DONE
/** Time at which the phase began. */
let entered_ms = 0
/** Number of the stop, from 0. */
let stop = 0
let seen_triggers = 0
/** Line clock at the last accepted trigger, or at the start of the wait for the first one. */
let accepted_us = 0
let is_first_trigger = true

/**
 * To be called once, before any other function of this file.
 * @param lastTriggerUs reads the line clock at the last trigger
 */
export function openStepping(
    triggers: TriggerInput,
    lastTriggerUs: () => Promise<number>,
    reportEvent: (code: number, value: number) => void
): void {
    input = triggers
    triggerTickUs = lastTriggerUs
    report = reportEvent
}

export async function startStepping(plan: MovePlan, now_ms: number): Promise<void> {
    beginImagedMove(plan)
    stop = 0
    is_first_trigger = true
    await goToStop(plan, now_ms)
}

async function goToStop(plan: MovePlan, now_ms: number): Promise<void> {
    enter(MOVING, now_ms)
    await moveTo(motorTargetFor(stopNm(plan, stop)), plan.speed_nm_s)
}

function enter(next: number, now_ms: number): void {
    phase = next
    entered_ms = now_ms
    imaged_move.lines_valid = next === IMAGING
}

/** Called by every loop after the poll. @returns whether the move has ended */
export async function stepStepping(plan: MovePlan, now_ms: number): Promise<boolean> {
    const in_phase_ms = now_ms - entered_ms
    if (phase === MOVING) {
        if (hasArrived()) {
            guardRest()
            enter(SETTLING, now_ms)
        }
    } else if (phase === SETTLING) {
        if (in_phase_ms >= plan.settle_ms) checkStop(plan, now_ms)
    } else if (phase === WAITING) {
        await waitForTrigger(plan, now_ms)
    } else if (phase === ENDING) {
        if (in_phase_ms >= plan.settle_ms) await end(now_ms)
    } else if (phase === IMAGING) {
        if (in_phase_ms >= plan.dwell_ms + GATE_MS) await leaveStop(plan, now_ms)
    }
    return phase === DONE
}

/** The sled has settled: checks its position, then images or waits for a trigger. */
function checkStop(plan: MovePlan, now_ms: number): void {
    const error_nm = positionNm() - stopNm(plan, stop)
    if (Math.abs(error_nm) > STOP_LIMIT_NM) throw new CartFault(FAULT_POSITION, error_nm)
    if (plan.kind !== MOVE_GATED) return image(now_ms)
    if (is_first_trigger) {
        // Triggers from before the sled stood at its first stop do not count.
        seen_triggers = input.triggers
        accepted_us = input.tick_us
    }
    enter(WAITING, now_ms)
}

function image(now_ms: number): void {
    enter(IMAGING, now_ms)
    report(EVENT_STOP_REACHED, positionNm())
}

async function waitForTrigger(plan: MovePlan, now_ms: number): Promise<void> {
    const triggers = input.triggers
    const triggered = triggers !== seen_triggers
    seen_triggers = triggers
    const tick_us = triggered ? await triggerTickUs() : input.tick_us
    const since_ms = ((tick_us - accepted_us) >>> 0) / 1000
    const verdict = checkTrigger(plan, since_ms, triggered, is_first_trigger)
    if (verdict === GATE_TIMED_OUT) {
        imaged_move.outcome = EVENT_TRIGGERS_LOST
        report(EVENT_TRIGGERS_LOST, positionNm())
        await end(now_ms)
    } else if (verdict === GATE_BEAT) {
        is_first_trigger = false
        accepted_us = tick_us
        image(now_ms)
    }
}

async function leaveStop(plan: MovePlan, now_ms: number): Promise<void> {
    stop++
    if (stop >= plan.stops) enter(ENDING, now_ms)
    else await goToStop(plan, now_ms)
}

async function end(now_ms: number): Promise<void> {
    enter(DONE, now_ms)
    await holdSled()
}
