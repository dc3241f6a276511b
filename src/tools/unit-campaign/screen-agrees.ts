// Whether what the display says agrees with the state of the cart, as the cart itself told it and as the ruler shows it.

import type { ReadScreen } from "../../../hil-tests/support/bedside/read-display"
import * as machine from "../../shared/cart-machine"

/** The states in which each large word may stand. Words of alarms, menus and of the unit itself are free. */
const STATES: Readonly<Record<string, readonly number[]>> = {
    "NOT HOMED": [machine.STATE_UNHOMED],
    HOMING: [machine.STATE_HOMING],
    READY: [machine.STATE_READY],
    LIVE: [machine.STATE_LIVE],
    ARMED: [machine.STATE_ARMED],
    PULLING: [machine.STATE_PULLING],
    COMPLETED: [machine.STATE_COMPLETED],
    "CUT SHORT": [machine.STATE_COMPLETED],
    RETURNING: [machine.STATE_RETURNING],
    JOG: [machine.STATE_JOGGING],
    RELEASED: [machine.STATE_MANUAL],
    CALIBRATE: [machine.STATE_CALIBRATING],
    "E-STOP": [machine.STATE_STOPPED],
}
/** Words that must stand somewhere while the sled moves; behind an alarm they are small. */
const MOTION: Readonly<Record<number, RegExp>> = {
    [machine.STATE_HOMING]: /HOMING/,
    [machine.STATE_PULLING]: /PULLING/,
    [machine.STATE_RETURNING]: /RETURNING/,
    [machine.STATE_JOGGING]: /JOG/,
}

/** @returns what disagrees, or undefined */
export function disagreement(screen: ReadScreen, state: number): string | undefined {
    const name = machine.STATE_NAMES[state]
    const shown = screen.lines.join(" | ")
    if (screen.texts.length === 0) return `the display is blank in the state "${name}"`
    const states = STATES[screen.word]
    if (states && !states.includes(state)) return `${screen.word} is shown in the state "${name}"`
    const motion = MOTION[state]
    if (motion && !motion.test(screen.text))
        return `the display does not say that the sled moves in the state "${name}": ${shown}`
    if (state === machine.STATE_STOPPED && !screen.text.includes("E-STOP"))
        return `the display does not show the e-stop: ${shown}`
    return undefined
}

/** Without its cart the unit shows no state of it. */
export function disagreementUnplugged(screen: ReadScreen): string | undefined {
    if (screen.word in STATES) return `${screen.word} is shown by a unit without a cart`
    return undefined
}
