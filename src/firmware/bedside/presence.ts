// Says that the unit is there: to the cart each 50 ms while it is in control, with the hold of a button if one is held.

import { beat } from "./cart-client"
import { isHolding } from "./procedure"
import { UnitState } from "./unit-state"

const BEAT_MS = 50

let next_ms = 0

/** To be called each 10 ms. */
export async function stepPresence(unit: UnitState, now_ms: number): Promise<void> {
    if (!unit.in_control || now_ms < next_ms) return
    next_ms = Math.max(next_ms + BEAT_MS, now_ms + BEAT_MS - 10)
    await beat(isHolding())
}
