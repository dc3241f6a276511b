// The requests that prepare a pullback while nothing moves: setup, settings, catheter data, calibration, pair list.

import { FrontEnd, PairTable } from "../acquisition/front-end"
import { stopping } from "../motion/guard"
import { homed, motorNm } from "../motion/sled"
import { catheterIn, FRONT_END_UN0RICK, isBuiltIn } from "../../shared/acquisition/catheters"
import { invalidField } from "../../shared/acquisition/catheter-limits"
import { hasElements } from "../../shared/acquisition/channel-data"
import { LinePath } from "../../shared/acquisition/sequence-budget"
import * as machine from "../../shared/cart-machine"
import { fires, moves } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { MOVE_PULLBACK } from "../../shared/motion/move-terms"
import { PARK_NM } from "../../shared/motion/ramp"
import { payloadLength, readPayload, Setup, SETUP } from "../../shared/protocol/messages"
import { tellSettings } from "../services/units"
import { calibrationReason, storeCalibration } from "./calibration-store"
import { CartState } from "./cart-state"
import { controlVerdict } from "./control"
import { report } from "./events"
import { preparing } from "./imaging"
import { checkSetup, PullbackSetup, SetupResult } from "./setup"
import { DONE, isIdle, Verdict, wrongState } from "./verdict"

/** The next pullback, checked; undefined if there is none, or what it was checked against has changed. */
export let checked_setup: PullbackSetup | undefined = undefined
/** The last setup of the host, as changed by a bedside unit. */
let kept_setting: Setup | undefined = undefined

/** Gain of the host's picture. */
export let gain_db = 0

let state: CartState
let front: FrontEnd
/** Table for pair lists; undefined if the front end has none. */
let pairs: PairTable | undefined
/** One of FRONT_END_. */
let front_end_kind: number
/** Rates of the bus and the link of this board. */
let path: LinePath

/** To be called once, before any other function of this file. */
export function openSetupRequests(
    cart_state: CartState,
    front_end: FrontEnd,
    pair_table: PairTable | undefined,
    kind: number,
    line_path: LinePath
): void {
    state = cart_state
    front = front_end
    pairs = pair_table
    front_end_kind = kind
    path = line_path
}

export async function handleSetup(setup: Setup): Promise<Verdict> {
    const now = state.now
    // Before homing the position is unknown; so it is in manual.
    if (moves(now) || fires(now) || !homed) return wrongState()
    if (preparing) return wrongState()
    // While the sled brakes, the start of the pullback is not known yet.
    if (stopping) return { reason: codes.REFUSED_BRAKING, value: now }
    if (calibrationReason() !== codes.GOOD) return { reason: calibrationReason(), value: 0 }
    const result = checkRequested(setup, motorNm())
    if (!result.setup) return result
    result.setup.catheter_serial = await front.catheterSerial()
    const reason = await state.validate(result.setup)
    if (reason !== codes.GOOD) return { reason, value: 0 }
    checked_setup = result.setup
    kept_setting = setup
    tellSettings()
    report(codes.EVENT_SETUP, setup.length_nm)
    return DONE
}

function checkRequested(setup: Setup, from_nm: number): SetupResult {
    return checkSetup(
        setup,
        state.catheterNamed(setup.catheter),
        front_end_kind,
        path,
        from_nm,
        catheter => (pairs ? pairs.sentPairs(catheter) : 0)
    )
}

/** Settings of the next pullback with the plugged-in catheter. */
export function currentSettings(): Setup {
    const catheter = state.catheter
    let setting = kept_setting
    // Without a catheter they are kept: the same one may be plugged in again.
    if (!setting || (catheter && setting.catheter !== catheter)) {
        setting = readPayload(Buffer.alloc(payloadLength(SETUP)), 0, SETUP)
        setting.catheter = catheter
        setting.speed_nm_s = 1000000
        setting.length_nm = 50000000
        // A frame of an un0rick takes its time; a ring-down of 30 frames must not take longer than a unit waits, 30 s.
        setting.frame_rate_mhz = front_end_kind === FRONT_END_UN0RICK ? 5000 : 30000
        setting.mode = MOVE_PULLBACK
        kept_setting = setting
    }
    return setting
}

/** Tells the host the gain that a bedside unit has chosen. */
export function changeGain(value: number, device: number): Verdict {
    const verdict = controlVerdict(machine.HOLDER_UNIT, device)
    if (verdict.reason !== codes.GOOD) return verdict
    gain_db = value
    tellSettings()
    report(codes.EVENT_GAIN, value)
    return DONE
}

/** Changes a field of the settings, which must fit the plugged-in catheter for a pullback from the parking position. */
export function changeSetting(field: string, value: number, device: number): Verdict {
    if (!isIdle()) return wrongState()
    const verdict = controlVerdict(machine.HOLDER_UNIT, device)
    if (verdict.reason !== codes.GOOD) return verdict
    const settings: any = currentSettings()
    const before = settings[field]
    settings[field] = value
    const result = checkRequested(settings, PARK_NM)
    if (!result.setup) settings[field] = before
    else {
        // Checked with the settings before.
        checked_setup = undefined
        tellSettings()
    }
    return result
}

export function handleCatheter(payload: Buffer): Verdict {
    if (!isIdle()) return wrongState()
    const catheter = catheterIn(payload)
    const field = invalidField(catheter)
    if (field >= 0) return { reason: codes.REFUSED_CATHETER_FIELD, value: field }
    // The transmit budget of a built-in catheter cannot be changed.
    if (isBuiltIn(catheter.id)) return { reason: codes.REFUSED_CATHETER_BUILT_IN, value: 0 }
    if (pairs) pairs.forgetPairs()
    state.sent_catheter = payload
    // Reads the catheter again: the plugged-in one may be known now.
    state.plugged = undefined
    report(codes.EVENT_CATHETER_DATA, 0)
    return DONE
}

/** The sled must be homed with its new scale, and its survey then checks the record. */
export async function handleCalibration(record: Buffer): Promise<Verdict> {
    if (!state.allows(machine.ON_CALIBRATION) || !isIdle() || stopping) return wrongState()
    const reason = await storeCalibration(record)
    if (reason !== codes.GOOD) return { reason, value: 0 }
    checked_setup = undefined
    report(codes.EVENT_CALIBRATED, 0)
    state.dispatch(machine.ON_CALIBRATION)
    return DONE
}

/** A part of a pair list is written directly into the front end's table, so nothing may fire. */
export async function handlePairs(piece: Buffer): Promise<Verdict> {
    if (!isIdle()) return wrongState()
    const catheter = state.catheterNamed(await front.catheterId())
    if (!pairs || !catheter || !hasElements(catheter))
        return { reason: codes.REFUSED_DATA, value: 0 }
    // The setup was checked against the previous table.
    checked_setup = undefined
    const reason = await pairs.takePairs(piece, catheter)
    if (reason !== codes.GOOD) return { reason, value: pairs.pairsRefusalValue() }
    report(codes.EVENT_PAIRS, pairs.pairsReceived())
    return DONE
}
