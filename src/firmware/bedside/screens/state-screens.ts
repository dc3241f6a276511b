// The screen of each state of the cart.

import {
    HOLDER_HOST,
    RING_DOWN_ASKED,
    STATE_ARMED,
    STATE_COMPLETED,
    STATE_JOGGING,
    STATE_LIVE,
    STATE_NAMES,
    STATE_PULLING,
    STATE_READY,
    STATE_RETURNING,
    STATE_UNHOMED,
} from "../../../shared/cart-machine"
import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import { drawStrip, lostLines } from "./strip"
import {
    ARROW_LEFT,
    ARROW_RIGHT,
    COLUMN,
    arrow,
    bar,
    figure,
    hint,
    ink,
    lines,
    next,
    small,
    smallRight,
    word,
} from "./layout"
import { textOf } from "./texts"
import {
    decibels,
    doneShare,
    leftNm,
    mm,
    modeName,
    nth,
    otherLeads,
    resultWord,
    stateWord,
} from "./words"
import { hot, moving, state, unit } from "./shown"

/** Of a live picture, beside its gain. */
const RING_DOWN_TEXTS = " ,ring-down,ring-down ok,no ring-down"

/** Below a large word: two lines, and one of what to do. */
export function drawText(text: string[]): void {
    lines(text[1], text[2], 32)
    if (moving) hint(text[3])
    else next(text[3], "")
}

export function drawState(): void {
    drawStrip()
    if (state === STATE_PULLING) drawPulling()
    else if (state === STATE_RETURNING) drawReturning()
    else if (state === STATE_JOGGING) drawJogging()
    else if (state === STATE_LIVE) drawLive()
    else if (state === STATE_ARMED) drawSettings()
    else if (moving) drawWord(stateWord(state))
    else if (otherLeads(unit))
        drawWord(unit.cart.control === HOLDER_HOST ? "HOST LEADS" : "UNIT LEADS")
    else if (state === STATE_COMPLETED) drawCompleted()
    else if (state === STATE_UNHOMED) drawUnhomed()
    else if (state === STATE_READY) drawReady()
    else drawWord(stateWord(state))
}

/** What the operator may do next, which is little while somebody else is in control. */
function drawNext(name: string): void {
    next(textOf(otherLeads(unit) ? "HOST LEADS" : name)[3], "")
}

function drawWord(name: string): void {
    word(name, hot)
    drawText(textOf(name))
}

function drawUnhomed(): void {
    const { restart_cause, interrupted } = unit.cart
    // A cart that was switched on and had interrupted nothing has nothing to say.
    if (unit.restart_seen || (!interrupted && restart_cause < 2)) return drawWord("NOT HOMED")
    word("RESTARTED", false)
    const cause = textOf("RESTARTED" + restart_cause)[1]
    if (interrupted) lines(cause, "while " + STATE_NAMES[interrupted] + ".", 32)
    else lines(cause + ".", "", 32)
    next("ACK, then HOME", "")
}

function drawReady(): void {
    const { catheter_reason } = unit.settings
    const { calibration_reason } = unit.cart
    if (calibration_reason && !unit.calibration_seen) {
        word("READY", false)
        lines("CALIBRATION IS DUE:", textOf("" + calibration_reason)[1], 32)
        next("ACK, tell engineer", "")
    } else if (catheter_reason) {
        word("CATHETER?", false)
        drawText(textOf("" + catheter_reason))
    } else if (!unit.cart.host_present) drawWord("NO HOST")
    else drawSettings()
}

/** Speed and length of the pullback that comes next. */
function drawSettings(): void {
    const name = stateWord(state)
    word(name, hot)
    if (unit.settings.mode !== MOVE_PULLBACK) {
        ink(hot)
        smallRight(modeName(unit.settings.mode).toLowerCase(), 126, 16)
        ink(false)
    }
    figure(0, "speed mm/s", mm(unit.settings.speed_nm_s, 100))
    figure(COLUMN, "length mm", mm(unit.settings.length_nm, 10))
    drawNext(name)
}

function drawLive(): void {
    const { ring_down, position_nm } = unit.cart
    word("LIVE", false)
    small("gain " + decibels(unit.settings.gain_db), 56, 12)
    small(nth(RING_DOWN_TEXTS, ring_down), 56, 21)
    if (ring_down === RING_DOWN_ASKED) return drawText(textOf("RING-DOWN1"))
    figure(0, "frames/s", mm(1000 * unit.settings.frame_rate_mhz, 10))
    figure(COLUMN, "place mm", mm(position_nm, 10))
    drawNext("LIVE")
}

function drawPulling(): void {
    word("PULLING", true)
    figure(0, "left mm", mm(leftNm(unit), 10))
    figure(COLUMN, "speed mm/s", mm(unit.measured_nm_s, 100))
    bar(doneShare(unit))
}

function drawReturning(): void {
    word("RETURNING", true)
    figure(0, "to go mm", mm(leftNm(unit), 10))
    if (unit.in_control) {
        small("KEEP", COLUMN, 32)
        small("HOLDING", COLUMN, 43)
    } else figure(COLUMN, "speed mm/s", mm(unit.measured_nm_s, 100))
    bar(doneShare(unit))
}

function drawJogging(): void {
    word("JOG", true)
    if (unit.jog) {
        ink(true)
        smallRight(unit.jog < 0 ? "distal" : "proximal", 112, 16)
        if (unit.jog < 0) arrow(ARROW_LEFT, 66, 17)
        else arrow(ARROW_RIGHT, 117, 17)
        ink(false)
    }
    figure(0, "speed mm/s", mm(unit.measured_nm_s, 100))
    figure(COLUMN, "place mm", mm(unit.cart.position_nm, 10))
    hint(unit.jog ? "let go: it stops" : "STOP ends it")
}

/** What came out of the pullback; one that ended early is never a success. */
function drawCompleted(): void {
    const { outcome, lines_missing } = unit.cart
    const name = resultWord(unit)
    // A return that was let go of, or a run that this unit has not seen.
    if (unit.pulled_nm < 0) return drawWord(name)
    word(name, false)
    const length = mm(unit.pulled_nm, 10) + " of " + mm(unit.settings.length_nm, 10) + " mm"
    let second = "no line was lost"
    if (outcome) second = textOf("" + outcome)[1]
    else if (lines_missing) second = lostLines()
    lines(length, second, 32)
    next(textOf("COMPLETED")[3], "")
}
