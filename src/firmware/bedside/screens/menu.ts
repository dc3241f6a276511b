// The menu of the dial, and the pages on which one setting is changed.

import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import { STATE_LIVE } from "../../../shared/cart-machine"
import {
    ROW_BACK,
    ROW_CATHETER,
    ROW_GAIN,
    ROW_LENGTH,
    ROW_MODE,
    ROW_RING_DOWN,
    ROW_SPEED,
    UnitState,
} from "../unit-state"
import {
    arrow,
    ARROW_LEFT,
    ARROW_RIGHT,
    fill,
    header,
    hint,
    ink,
    large,
    lines,
    next,
    slider,
    small,
    smallRight,
    word,
} from "./layout"
import { textOf } from "./texts"
import { decibels, mm, modeName, nth, ringDownName } from "./words"

const LABELS = "speed,length,,mode,gain,ring-down,back"
const TITLES = "SPEED,LENGTH,CATHETER,MODE,GAIN,RING-DOWN"

function valueOf(unit: UnitState, row: number): string {
    const set = unit.settings
    if (row === ROW_SPEED) return mm(set.speed_nm_s, 100) + " mm/s"
    if (row === ROW_LENGTH) return mm(set.length_nm, 10) + " mm"
    if (row === ROW_CATHETER) return set.catheter_reason ? "no" : "ok"
    if (row === ROW_MODE) return modeName(set.mode).toLowerCase()
    if (row === ROW_GAIN) return decibels(set.gain_db)
    if (row === ROW_RING_DOWN) return ringDownName(unit.cart.ring_down)
    return ""
}

function drawRows(unit: UnitState): void {
    header("SETTINGS", "push = pick")
    const live = unit.cart.state === STATE_LIVE
    let y = 11
    for (let row = live ? ROW_GAIN : ROW_SPEED; row <= ROW_BACK; ++row) {
        if (row === ROW_RING_DOWN && !live) continue
        const selected = row === unit.row
        if (selected) fill(0, y - 1, 128, 9)
        ink(selected)
        small(row === ROW_CATHETER ? catheterName(unit) : nth(LABELS, row), 2, y)
        const value = valueOf(unit, row)
        smallRight(value, 126, y)
        ink(false)
        y += 9
    }
}

/** At most 16 letters, as many as a catheter's memory holds. */
export function catheterName(unit: UnitState): string {
    return unit.settings.catheter.slice(0, 16) || "no catheter"
}

function drawCatheter(unit: UnitState): void {
    const set = unit.settings
    header("CATHETER", "push = back")
    small(catheterName(unit), 0, 11)
    if (set.catheter) small("serial " + set.catheter_serial, 0, 20)
    if (!set.catheter_reason) return lines("It can be used.", "", 35)
    const text = textOf("" + set.catheter_reason)
    lines(text[1], text[2], 28)
    next(text[3], text[4])
}

function drawRingDown(unit: UnitState): void {
    header("RING-DOWN", "LIVE")
    const text = textOf("RING-DOWN" + (unit.edited ? unit.cart.ring_down : 0))
    word(text[5], false)
    lines(text[1], text[2], 32)
    next(text[3], "")
}

/** A large value in the middle, with its unit. */
function drawValue(value: string, unit_name: string): void {
    const width = 12 * value.length + 6 * unit_name.length
    const x = (128 - width) >> 1
    large(value, x, 18)
    small(unit_name, x + 12 * value.length + 4, 25)
}

function drawEditor(unit: UnitState): void {
    const { row, edited, settings } = unit
    header(nth(TITLES, row), "push = keep")
    let low = 250000
    let high = 10000000
    let low_text = "0.25"
    let high_text = "10"
    let speed = edited
    let length = settings.length_nm
    if (row === ROW_SPEED) drawValue(mm(edited, 100), "mm/s")
    else if (row === ROW_LENGTH) {
        speed = settings.speed_nm_s
        length = edited
        low = 1000000
        high = settings.length_max_nm || 150000000
        low_text = "1"
        high_text = "" + Math.idiv(high, 1000000)
        drawValue(mm(edited, 10), "mm")
    } else if (row === ROW_GAIN) {
        low = -20
        high = 20
        low_text = "-20"
        high_text = "+20"
        drawValue(decibels(edited).split(" ")[0], "dB")
    } else {
        drawValue(modeName(edited), "")
        arrow(ARROW_LEFT, 0, 56)
        arrow(ARROW_RIGHT, 123, 56)
        small("turn to change", 22, 56)
        return
    }
    arrow(ARROW_LEFT, 2, 22)
    arrow(ARROW_RIGHT, 121, 22)
    small(low_text, 0, 38)
    smallRight(high_text, 127, 38)
    slider((edited - low) / (high - low))
    if (row === ROW_GAIN) hint("gain of the picture")
    else if (settings.mode === MOVE_PULLBACK && speed > 0)
        hint("takes " + Math.round(length / speed) + " s")
}

export function drawMenu(unit: UnitState): void {
    const { row } = unit
    if (!unit.is_editing) drawRows(unit)
    else if (row === ROW_CATHETER) drawCatheter(unit)
    else if (row === ROW_RING_DOWN) drawRingDown(unit)
    else drawEditor(unit)
}
