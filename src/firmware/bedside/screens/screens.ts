// Draws the screen of the bedside unit: which page stands for what the unit knows, and what is on it.

import { Image } from "@devicescript/graphics"
import {
    HOLDER_HOST,
    STATE_ARMED,
    STATE_COMPLETED,
    STATE_JOGGING,
    STATE_LIVE,
    STATE_NAMES,
    STATE_PULLING,
    STATE_READY,
    STATE_RETURNING,
    STATE_STOPPED,
    STATE_UNHOMED,
    fires,
    moves,
} from "../../../shared/cart-machine"
import { FAULT_ESTOP, REFUSED_STATE } from "../../../shared/codes"
import { PRIORITY_HIGH, PRIORITY_LOW, priorityOf, WARNING_FIRST } from "../../../shared/alarms"
import { PROGRAM_VERSION, versionText } from "../../../shared/versions"
import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import { RING_DOWN_ASKED, UnitState } from "../unit-state"
import {
    ARROW_LEFT,
    ARROW_RIGHT,
    COLUMN,
    MARK_HOST,
    SIGN_BELL,
    SIGN_HIGH,
    SIGN_MUTED,
    MARK_NO_HOST,
    arrow,
    bar,
    box,
    clear,
    figure,
    fill,
    header,
    hint,
    ink,
    large,
    lines,
    next,
    sign,
    small,
    smallRight,
    strip,
    title,
    word,
} from "./layout"
import { catheterName, drawMenu } from "./menu"
import { textOf } from "./texts"
import {
    buttonName,
    decibels,
    doneShare,
    leftNm,
    mm,
    modeName,
    otherLeads,
    ringDownName,
    stateWord,
} from "./words"

/** Time for which the words of the first screen can be read, if nothing is more urgent. */
const START_MS = 2000
/** A cart that is on is heard sooner. */
const SEARCH_MS = 5000

let unit: UnitState
let state = 0
/** The sled may be moving. */
let moving = false
/** It moves, or the next press moves it. */
let hot = false

/** Draws all of the display. Allocates texts only. */
export function drawScreen(image: Image, shown: UnitState, now_ms: number): void {
    unit = shown
    state = unit.cart.state
    moving = moves(state)
    hot = moving || state === STATE_ARMED
    clear(image)
    if (!unit.cart_was_there) {
        if (unit.bad_button >= 0) drawBadButton()
        else drawStart(now_ms)
    } else if (!unit.cart_is_there) drawLost()
    else if (unit.version_reason) drawUpdate()
    else if (state === STATE_STOPPED) drawStopped()
    else if (alarmIsShown()) drawAlarm()
    else if (unit.notice) drawNotice(noticeText())
    else if (unit.row >= 0) drawMenu(unit)
    else if (unit.bad_button >= 0 && !hot && !fires(state)) drawBadButton()
    else if (now_ms < START_MS && !moving && !fires(state)) drawStart(now_ms)
    else drawState()
}

function drawHeader(): void {
    header("IVUS bedside", "v" + versionText(PROGRAM_VERSION))
}

function drawStart(now_ms: number): void {
    drawHeader()
    if (unit.cart_was_there) word(stateWord(state), false)
    else {
        word("WAITING", false)
        lines(textOf("WAITING")[now_ms < SEARCH_MS ? 1 : 2], "", 32)
    }
    lines("Investigational,", "not for clinical use", 47)
}

/** The unit's own alarm, of medium priority. */
function drawLost(): void {
    title("NO CART", 19, true)
    sign(unit.is_muted ? SIGN_MUTED : SIGN_BELL)
    ink(false)
    drawReason(textOf("NO CART"))
}

function drawUpdate(): void {
    drawHeader()
    word("UPDATE", false)
    drawText(textOf("" + unit.version_reason))
}

/** Below a title: two lines, and at most two of what to do. */
function drawReason(text: string[]): void {
    lines(text[1], text[2], 20)
    next(text[3], text[4])
}

/** Below a large word: two lines, and one of what to do. */
function drawText(text: string[]): void {
    lines(text[1], text[2], 32)
    if (moving) hint(text[3])
    else next(text[3], "")
}

function noticeText(): string[] {
    const text = textOf("" + unit.notice)
    // What is possible depends on the state.
    if (unit.notice === REFUSED_STATE) text.push(textOf(stateWord(state))[3])
    return text
}

/** The reason of a refusal under the state. While the sled moves, what is left stays in sight. */
function drawNotice(text: string[]): void {
    title(stateWord(state), hot ? 3 : 0, hot)
    ink(false)
    let y = 20
    if (state === STATE_PULLING || state === STATE_RETURNING) {
        const left = mm(leftNm(unit), 10)
        const x = 12 * left.length + 4
        large(left, 0, 19)
        small("mm left", x, 18)
        small(mm(unit.measured_nm_s, 100) + " mm/s", x, 26)
        y = 35
    }
    lines(text[1], text[2], y)
    if (!moving) next(text[3], text[4])
    else if (text[3] && !text[4]) hint(text[3])
}

function drawBadButton(): void {
    const text = textOf("BUTTON" + unit.bad_reason)
    drawStrip()
    word("BUTTON?", false)
    text[1] = buttonName(unit.bad_button) + ": " + text[1]
    drawText(text)
}

function drawStopped(): void {
    fill(0, 0, 128, 64)
    ink(true)
    large("E-STOP", 29, 3)
    const alarm = unit.cart.alarm
    const stopped = textOf("E-STOP")
    let text = stopped
    if (alarm && alarm !== FAULT_ESTOP) text = textOf("" + alarm)
    if (unit.notice) text = noticeText()
    small(text[1], 1, 22)
    if (text[2]) small(text[2], 1, 31)
    ink(false)
    box(2, 43, 124, 19)
    arrow(ARROW_RIGHT, 4, 45)
    small(stopped[3], 12, 44)
    small(stopped[4], 12, 53)
}

/** A fault stands until it is over; a warning until it has been acknowledged, and then in the top line only. */
function alarmIsShown(): boolean {
    const { alarm, sound_priority } = unit.cart
    return alarm !== 0 && (alarm < WARNING_FIRST || sound_priority > 0 || unit.is_muted)
}

function drawAlarm(): void {
    const code = unit.cart.alarm
    let text = textOf("" + code)
    const priority = priorityOf(code)
    let name = text[5] || "FAULT " + code
    // Beside it stands what moves.
    if (moving && name.length > 4) name = "" + code
    title(name, 19, priority > PRIORITY_LOW)
    if (unit.is_muted) sign(SIGN_MUTED)
    else sign(priority === PRIORITY_HIGH ? SIGN_HIGH : SIGN_BELL)
    if (moving) {
        smallRight(stateWord(state), 127, 1)
        if (state === STATE_PULLING || state === STATE_RETURNING)
            smallRight(mm(leftNm(unit), 10) + " mm", 127, 9)
    }
    ink(false)
    if (unit.notice) text = noticeText()
    drawReason(text)
}

/** The top line says what is not on the rest of the screen. */
function stripText(): string {
    const { alarm, control, lines_missing, outcome } = unit.cart
    if (alarm) return "alarm: " + (textOf("" + alarm)[5] || alarm)
    if (unit.bad_button >= 0) return buttonName(unit.bad_button) + " ignored"
    // Of a run that ended early the lines say why.
    if (state === STATE_COMPLETED && outcome && lines_missing) return lostLines()
    if (!otherLeads(unit)) return catheterName(unit)
    if (!moving && !fires(state)) return stateWord(state)
    return control === HOLDER_HOST ? "host leads" : "other unit leads"
}

function lostLines(): string {
    const lost = unit.cart.lines_missing
    return (lost > 99999 ? "99999+" : lost) + " lines lost"
}

function drawStrip(): void {
    strip(stripText(), unit.cart.host_present ? MARK_HOST : MARK_NO_HOST, unit.is_muted)
}

function drawState(): void {
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
    small("gain " + decibels(unit.settings.gain_db), 58, 12)
    if (ring_down) small("ring " + ringDownName(ring_down), 58, 21)
    if (ring_down === RING_DOWN_ASKED) return drawText(textOf("RING-DOWN1"))
    figure(0, "frames/s", mm(1000 * unit.settings.frame_rate_mhz, 10))
    figure(COLUMN, "place mm", mm(position_nm, 10))
    drawNext("LIVE")
}

function drawPulling(): void {
    word("PULLING", true)
    if (unit.has_mark) {
        ink(true)
        smallRight("mark", 127, 12)
        smallRight(mm(Math.abs(unit.cart.position_nm - unit.mark_nm), 10), 127, 21)
        ink(false)
    }
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
    // A return that was let go of, or a run that this unit has not seen.
    if (unit.pulled_nm < 0) return drawWord("STOPPED")
    word(outcome ? "CUT SHORT" : "COMPLETED", false)
    const length = mm(unit.pulled_nm, 10) + " of " + mm(unit.settings.length_nm, 10) + " mm"
    let second = "no line was lost"
    if (outcome) second = textOf("" + outcome)[1]
    else if (lines_missing) second = lostLines()
    lines(length, second, 32)
    next(textOf("COMPLETED")[3], "")
}
