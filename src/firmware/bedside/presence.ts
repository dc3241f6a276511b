// Says that the unit is there: to the cart each 50 ms while it is in control, with the hold of a button if one is held.
// A unit that nobody uses while the cart rests falls silent, so that its control ends and the host can take it.

import { fires, moves } from "../../shared/cart-machine"
import { beat } from "./cart-client"
import { isHolding } from "./procedure"
import { UnitState } from "./unit-state"

const BEAT_MS = 50
/** Without a press or a turn for so long, a unit at rest gives up control. Preparing to fire takes less. */
const UNUSED_MS = 60000

let next_ms = 0

/** To be called each 10 ms. */
export async function stepPresence(unit: UnitState, now_ms: number): Promise<void> {
    if (!unit.in_control || now_ms < next_ms) return
    const state = unit.cart.state
    if (now_ms - unit.used_ms > UNUSED_MS && !moves(state) && !fires(state)) return
    next_ms = Math.max(next_ms + BEAT_MS, now_ms + BEAT_MS - 10)
    await beat(isHolding())
}
