// The requests of host and bedside unit: each is checked against state and limits, then executed, or refused with a code.

import * as ds from "@devicescript/core"
import { FrontEnd } from "../acquisition/front-end"
import { Request } from "../link/incoming"
import { hostIsPresent, LINK_LIMIT_MS, sendToHost } from "../link/link"
import { startStroke } from "../motion/calibrating"
import { holdButton, pressJog } from "../motion/jogging"
import { stopping } from "../motion/guard"
import {
    atFarSwitch,
    atHomeSwitch,
    disableMotor,
    isStanding,
    motorNm,
    positionNm,
} from "../motion/sled"
import { presentCause } from "../motion/supervision"
import { TYPE_REFUSAL } from "../../shared/protocol/burst"
import { pauseSound } from "../../shared/alarms"
import * as machine from "../../shared/cart-machine"
import { fires, isLatched, needsControl } from "../../shared/cart-machine"
import { Command, REFUSAL } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { alarms } from "./alarms"
import { CartState } from "./cart-state"
import { controlVerdict, giveControl, holder, holderSilentMs } from "./control"
import { logEvent, takeDate } from "./event-log"
import { report } from "./events"
import {
    beginImaging,
    continuePreparing,
    ending,
    preparing,
    setOutcome,
    stopImaging,
} from "./imaging"
import { changeSpeed, homeSled, pull, returnSled, stopMove } from "./moves"
import { beginDump } from "./register-dump"
import { rearmSafe } from "./safety"

import {
    checked_setup,
    currentSettings,
    handleCalibration,
    handleCatheter,
    handlePairs,
    handleSetup,
} from "./setup-requests"
import { DONE, isIdle, Verdict, wrongState } from "./verdict"

/** Largest distance of the sled from the planned start of its pullback. */
const START_LIMIT_NM = 50000

let state: CartState
let front: FrontEnd

/** To be called once, before any other function of this file. */
export function openRequests(cart_state: CartState, front_end: FrontEnd): void {
    state = cart_state
    front = front_end
}

/** Handles a request of the host, which is told if it is refused. */
export async function handleRequest(request: Request): Promise<void> {
    const command = request.command
    let verdict = command
        ? await handleCommand(command, machine.HOLDER_HOST, 0)
        : controlVerdict(machine.HOLDER_HOST, 0)
    if (verdict.reason === codes.GOOD) {
        if (request.setup) verdict = await handleSetup(request.setup)
        else if (request.pairs) verdict = await handlePairs(request.pairs)
        else if (request.catheter) verdict = handleCatheter(request.catheter)
        else if (request.calibration) verdict = await handleCalibration(request.calibration)
    }
    keepRefusal(verdict)
    if (verdict.reason === codes.GOOD) return
    sendToHost(TYPE_REFUSAL, REFUSAL, {
        command: command ? command.command : 0,
        serial: command ? command.serial : 0,
        reason: verdict.reason,
        value: verdict.value,
    })
}

/** Shows and logs a refusal; the same one again tells nothing new, and a sender could fill the log with it. */
export function keepRefusal(verdict: Verdict): void {
    const reason = verdict.reason
    const is_new = state.refusal !== reason
    state.refusal = reason
    if (reason === codes.GOOD) return
    console.error("refused: " + sentenceOf(reason))
    if (is_new) logEvent(state.now, reason, verdict.value)
}

/**
 * @param from who sends it, one of HOLDER_
 * @param device of the bedside unit that sends it, the first four bytes of its id; 0 for the host
 */
export async function handleCommand(
    request: Command,
    from: number,
    device: number
): Promise<Verdict> {
    const command = request.command
    const now = state.now
    if (command === machine.COMMAND_DUMP || command === machine.COMMAND_LOG)
        return { reason: beginDump(request, now), value: now }
    if (command === machine.COMMAND_DATE)
        return { reason: takeDate(request.argument >>> 0, now), value: 0 }
    if (command < 1 || command > machine.COMMAND_LAST)
        return { reason: codes.REFUSED_COMMAND, value: 0 }
    if (command === machine.COMMAND_PAUSE_SOUND) {
        pauseSound(alarms, ds.millis())
        return DONE
    }
    if (command === machine.COMMAND_CONTROL)
        return takeControl(request.argument === 0 ? from : machine.HOLDER_NOBODY, from, device)
    const is_ring_down = command === machine.COMMAND_RING_DOWN
    if (is_ring_down && from === machine.HOLDER_HOST) {
        // What became of it.
        state.ring_down = request.argument & 3
        return DONE
    }
    const verdict = is_ring_down || needsControl(command) ? controlVerdict(from, device) : DONE
    if (verdict.reason !== codes.GOOD) return verdict
    // The table has the acknowledgement of a fault; an emergency stop is acknowledged by the reset.
    if (command === machine.COMMAND_ACKNOWLEDGE && !isLatched(state.now)) {
        state.acknowledge()
        return DONE
    }
    if (preparing) return await executeWhilePreparing(command)
    if (command === machine.COMMAND_STOP && !state.allows(command)) {
        // A stop is taken in every state.
        await stopMove()
        return DONE
    }
    if (!state.allows(command) || ending) return wrongState()
    // A move starts from rest; a jog in progress refuses a new press by itself.
    const is_jogging = state.now === machine.STATE_JOGGING
    if (stopping && command !== machine.COMMAND_STOP && !is_jogging)
        return { reason: codes.REFUSED_BRAKING, value: state.now }
    const result = await execute(command, request.argument, device)
    // The control loop enters live when the sequence is loaded and the rotor locked.
    if (preparing) return DONE
    if (result.reason === codes.GOOD) state.dispatch(command)
    return result
}

/**
 * Control is neither taken nor given back while the sled moves, or the transducer fires or is about to.
 * @param to the sender to take it, nobody to give it back
 */
function takeControl(to: number, from: number, device: number): Verdict {
    const verdict = controlVerdict(from, device)
    if (to === holder && verdict.reason === codes.GOOD) return DONE
    if (!isIdle() || stopping) return wrongState()
    // A holder that answers is not replaced.
    if (verdict.reason === codes.REFUSED_CONTROL && holderSilentMs() <= LINK_LIMIT_MS)
        return verdict
    giveControl(to, device)
    return DONE
}

async function execute(command: number, argument: number, device: number): Promise<Verdict> {
    const now_ms = ds.millis()
    if (command === machine.COMMAND_HOME) {
        if (atHomeSwitch() && atFarSwitch()) return { reason: codes.REFUSED_SWITCHES, value: 0 }
        await homeSled()
    } else if (command === machine.COMMAND_CALIBRATE) {
        const allowed_um = await startStroke(argument)
        if (allowed_um !== argument) return { reason: codes.REFUSED_STROKE, value: allowed_um }
    } else if (command === machine.COMMAND_LIVE) {
        // Not `if (device)`: the VM takes a number of 2^31 and more for false.
        if (device !== 0) {
            const setup = await handleSetup(currentSettings())
            if (setup.reason !== codes.GOOD) return setup
        }
        return await goLive()
    } else if (command === machine.COMMAND_ARM) {
        // The loaded sequence may have been disturbed since it was checked.
        await front.verifyLoaded()
    } else if (command === machine.COMMAND_START) {
        if (!checked_setup) return { reason: codes.REFUSED_NO_SETUP, value: 0 }
        await pull(checked_setup.plan, now_ms)
    } else if (command === machine.COMMAND_STOP) await stop()
    else if (command === machine.COMMAND_RETURN) await returnSled(device !== 0, now_ms)
    else if (command === machine.COMMAND_JOG) return await pressJog(argument, now_ms)
    else if (command === machine.COMMAND_HOLD) holdButton(now_ms)
    else if (command === machine.COMMAND_SPEED) return await changeSpeed(argument)
    else if (command === machine.COMMAND_STANDBY) await stopImaging()
    else if (command === machine.COMMAND_ACKNOWLEDGE) {
        const cause = await presentCause()
        if (cause !== codes.GOOD) return { reason: codes.REFUSED_CAUSE, value: cause }
        state.acknowledge()
    } else if (command === machine.COMMAND_MARK) {
        report(codes.EVENT_MARK, positionNm())
        return { reason: codes.GOOD, value: positionNm() }
    } else if (command === machine.COMMAND_RING_DOWN) {
        state.ring_down = machine.RING_DOWN_ASKED
        report(codes.EVENT_RING_DOWN, 0)
    } else if (command === machine.COMMAND_RELEASE) await disableMotor()
    else if (command === machine.COMMAND_RESET) return await reset()
    return DONE
}

/** After an emergency stop. */
async function reset(): Promise<Verdict> {
    try {
        await rearmSafe()
    } catch (_) {
        return { reason: codes.REFUSED_ESTOP, value: 0 }
    }
    state.acknowledge()
    return DONE
}

async function goLive(): Promise<Verdict> {
    // Somebody must record.
    if (!hostIsPresent()) return { reason: codes.REFUSED_NO_HOST, value: 0 }
    const setup = checked_setup
    if (!setup) return { reason: codes.REFUSED_NO_SETUP, value: 0 }
    const start_nm = setup.plan.start_nm
    const apart_nm = motorNm() - start_nm
    if (Math.abs(apart_nm) > START_LIMIT_NM || !isStanding())
        return { reason: codes.REFUSED_START, value: start_nm }
    // The catheter may have been changed since the setup.
    const reason = await state.validate(setup)
    if (reason !== codes.GOOD) return { reason, value: 0 }
    await beginImaging(setup)
    // A short sequence without a rotor is ready at once; the control loop continues the others.
    await continuePreparing(ds.millis())
    return DONE
}

/** While a sequence loads or the rotor spins up, only requests that cancel it are allowed. */
async function executeWhilePreparing(command: number): Promise<Verdict> {
    if (command !== machine.COMMAND_STOP && command !== machine.COMMAND_STANDBY) return wrongState()
    await stopImaging()
    return DONE
}

async function stop(): Promise<void> {
    await stopMove()
    setOutcome(codes.EVENT_STOPPED)
    report(codes.EVENT_STOPPED, positionNm())
    if (fires(state.now)) await stopImaging()
}
