// What the operator's presses do: commands to the cart, the menu, and the hold of a button that runs the sled.

import * as machine from "../../shared/cart-machine"
import { isLatched, moves } from "../../shared/cart-machine"
import * as keys from "../../shared/devices/bedside-unit"
import { askedBy, MENU, refusal, REFUSED, SEEN, startsNow, tellsRestart } from "./button-rules"
import { holdsToRun, LET_GO, PRESSED } from "./buttons"
import { cancelRequest, command, setting, stop } from "./cart-client"
import { noteMuted } from "./cart-status"
import {
    CAPTURE_RING_DOWN,
    closeMenu,
    KEEP_VALUE,
    openMenu,
    pushMenu,
    settingOf,
    stepMenu,
    turnMenu,
} from "./menu"
import { showSoon } from "./display-loop"
import { inform, refuse } from "./notice"
import { buttons } from "./panel"
import * as notices from "./unit-state"
import { UnitState } from "./unit-state"

/** ARM that is down for longer was not pressed for this START: it may be stuck. */
const ARM_HELD_MS = 1000
/** Of a jog; the sign is the direction. Proximal is that of the pullback. */
const JOG_NM_S = 1000000

let unit: UnitState
/** The hold-to-run button whose command was sent, -1: none. */
let held = -1
/** The sled has moved for it. */
let has_run = false
/** A start was asked for since the cart was armed. */
let has_started = false

export function openProcedure(state: UnitState): void {
    unit = state
}

/** Whether the heartbeat says that a button is held. */
export function isHolding(): boolean {
    return held >= 0
}

/** @param what PRESSED, LET_GO or PRESSED_TO_STOP */
export async function onButton(button: number, what: number, now_ms: number): Promise<void> {
    showSoon()
    unit.used_ms = now_ms
    if (what === LET_GO) {
        if (button === held) await endHold()
        return
    }
    unit.notice = 0
    if (button === keys.BUTTON_START) return await pressStart(what === PRESSED, now_ms)
    if (button === keys.BUTTON_DIAL && unit.row >= 0) return await push(now_ms)
    closeMenu(unit)
    if (!unit.cart_is_there) {
        // The alarm of the unit itself, that it has lost its cart.
        if (button === keys.BUTTON_ACK) noteMuted(unit, now_ms)
        return refuse(unit, notices.NOTICE_NO_CART, 0)
    }
    if (holdsToRun(button)) await pressHold(button)
    else await press(button, now_ms)
}

/** Starts if everything is ready for it, else stops. A stop needs nothing. */
async function pressStart(may_start: boolean, now_ms: number): Promise<void> {
    held = -1
    unit.jog = 0
    closeMenu(unit)
    if (!may_start || !startsNow(unit, has_started)) return await stop()
    const arm = buttons[keys.BUTTON_ARM]
    if (arm.is_down) {
        if (now_ms - arm.edge_ms > ARM_HELD_MS) return await stop()
        return refuse(unit, notices.NOTICE_ARM_HELD, 0)
    }
    has_started = true
    await command(machine.COMMAND_START, 0)
}

async function pressHold(button: number): Promise<void> {
    const first = held
    for (const other of buttons)
        if (other.number !== button && other.is_down && holdsToRun(other.number)) {
            if (first >= 0) await endHold()
            return refuse(unit, notices.NOTICE_TWO_HELD, 0)
        }
    const asked = askedBy(button, unit)
    if (asked === REFUSED) return refuse(unit, refusal, unit.cart.state)
    held = button
    has_run = false
    unit.jog = 0
    if (button === keys.BUTTON_JOG_DISTAL) unit.jog = -1
    else if (button === keys.BUTTON_JOG_PROXIMAL) unit.jog = 1
    await command(asked, unit.jog * JOG_NM_S)
}

/** A stop ends the move at once; without it the cart would wait for the next hold. */
async function endHold(): Promise<void> {
    held = -1
    unit.jog = 0
    cancelRequest()
    await stop()
}

async function press(button: number, now_ms: number): Promise<void> {
    const asked = askedBy(button, unit)
    if (asked === REFUSED) return refuse(unit, refusal, unit.cart.state)
    if (asked === MENU) return openMenu(unit, now_ms)
    if (asked === SEEN) {
        if (tellsRestart(unit)) unit.restart_seen = true
        else unit.calibration_seen = true
        return
    }
    if (asked === machine.COMMAND_PAUSE_SOUND) {
        noteMuted(unit, now_ms)
        inform(unit, notices.NOTICE_SOUND_PAUSED)
    }
    await command(asked, 0)
}

async function push(now_ms: number): Promise<void> {
    const row = unit.row
    const kept = pushMenu(unit, now_ms)
    if (kept === CAPTURE_RING_DOWN) await command(machine.COMMAND_RING_DOWN, 1)
    else if (kept === KEEP_VALUE) await setting(settingOf(row), unit.edited)
}

export function onTurn(clicks: number, now_ms: number): void {
    showSoon()
    unit.used_ms = now_ms
    turnMenu(unit, clicks, now_ms)
}

/** The cart has answered. @param asked COMMAND_ of pullback-cart, others are larger */
export function onAnswer(asked: number, reason: number, value: number): void {
    showSoon()
    if (reason !== 0) {
        // Whatever was refused, no button runs the sled now. The next press is a new one.
        if (asked === machine.COMMAND_JOG || asked === machine.COMMAND_RETURN) forgetHold()
        if (asked === machine.COMMAND_CONTROL) forgetHold()
        if (asked === machine.COMMAND_START) has_started = false
        return
    }
    // An acknowledged warning stands in the top line only, whether its sound was paused or not.
    if (asked === machine.COMMAND_ACKNOWLEDGE) unit.is_muted = false
    if (asked === machine.COMMAND_MARK) {
        unit.mark_nm = value
        unit.has_mark = true
        inform(unit, notices.NOTICE_MARKED)
    }
}

function forgetHold(): void {
    held = -1
    unit.jog = 0
}

/** To be called each 10 ms. */
export function stepProcedure(now_ms: number): void {
    if (unit.cart.state !== machine.STATE_ARMED) has_started = false
    if (!unit.cart_is_there) forgetHold()
    if (held >= 0) {
        const state = unit.cart.state
        const runs = moves(state)
        if (has_run && !runs) {
            if (unit.jog !== 0 && !isLatched(state)) inform(unit, notices.NOTICE_END)
            forgetHold()
        }
        has_run = runs
    }
    const notice = stepMenu(unit, now_ms)
    if (notice !== 0) inform(unit, notice)
}
