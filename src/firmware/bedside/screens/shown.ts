// What the screen is drawn from: the unit, and what follows from the state of its cart.

import { moves, STATE_ARMED } from "../../../shared/cart-machine"
import { UnitState } from "../unit-state"

export let unit: UnitState
export let state = 0
/** The sled may be moving. */
export let moving = false
/** It moves, or the next press moves it. */
export let hot = false

/** To be called before anything is drawn. */
export function lookAt(shown: UnitState): void {
    unit = shown
    state = unit.cart.state
    moving = moves(state)
    hot = moving || state === STATE_ARMED
}
