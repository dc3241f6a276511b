// Sends lamps and sounds to their services: a change of a lamp, a pulse of an alarm, a low beep for a refused press.

import * as ds from "@devicescript/core"
import { UnitBoard } from "../platform/unit-board"
import { PRIORITY_MEDIUM } from "../../shared/alarms"
import { LAMPS } from "../../shared/devices/bedside-unit"
import { hasLostCart, lampLevels } from "./lamps"
import { beep_is_due, endBeep } from "./notice"
import { sendLater } from "./outgoing"
import { beepFits, beepPlayed, pitchHz, pulseDue, pulsePlayed } from "./sound"
import { UnitState } from "./unit-state"

// Of Jacdac's light bulb and buzzer services.
const SET_BRIGHTNESS = 0x2001
const PLAY_TONE = 0x80

const BEEP_HZ = 220
const BEEP_MS = 150

/** Lamps as they should be, and as they were sent; -1: not yet. */
const wanted: number[] = []
const sent: number[] = []
const level = Buffer.alloc(2)
const tone = Buffer.alloc(6)

/** To be called each 10 ms. */
export async function stepSignals(
    board: UnitBoard,
    unit: UnitState,
    now_ms: number
): Promise<void> {
    lampLevels(unit, now_ms, wanted)
    for (let i = 0; i < LAMPS; ++i) {
        if (wanted[i] === sent[i]) continue
        level.setAt(0, "u16", wanted[i] * 0xffff)
        if (await sendLater(board.lamps[i], SET_BRIGHTNESS, level)) sent[i] = wanted[i]
    }
    let priority = 0
    if (hasLostCart(unit)) priority = unit.is_muted ? 0 : PRIORITY_MEDIUM
    else if (unit.cart_is_there) priority = unit.cart.sound_priority
    const pulse_ms = pulseDue(priority, now_ms)
    if (pulse_ms > 0) {
        if (await play(board.buzzer, pitchHz(priority), pulse_ms)) pulsePlayed(now_ms)
    } else if (beep_is_due) {
        if (!beepFits(now_ms)) endBeep()
        else if (await play(board.buzzer, BEEP_HZ, BEEP_MS)) {
            // While packets are short it is tried again.
            endBeep()
            beepPlayed(BEEP_MS, now_ms)
        }
    }
}

async function play(buzzer: ds.Buzzer, hz: number, ms: number): Promise<boolean> {
    const period_us = Math.idiv(1000000, hz)
    tone.setAt(0, "u16", period_us)
    tone.setAt(2, "u16", period_us >> 1)
    tone.setAt(4, "u16", ms)
    return await sendLater(buzzer, PLAY_TONE, tone)
}
