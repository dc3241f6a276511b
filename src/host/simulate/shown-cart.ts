// What the simulator's page shows of the cart, from its latest status.

import * as machine from "../../shared/cart-machine"
import { GOOD } from "../../shared/codes"
import { PARK_NM } from "../../shared/motion/ramp"
import { type Description, type Status, STATUS_HOMED } from "../../shared/protocol/messages"
import type { CartState } from "./messages"
import { alarmText, stateWord } from "./unit-words"

/**
 * @param status undefined while no cart is heard
 * @param outcome how the latest pullback ended, until the sled is ready for another one
 * @param speedMmPerS of the sled, by an instrument
 */
export function shownCart(
    status: Status | undefined,
    description: Description | undefined,
    outcome: number | undefined,
    speedMmPerS: number
): CartState {
    const homed = status !== undefined && (status.flags & STATUS_HOMED) !== 0
    return {
        state: status ? (machine.STATE_NAMES[status.state] ?? null) : null,
        word: status ? stateWord(status.state, outcome) : null,
        positionMm: homed ? status.position_nm / 1e6 : null,
        speedMmPerS: Number(speedMmPerS.toFixed(2)),
        remainingMm: status ? remainingMm(status, description) : null,
        lengthMm: description
            ? (description.window_end_nm - description.window_start_nm) / 1e6
            : null,
        control: status ? machine.holderName(status.control) : null,
        fault:
            status && status.fault !== GOOD
                ? { code: status.fault, text: alarmText(status) }
                : null,
    }
}

function remainingMm(
    { state, position_nm }: Status,
    description: Description | undefined
): number | null {
    if (state === machine.STATE_PULLING && description)
        return Math.max(0, description.window_end_nm - position_nm) / 1e6
    if (state === machine.STATE_RETURNING) return Math.max(0, position_nm - PARK_NM) / 1e6
    return null
}
