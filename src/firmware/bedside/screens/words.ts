// Numbers and names as the screens show them.

import { HOLDER_HOST, HOLDER_UNIT, STATE_COMPLETED } from "../../../shared/cart-machine"
import { UnitState } from "../unit-state"

/** The large word of each state. */
const STATE_WORDS =
    "SELF TEST,SELF TEST,NOT HOMED,HOMING,READY,LIVE,ARMED,PULLING,COMPLETED,RETURNING,RELEASED,FAULT,E-STOP,CALIBRATE,JOG"
/** The buttons in the order of their numbers. */
const BUTTON_NAMES = "LIVE,ARM,START,HOME,JOG DISTAL,JOG PROX.,RETURN,RELEASE,ACK,DIAL"

/** One of several words with commas between them. */
export function nth(names: string, n: number): string {
    return names.split(",")[n] || "?"
}

export function stateWord(state: number): string {
    return nth(STATE_WORDS, state)
}

/** The state, and of one that is completed what came out of it: never a success if the run ended early. */
export function resultWord(unit: UnitState): string {
    const { state, outcome } = unit.cart
    if (state !== STATE_COMPLETED) return stateWord(state)
    if (unit.pulled_nm < 0) return "STOPPED"
    return outcome ? "CUT SHORT" : "COMPLETED"
}

export function buttonName(button: number): string {
    return nth(BUTTON_NAMES, button)
}

/** How the sled moves: the modes that a pullback can have. */
export function modeName(mode: number): string {
    return nth(",CONTINUOUS,,,STEPPED,ECG GATED", mode)
}

export function ringDownName(ring_down: number): string {
    return nth("none,asked,stored,failed", ring_down)
}

/** A length or speed in mm, at most five letters. @param scale 10 for one decimal place, 100 for two */
export function mm(nm: number, scale: number): string {
    const value = Math.constrain(Math.round((nm * scale) / 1000000), -999, 9999)
    const size = Math.abs(value)
    const whole = Math.idiv(size, scale)
    // The digit in front of the decimals keeps their leading zeros.
    return (value < 0 ? "-" : "") + whole + "." + ("" + (size - whole * scale + scale)).slice(1)
}

export function decibels(gain_db: number): string {
    return (gain_db > 0 ? "+" : "") + Math.constrain(gain_db, -99, 99) + " dB"
}

/** How much of the motion is left: of the imaged window, or of the way back. */
export function leftNm(unit: UnitState): number {
    const { start_nm, end_nm, position_nm } = unit.cart
    const length = end_nm - start_nm
    let left = end_nm - position_nm
    if (length < 0) left = -left
    return Math.constrain(left, 0, Math.abs(length))
}

/** Whether somebody else is in control, and there. */
export function otherLeads(unit: UnitState): boolean {
    const { control, host_present } = unit.cart
    return control === HOLDER_HOST ? host_present : control === HOLDER_UNIT && !unit.in_control
}

/** How much of it is done, 0 to 1. */
export function doneShare(unit: UnitState): number {
    const { start_nm, end_nm } = unit.cart
    const length = Math.abs(end_nm - start_nm)
    return length === 0 ? 0 : 1 - leftNm(unit) / length
}
