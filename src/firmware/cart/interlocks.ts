// The conditions that every control loop checks unless a fault is latched; a violated one is thrown as a CartFault.

import { FrontEnd, RotorDrive } from "../acquisition/front-end"
import { last_message_ms, hostIsPresent, LINK_LIMIT_MS } from "../link/link"
import { stopping } from "../motion/guard"
import { rampSpeedNmS } from "../motion/sled"
import { checkDriver } from "../motion/supervision"
import { drv_status } from "../motion/tmc5160"
import { DRV_OPEN_LOAD, DRV_WARM } from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { end } from "../../shared/alarms"
import { fires, HOLDER_UNIT, moves } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { alarms } from "./alarms"
import { holder, holderSilentMs, UNIT_MORE_MS } from "./control"
import { report } from "./events"

/** Longest interval between two loops while the sled moves: two of three loops were missed. */
export const LOOP_LIMIT_MS = 30

/** Slow motion, in which the flags of an open coil are meaningful: one revolution per second. */
const OPEN_LOAD_MAX_NM_S = 1100000
const OPEN_POLLS = 5
const WARM_POLLS = 3

let front_end: FrontEnd
/** Undefined if the front end drives none. */
let rotor_drive: RotorDrive | undefined
/** Polls in a row in which the flag differed from {@link was_warm}. */
let warm_polls = 0
let was_warm = 0
/** Polls in a row in which slow motion showed an open coil; below 0: showed none. */
let open_polls = 0

/** To be called once, before {@link checkInterlocks}. */
export function openInterlocks(front: FrontEnd, rotor: RotorDrive | undefined): void {
    front_end = front
    rotor_drive = rotor
}

/**
 * Loop on time, motor driver and front end working, catheter plugged in, the one in control and the host connected.
 * @param is_preparing firing was requested and begins without a further request
 */
export async function checkInterlocks(
    state: number,
    is_preparing: boolean,
    now_ms: number,
    interval_ms: number
): Promise<void> {
    const moving = moves(state) || stopping
    if (interval_ms > LOOP_LIMIT_MS && moving)
        throw new CartFault(codes.FAULT_LOOP_LATE, interval_ms)
    await checkDriver(now_ms)
    const rotor = rotor_drive
    const rotating = rotor !== undefined && rotor.target_mrpm !== 0
    const firing = fires(state)
    const fault = await front_end.watch(firing || rotating, firing)
    if (fault && fault.code !== codes.FAULT_ROTOR_SPEED) throw fault
    if (firing) {
        // The rotor's own check names the fault more exactly.
        if (rotor) await rotor.check()
        if (fault) throw fault
    }
    // Nothing may fire without a host, as nobody records it.
    let needs_host = firing || is_preparing
    if (!needs_host && !moves(state)) return
    if (holder !== HOLDER_UNIT) needs_host = true
    else if (holderSilentMs() > LINK_LIMIT_MS)
        throw new CartFault(codes.FAULT_UNIT_LOST, holderSilentMs() + UNIT_MORE_MS)
    if (needs_host && !hostIsPresent())
        throw new CartFault(codes.FAULT_LINK_LOST, now_ms - last_message_ms)
}

/**
 * Reports each warning of the motor driver when it appears, an open coil once in each stay in a moving state. The alarm of a warm
 * driver ends with the flag, that of an open coil when as many polls of slow motion show none.
 */
export function checkWarnings(state: number): void {
    const status = drv_status | 0
    const warm = status & DRV_WARM
    // A flipped bit, or a flag that comes and goes, is no change.
    warm_polls = warm === was_warm ? 0 : warm_polls + 1
    if (warm_polls === WARM_POLLS) {
        warm_polls = 0
        was_warm = warm
        if (warm) report(codes.EVENT_DRIVER_WARM, status)
        else end(alarms, codes.EVENT_DRIVER_WARM)
    }
    if (!moves(state)) {
        open_polls = 0
        return
    }
    const speed_nm_s = Math.abs(rampSpeedNmS())
    // The flags are false at standstill and in fast motion (data sheet, DRV_STATUS).
    if (speed_nm_s === 0) return
    if (speed_nm_s > OPEN_LOAD_MAX_NM_S) return
    if (open_polls === OPEN_POLLS) return
    const step = status & DRV_OPEN_LOAD ? 1 : -1
    // A poll that differs from those before it is the first of its kind.
    if (open_polls * step < 0) open_polls = 0
    open_polls += step
    if (open_polls === OPEN_POLLS) report(codes.EVENT_OPEN_LOAD, status)
    else if (open_polls === -OPEN_POLLS) end(alarms, codes.EVENT_OPEN_LOAD)
}
