// Screens of alarms, of the e-stop and of refused presses.

import { STATE_PULLING, STATE_RETURNING } from "../../../shared/cart-machine"
import { PRIORITY_HIGH, PRIORITY_LOW, WARNING_FIRST, priorityOf } from "../../../shared/alarms"
import { FAULT_ENGINE_INHIBITED, FAULT_ESTOP, REFUSED_STATE } from "../../../shared/codes"
import {
    ARROW_RIGHT,
    SIGN_BELL,
    SIGN_HIGH,
    SIGN_MUTED,
    arrow,
    box,
    fill,
    hint,
    ink,
    large,
    lines,
    next,
    sign,
    small,
    smallRight,
    title,
} from "./layout"
import { textOf } from "./texts"
import { leftNm, mm, resultWord, stateWord } from "./words"
import { hot, moving, state, unit } from "./shown"

/** Below a title: two lines, and at most two of what to do. */
function drawReason(text: string[]): void {
    lines(text[1], text[2], 20)
    next(text[3], text[4])
}

/** The unit's own alarm, of medium priority. */
export function drawLost(): void {
    title("NO CART", 19, true)
    sign(unit.is_muted ? SIGN_MUTED : SIGN_BELL)
    ink(false)
    drawReason(textOf("NO CART"))
}

export function noticeText(): string[] {
    const text = textOf("" + unit.notice)
    // What is possible depends on the state.
    if (unit.notice === REFUSED_STATE) text.push(textOf(stateWord(state))[3])
    return text
}

/** The reason of a refusal under the state. While the sled moves, what is left stays in sight. */
export function drawNotice(text: string[]): void {
    title(resultWord(unit), hot ? 3 : 0, hot)
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

export function drawStopped(): void {
    fill(0, 0, 128, 64)
    ink(true)
    large("E-STOP", 29, 3)
    const alarm = unit.cart.alarm
    const stopped = textOf("E-STOP")
    let text = stopped
    // The stop itself blocks the front end.
    if (alarm && alarm !== FAULT_ESTOP && alarm !== FAULT_ENGINE_INHIBITED)
        text = textOf("" + alarm)
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
export function alarmIsShown(): boolean {
    const { alarm, sound_priority } = unit.cart
    return alarm !== 0 && (alarm < WARNING_FIRST || sound_priority > 0 || unit.is_muted)
}

export function drawAlarm(): void {
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
