// The latch of the safety circuit: re-arms it deliberately and reads it back (boards/README.md, "Safety circuit").

import * as ds from "@devicescript/core"
import { PIN_SAFE_REARM, PIN_SAFE_SENSE } from "../../shared/devices/pins"
import { Board } from "../platform/board"

let board: Board

/** To be called once, before any other function of this file. */
export function openSafety(opened: Board): void {
    board = opened
}

/** Whether the circuit allows motor and transmit. */
export function isSafe(): boolean {
    return board.readPin(PIN_SAFE_SENSE) !== 0
}

/** One pulse on SAFE_REARM. @returns whether the latch is set; not while the e-stop chain is open */
export async function rearmSafe(): Promise<boolean> {
    await board.setPin(PIN_SAFE_REARM, 1)
    await ds.sleep(1)
    await board.setPin(PIN_SAFE_REARM, 0)
    await ds.sleep(1)
    return isSafe()
}
