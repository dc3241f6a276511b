// What the press of a button asks for, by the state of the cart. Imports no hardware: Node runs the same code as the VM.

import * as machine from "../../shared/cart-machine"
import { fires, isLatched, moves, needsControl, nextState } from "../../shared/cart-machine"
import { REFUSED_CONTROL, REFUSED_STATE } from "../../shared/codes"
import * as buttons from "../../shared/devices/bedside-unit"
import { NOTICE_DIAL, NOTICE_NOTHING, type UnitState } from "./unit-state"

// Besides the COMMAND_ of cart-machine.ts.
/** Nothing: `refusal` says why. */
export const REFUSED = 0
/** The operator has seen why the cart restarted, or that its calibration is due. */
export const SEEN = 100
/** Opens the menu. */
export const MENU = 101

/** Why {@link askedBy} last returned {@link REFUSED}: a code of codes.ts or NOTICE_. */
export let refusal = 0

function refused(reason: number): number {
    refusal = reason
    return REFUSED
}

/**
 * What a press asks for. START and STOP have a rule of their own, {@link startsNow}.
 * @returns COMMAND_, SEEN, MENU or REFUSED
 */
export function askedBy(button: number, unit: UnitState): number {
    const state = unit.cart.state
    if (button === buttons.BUTTON_ACK) return acknowledged(unit)
    let command = machine.COMMAND_HOME
    if (button === buttons.BUTTON_LIVE)
        command =
            state === machine.STATE_LIVE || state === machine.STATE_ARMED
                ? machine.COMMAND_STANDBY
                : machine.COMMAND_LIVE
    else if (button === buttons.BUTTON_ARM) command = machine.COMMAND_ARM
    else if (button === buttons.BUTTON_RETURN) command = machine.COMMAND_RETURN
    else if (button === buttons.BUTTON_RELEASE)
        command = state === machine.STATE_MANUAL ? machine.COMMAND_ENGAGE : machine.COMMAND_RELEASE
    else if (button === buttons.BUTTON_DIAL) command = dialled(state)
    else if (button !== buttons.BUTTON_HOME) command = machine.COMMAND_JOG
    const needs_control = command === MENU || needsControl(command)
    if (needs_control && othersLead(unit)) return refused(REFUSED_CONTROL)
    if (command === 0) return refused(NOTICE_DIAL)
    if (command === MENU || command === machine.COMMAND_MARK) return command
    return nextState(state, command) < 0 ? refused(REFUSED_STATE) : command
}

/** What the push of the dial asks for while no menu is open; 0: nothing. */
function dialled(state: number): number {
    if (state === machine.STATE_READY || state === machine.STATE_LIVE) return MENU
    return state === machine.STATE_PULLING ? machine.COMMAND_MARK : 0
}

/** Somebody else is in control and there. Another unit may have vanished unless the cart moves or fires: the cart knows. */
function othersLead(unit: UnitState): boolean {
    const cart = unit.cart
    if (cart.control === machine.HOLDER_HOST) return cart.host_present
    if (cart.control === machine.HOLDER_NOBODY || unit.in_control) return false
    return moves(cart.state) || fires(cart.state)
}

function acknowledged(unit: UnitState): number {
    const cart = unit.cart
    if (cart.sound_priority !== 0) return machine.COMMAND_PAUSE_SOUND
    if (cart.state === machine.STATE_STOPPED) return machine.COMMAND_RESET
    if (isLatched(cart.state) || cart.alarm !== 0) return machine.COMMAND_ACKNOWLEDGE
    if (tellsRestart(unit)) return SEEN
    if (cart.calibration_reason !== 0 && !unit.calibration_seen) return SEEN
    return refused(NOTICE_NOTHING)
}

/** A power-up that interrupted nothing needs no telling. */
export function tellsRestart(unit: UnitState): boolean {
    const { restart_cause, interrupted } = unit.cart
    return !unit.restart_seen && (interrupted !== 0 || restart_cause > 1)
}

/**
 * Whether a press of START starts the pullback; else it stops.
 * @param has_started a start was asked for since the cart was armed: the next press is a stop, even if the cart has not yet told
 * that it pulls
 */
export function startsNow(unit: UnitState, has_started: boolean): boolean {
    return (
        unit.cart_is_there &&
        unit.in_control &&
        unit.cart.state === machine.STATE_ARMED &&
        !has_started
    )
}
