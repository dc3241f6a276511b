// The safety circuit as the firmware uses it: heartbeat, re-arming of the latch, and the cause when SAFE falls
// (boards/README.md, "Safety circuit").

import * as ds from "@devicescript/core"
import { FAULT_ESTOP, FAULT_SAFETY_TRIPPED } from "../../shared/codes"
import { PIN_HEARTBEAT, PIN_SAFE_REARM, PIN_SAFE_SENSE } from "../../shared/devices/pins"
import { Board } from "../platform/board"
import { CartFault } from "../platform/cart-fault"

/** A loop later than this may have let the watchdog of 90 to 110 ms expire. */
const HUNG_MS = 80
const AFTER_HANG_MS = 1000

let board: Board
let heartbeat = 0
/** SAFE was armed and has not been seen low since. */
let armed = false
/** Time left in which a fallen SAFE is the effect of a hang, in ms. */
let after_hang_ms = 0
/** The self test before the present loop took longer than a loop. */
let just_armed = false

/** To be called once, before any other function of this file. */
export function openSafety(opened: Board): void {
    board = opened
}

/** One edge of the heartbeat. */
export async function beat(): Promise<void> {
    heartbeat ^= 1
    await board.setPin(PIN_HEARTBEAT, heartbeat)
}

/** Whether the circuit allows motor and transmit: 1 or 0. */
export function isSafe(): number {
    return board.readPin(PIN_SAFE_SENSE)
}

/** An edge of the heartbeat, then one pulse on SAFE_REARM. @throws CartFault if SAFE stays low: the e-stop chain is open */
export async function pulseRearm(): Promise<void> {
    await beat()
    await board.setPin(PIN_SAFE_REARM, 1)
    await ds.sleep(1)
    await board.setPin(PIN_SAFE_REARM, 0)
    await ds.sleep(1)
    if (!isSafe()) throw new CartFault(FAULT_ESTOP, 0)
}

/** Allows motor and transmit, from now on until SAFE falls. @throws CartFault as {@link pulseRearm} */
export async function rearmSafe(): Promise<void> {
    await pulseRearm()
    armed = true
    just_armed = true
    after_hang_ms = 0
}

/**
 * To be called by every loop. @throws CartFault once when SAFE has fallen: by a hang of this program, else by the e-stop
 * @param interval_ms time since the loop before
 */
export function checkSafe(interval_ms: number): void {
    // The level may arrive some loops after the one that was late. A clock that was set back is a late loop too.
    if (just_armed) just_armed = false
    else if (interval_ms > HUNG_MS || interval_ms < 0) after_hang_ms = AFTER_HANG_MS
    else after_hang_ms -= interval_ms
    if (!armed || isSafe()) return
    armed = false
    throw new CartFault(after_hang_ms > 0 ? FAULT_SAFETY_TRIPPED : FAULT_ESTOP, interval_ms)
}
