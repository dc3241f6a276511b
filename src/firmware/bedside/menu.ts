// The menu of the dial: rows, values and their steps. Imports no hardware, and the time is passed in: Node runs the same code as the VM.

import { STATE_LIVE, STATE_READY } from "../../shared/cart-machine"
import {
    NOTICE_UNCHANGED,
    RING_DOWN_ASKS,
    RING_DOWN_SHOWS,
    ROW_BACK,
    ROW_CATHETER,
    ROW_GAIN,
    ROW_LENGTH,
    ROW_MODE,
    ROW_RING_DOWN,
    ROW_SPEED,
    SET_GAIN,
    SET_LENGTH,
    SET_MODE,
    SET_SPEED,
    type UnitState,
} from "./unit-state"

// What a push asks for, besides a change of the menu.
export const KEEP_NOTHING = 0
/** The value of the row is to be set. */
export const KEEP_VALUE = 1
export const CAPTURE_RING_DOWN = 2

/** Without a turn or a push for so long, the menu closes and nothing is changed. */
export const MENU_MS = 10000

const SPEED_MIN_NM_S = 250000
const SPEED_MAX_NM_S = 10000000
const LENGTH_MIN_NM = 1000000
/** Longest pullback of any catheter, if the plugged-in one has no stroke. */
const LENGTH_MAX_NM = 150000000
const GAIN_MAX_DB = 20
/** Modes of pullback-settings: continuous, stepped, gated by the ECG. */
const MODES = [1, 4, 5]

/** State in which the menu was opened; in any other one it closes. */
let opened_in = 0
let used_ms = 0

export function openMenu(unit: UnitState, now_ms: number): void {
    opened_in = unit.cart.state
    used_ms = now_ms
    unit.row = opened_in === STATE_LIVE ? ROW_GAIN : ROW_SPEED
    unit.is_editing = false
}

export function closeMenu(unit: UnitState): void {
    unit.row = -1
    unit.is_editing = false
}

/** To be called each 10 ms. */
export function stepMenu(unit: UnitState, now_ms: number): number {
    if (unit.row < 0) return 0
    const is_over = now_ms - used_ms >= MENU_MS
    if (unit.cart_is_there && unit.cart.state === opened_in && !is_over) return 0
    const notice = is_over && unit.is_editing ? NOTICE_UNCHANGED : 0
    closeMenu(unit)
    return notice
}

/** The rows are in the order of their numbers, those of another state left out. */
function hasRow(row: number): boolean {
    if (row === ROW_GAIN || row === ROW_BACK) return true
    return row === ROW_RING_DOWN ? opened_in === STATE_LIVE : opened_in === STATE_READY
}

/** @param clicks of the dial, to the right; one turn goes no further than an end */
export function turnMenu(unit: UnitState, clicks: number, now_ms: number): void {
    if (unit.row < 0) return
    used_ms = now_ms
    const step = clicks < 0 ? -1 : 1
    for (; clicks !== 0; clicks -= step) {
        if (!unit.is_editing) turnRow(unit, step)
        // A page that has nothing to change is left by a turn.
        else if (unit.row === ROW_CATHETER || unit.row === ROW_RING_DOWN) unit.is_editing = false
        else unit.edited = stepped(unit, step)
    }
}

function turnRow(unit: UnitState, step: number): void {
    let row = unit.row + step
    while (row >= ROW_SPEED && row <= ROW_BACK) {
        if (hasRow(row)) {
            unit.row = row
            return
        }
        row += step
    }
}

/** The value one step further, within its limits. */
function stepped(unit: UnitState, step: number): number {
    const value = unit.edited
    if (unit.row === ROW_SPEED)
        return nextMultiple(value, step, speedStep(value, step), SPEED_MIN_NM_S, SPEED_MAX_NM_S)
    if (unit.row === ROW_LENGTH) {
        const longest_nm = unit.settings.length_max_nm
        return nextMultiple(
            value,
            step,
            lengthStep(value, step),
            LENGTH_MIN_NM,
            longest_nm > 0 ? longest_nm : LENGTH_MAX_NM
        )
    }
    if (unit.row === ROW_GAIN) return nextMultiple(value, step, 1, -GAIN_MAX_DB, GAIN_MAX_DB)
    const at = MODES.indexOf(value) + step
    return MODES[Math.max(0, Math.min(at, MODES.length - 1))]
}

/** 0.25 mm/s up to 2 mm/s, 0.5 up to 5, then 1. */
function speedStep(value: number, step: number): number {
    // Down from a limit, the steps are those below it.
    const at = value + step
    if (at < 2000000) return 250000
    return at < 5000000 ? 500000 : 1000000
}

/** 1 mm up to 30 mm, then 5. */
function lengthStep(value: number, step: number): number {
    return value + step < 30000000 ? 1000000 : 5000000
}

/** The next multiple of `unit` above or below the value. */
function nextMultiple(
    value: number,
    step: number,
    unit: number,
    least: number,
    most: number
): number {
    const next = step > 0 ? Math.floor(value / unit) + 1 : Math.ceil(value / unit) - 1
    return Math.max(least, Math.min(next * unit, most))
}

/** The value of a row as it is set now. */
function currentValue(unit: UnitState): number {
    const settings = unit.settings
    if (unit.row === ROW_SPEED) return settings.speed_nm_s
    if (unit.row === ROW_LENGTH) return settings.length_nm
    if (unit.row === ROW_MODE) return settings.mode
    if (unit.row === ROW_GAIN) return settings.gain_db
    return RING_DOWN_ASKS
}

/** @returns one of KEEP_ or CAPTURE_RING_DOWN */
export function pushMenu(unit: UnitState, now_ms: number): number {
    used_ms = now_ms
    const row = unit.row
    if (row === ROW_BACK) {
        closeMenu(unit)
        return KEEP_NOTHING
    }
    if (!unit.is_editing) {
        unit.is_editing = true
        unit.edited = currentValue(unit)
        return KEEP_NOTHING
    }
    if (row === ROW_RING_DOWN && unit.edited === RING_DOWN_ASKS) {
        unit.edited = RING_DOWN_SHOWS
        return CAPTURE_RING_DOWN
    }
    unit.is_editing = false
    return row === ROW_CATHETER || row === ROW_RING_DOWN ? KEEP_NOTHING : KEEP_VALUE
}

/** The command of pullback-settings that sets the value of a row. */
export function settingOf(row: number): number {
    if (row === ROW_SPEED) return SET_SPEED
    if (row === ROW_LENGTH) return SET_LENGTH
    return row === ROW_MODE ? SET_MODE : SET_GAIN
}
