// Draws the screen of the bedside unit: which one stands for what the unit knows.

import { Image } from "@devicescript/graphics"
import { STATE_STOPPED, fires } from "../../../shared/cart-machine"
import { PROGRAM_VERSION, versionText } from "../../../shared/versions"
import { BUTTON_START } from "../../../shared/devices/bedside-unit"
import { UnitState } from "../unit-state"
import {
    alarmIsShown,
    drawAlarm,
    drawLost,
    drawNotice,
    drawStopped,
    noticeText,
} from "./alarm-screens"
import { drawState, drawText } from "./state-screens"
import { drawStrip } from "./strip"
import { clear, header, lines, small, word } from "./layout"
import { drawMenu } from "./menu"
import { textOf } from "./texts"
import { buttonName, stateWord } from "./words"
import { hot, lookAt, moving, state, unit } from "./shown"

/** Time for which the words of the first screen can be read, if nothing is more urgent. */
const START_MS = 2000
/** A cart that is on is heard sooner. */
const SEARCH_MS = 5000

/** Draws all of the display. Allocates texts only. */
export function drawScreen(image: Image, shown: UnitState, now_ms: number): void {
    lookAt(shown)
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
    if (unit.cart_was_there) {
        word(stateWord(state), false)
        small("Cart found.", 0, 32)
    } else {
        word("WAITING", false)
        lines(textOf("WAITING")[now_ms < SEARCH_MS ? 1 : 2], "", 32)
    }
    lines("Investigational,", "not for clinical use", 47)
}

function drawUpdate(): void {
    drawHeader()
    word("UPDATE", false)
    drawText(textOf("" + unit.version_reason))
}

function drawBadButton(): void {
    const text = textOf("BUTTON" + unit.bad_reason)
    drawStrip()
    word("BUTTON?", false)
    // Its first edge stops, whatever is wrong with it.
    if (unit.bad_button === BUTTON_START) text[3] = "let go: STOP works"
    text[1] = buttonName(unit.bad_button) + ": " + text[1]
    drawText(text)
}
