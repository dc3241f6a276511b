// The move of each state: started by a request, continued by every control loop, ended by itself or by a stop.

import { FrontEnd, front_status } from "../acquisition/front-end"
import { sendToHost } from "../link/link"
import { cancelHoming, homing_verdict, startHoming, stepHoming } from "../motion/homing"
import { imaged_move } from "../motion/imaged-move"
import { cancelJog, holdButton, isLetGo, jog_released, stepJog } from "../motion/jogging"
import { startParking, stepParking } from "../motion/parking"
import { changePullbackSpeed, startPullback, stepPullback } from "../motion/pullback"
import { hasArrived, holdSled, motor_enabled, positionNm, stopSled } from "../motion/sled"
import { openStepping, startStepping, stepStepping } from "../motion/stepping"
import { writtenValue, x_enc, xactual } from "../motion/tmc5160"
import { calibration } from "../motion/units"
import * as machine from "../../shared/cart-machine"
import { MOVE_PULLBACK, MovePlan } from "../../shared/motion/move-terms"
import { PARK_NM } from "../../shared/motion/ramp"
import { TYPE_SURVEY } from "../../shared/protocol/burst"
import { SURVEY } from "../../shared/protocol/messages"
import { VMAX } from "../../shared/devices/tmc5160"
import * as codes from "../../shared/codes"
import { SpeedChangeResult } from "../../shared/motion/speed-change"
import { setSurveyResult } from "./calibration-store"
import { report } from "./events"
import { closeGate, followMove, setOutcome, setStretch, stopImaging } from "./imaging"

/** No move has ended. */
export const NO_EVENT = -1

let front_end: FrontEnd
/** The return in progress goes on only while a button is held. */
let return_is_held = false

/** To be called once, before any other function of this file. */
export function openMoves(front: FrontEnd): void {
    front_end = front
    openStepping(front_status, front.triggerTickUs, report)
}

/** Brakes any move; the supervision repeats it until the sled is seen at rest. */
export async function stopMove(): Promise<void> {
    cancelJog()
    cancelHoming()
    if (motor_enabled) await stopSled()
}

/** Position of the sled by the front end's own counter of the encoder, in nm. */
function countedNm(): number {
    return front_status.position_counts * calibration.encoder_nm_per_count
}

export async function homeSled(): Promise<void> {
    await startHoming(countedNm(), async position_nm => await onZero(position_nm))
}

/** @param is_held the sled is to move only while a button is held */
export async function returnSled(is_held: boolean, now_ms: number): Promise<void> {
    return_is_held = is_held
    holdButton(now_ms)
    setStretch(positionNm(), PARK_NM)
    await startParking()
}

export async function pull(plan: MovePlan, now_ms: number): Promise<void> {
    if (plan.kind === MOVE_PULLBACK) await startPullback(plan)
    else await startStepping(plan, now_ms)
    // The speed set point has changed: the front end marks every line from now on with its epoch.
    await followMove()
}

/** Changes the speed of the continuous pullback in progress. */
export async function changeSpeed(speed_nm_s: number): Promise<SpeedChangeResult> {
    const result = await changePullbackSpeed(speed_nm_s, closeGate)
    if (result.change) report(codes.EVENT_SPEED, speed_nm_s)
    return result
}

/** Continues the move of a state; the chip was just polled. @returns the event of its end, or NO_EVENT */
export async function continueMove(state: number, now_ms: number): Promise<number> {
    const tick_us = front_status.tick_us
    if (state === machine.STATE_HOMING) {
        if (!(await stepHoming(tick_us, countedNm()))) return NO_EVENT
        setSurveyResult(homing_verdict)
        return machine.DONE_HOMING
    }
    if (state === machine.STATE_CALIBRATING) {
        sendToHost(TYPE_SURVEY, SURVEY, {
            tick_us,
            motor_usteps: xactual,
            encoder_usteps: x_enc,
            vmax: writtenValue(VMAX),
        })
        if (!hasArrived()) return NO_EVENT
        await holdSled()
        return machine.DONE_CALIBRATING
    }
    if (state === machine.STATE_PULLING)
        return (await continuePullback(now_ms)) ? machine.DONE_PULLING : NO_EVENT
    if (state === machine.STATE_RETURNING) {
        if (return_is_held && isLetGo(now_ms)) {
            await stopMove()
            report(codes.EVENT_JOG_RELEASED, positionNm())
            return machine.COMMAND_STOP
        }
        return (await stepParking()) ? machine.DONE_RETURNING : NO_EVENT
    }
    if (state === machine.STATE_JOGGING) return await continueJog(now_ms)
    return NO_EVENT
}

/** The zero has been set: the front end gets the sled's position, and the host the event. */
async function onZero(position_nm: number): Promise<void> {
    await front_end.setPosition(Math.round(position_nm / calibration.encoder_nm_per_count))
    report(codes.EVENT_HOMED, position_nm)
}

async function continuePullback(now_ms: number): Promise<boolean> {
    const plan = imaged_move.plan
    if (!plan) return true
    const done =
        plan.kind === MOVE_PULLBACK
            ? await stepPullback(plan, front_status.tick_us, countedNm())
            : await stepStepping(plan, now_ms)
    await followMove()
    if (!done) return false
    setOutcome(imaged_move.outcome)
    await stopImaging()
    return true
}

async function continueJog(now_ms: number): Promise<number> {
    if (!(await stepJog(now_ms))) return NO_EVENT
    if (jog_released) report(codes.EVENT_JOG_RELEASED, positionNm())
    return machine.DONE_JOGGING
}
