// Which lamps are on. Imports no hardware, and the time is passed in: Node runs the same code as the VM.

import { PRIORITY_MEDIUM, priorityOf, signalOf } from "../../shared/alarms"
import { fires, moves } from "../../shared/cart-machine"
import {
    LAMP_ALARM_RED,
    LAMP_ALARM_YELLOW,
    LAMP_MOTION,
    LAMP_POWER,
    LAMP_ULTRASOUND,
} from "../../shared/devices/bedside-unit"
import type { UnitState } from "./unit-state"

/** The unit had a cart and hears it no more: an alarm of its own. */
export function hasLostCart(unit: UnitState): boolean {
    return unit.cart_was_there && !unit.cart_is_there
}

/** The alarm and its lamp, worked out once for each alarm. */
let alarm = 0
let lamp = ""
let half_ms = 0

/** Sets 1 for each lamp that is on now. */
export function lampLevels(unit: UnitState, now_ms: number, into: number[]): void {
    const cart = unit.cart
    const is_there = unit.cart_is_there
    into[LAMP_POWER] = 1
    into[LAMP_MOTION] = is_there && moves(cart.state) ? 1 : 0
    into[LAMP_ULTRASOUND] = is_there && fires(cart.state) ? 1 : 0
    // No code has the number 1.
    const shown = hasLostCart(unit) ? 1 : is_there ? cart.alarm : 0
    if (shown !== alarm) {
        alarm = shown
        const signal = signalOf(shown === 1 ? PRIORITY_MEDIUM : priorityOf(shown))
        lamp = signal.lamp
        half_ms = signal.flash_chz > 0 ? Math.round(50000 / signal.flash_chz) : 0
    }
    const is_on = half_ms === 0 || Math.floor(now_ms / half_ms) % 2 === 0 ? 1 : 0
    into[LAMP_ALARM_RED] = lamp === "red" ? is_on : 0
    into[LAMP_ALARM_YELLOW] = lamp === "yellow" ? is_on : 0
}
