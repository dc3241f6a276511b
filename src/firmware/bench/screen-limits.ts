// Screens with the longest texts and the largest numbers, and with every code: for the test only, not for the gallery.

import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { BUTTONS } from "../../shared/devices/bedside-unit"
import * as u from "../bedside/unit-state"
import { readyUnit, type Show } from "./screen-cases"

const CODES_END = 450

/** Everything is as long or as large as it can be, and more. */
function fill(unit: u.UnitState, state: number): void {
    readyUnit(unit, state)
    const { cart, settings } = unit
    cart.start_nm = -150000000
    cart.end_nm = 150000000
    cart.position_nm = -150000000
    cart.lines_missing = 4294967295
    settings.speed_nm_s = 10000000
    settings.length_nm = 150000000
    settings.frame_rate_mhz = 90000
    settings.mode = 5
    settings.catheter_serial = 4294967295
    settings.gain_db = -20
    settings.catheter = "WWWWWWWWWWWWWWWWWWWW"
    unit.measured_nm_s = 99990000
    unit.has_mark = true
    unit.mark_nm = 150000000
    unit.pulled_nm = 150000000
    unit.is_muted = true
}

/** A function for each kind of screen, as a closure must not refer to the variable of a loop. */
async function showAlarm(show: Show, code: number, state: number): Promise<void> {
    await show(`alarm-${code}-in-${state}`, "", unit => {
        fill(unit, state)
        unit.cart.alarm = code
        unit.cart.sound_priority = 2
    })
}

async function showNotice(show: Show, code: number, state: number): Promise<void> {
    await show(`notice-${code}-in-${state}`, "", unit => {
        fill(unit, state)
        unit.notice = code
    })
}

async function showReason(show: Show, code: number): Promise<void> {
    await show(`catheter-${code}`, "", unit => {
        fill(unit, machine.STATE_READY)
        unit.settings.catheter_reason = code
    })
    await show(`page-${code}`, "", unit => {
        fill(unit, machine.STATE_READY)
        unit.settings.catheter_reason = code
        unit.row = u.ROW_CATHETER
        unit.is_editing = true
    })
}

async function showCalibration(show: Show, code: number): Promise<void> {
    await show(`calibration-${code}`, "", unit => {
        fill(unit, machine.STATE_READY)
        unit.cart.calibration_reason = code
    })
}

async function showOutcome(show: Show, code: number): Promise<void> {
    await show(`outcome-${code}`, "", unit => {
        fill(unit, machine.STATE_COMPLETED)
        unit.cart.outcome = code
    })
}

async function showCodes(show: Show): Promise<void> {
    for (let code = 101; code < CODES_END; ++code) {
        if (sentenceOf(code).startsWith("unknown")) continue
        if (code < 201 || (code > 310 && code < 322)) {
            await showAlarm(show, code, machine.STATE_FAULT)
            await showAlarm(show, code, machine.STATE_STOPPED)
        }
        if (code > 200 && code < 300) {
            await showNotice(show, code, machine.STATE_READY)
            await showNotice(show, code, machine.STATE_PULLING)
            await showReason(show, code)
        }
        if (code >= codes.REFUSED_CALIBRATION && code <= codes.REFUSED_SCREW)
            await showCalibration(show, code)
        if (code === codes.EVENT_STOPPED || code === codes.EVENT_TRIGGERS_LOST)
            await showOutcome(show, code)
    }
    for (let notice = 1; notice <= u.NOTICE_DIAL; ++notice) {
        await showNotice(show, notice, machine.STATE_LIVE)
        await showNotice(show, notice, machine.STATE_RETURNING)
        await showNotice(show, notice, machine.STATE_STOPPED)
    }
    await showAlarm(show, 999, machine.STATE_FAULT)
}

async function showState(show: Show, state: number): Promise<void> {
    await show(`state-${state}`, "", unit => fill(unit, state))
    await show(`state-${state}-host`, "", unit => {
        fill(unit, state)
        unit.in_control = false
        unit.cart.control = machine.HOLDER_HOST
    })
    await show(`state-${state}-unit`, "", unit => {
        fill(unit, state)
        unit.in_control = false
        unit.cart.host_present = false
    })
    await show(`state-${state}-mode`, "", unit => {
        fill(unit, state)
        unit.cart.outcome = codes.EVENT_STOPPED
        unit.cart.ring_down = machine.RING_DOWN_STORED
        unit.settings.mode = 4
        unit.jog = 1
    })
    await show(`state-${state}-restart`, "", unit => {
        fill(unit, machine.STATE_UNHOMED)
        unit.cart.restart_cause = 3
        unit.cart.interrupted = state
    })
    await showNotice(show, codes.REFUSED_STATE, state)
    await showAlarm(show, codes.EVENT_DRIVER_WARM, state)
    await showAlarm(show, codes.EVENT_MOTOR_OFF, state)
    await show(`state-${state}-seen`, "", unit => {
        fill(unit, state)
        unit.is_muted = false
        unit.cart.alarm = codes.EVENT_MOTOR_OFF
    })
}

async function showButton(show: Show, button: number, state: number): Promise<void> {
    for (let reason = u.BUTTON_DOWN_AT_START; reason <= u.BUTTON_BOUNCES; ++reason)
        await showBadButton(show, button, reason, state)
}

async function showBadButton(
    show: Show,
    button: number,
    reason: number,
    state: number
): Promise<void> {
    await show(`button-${button}-${reason}-in-${state}`, "", unit => {
        fill(unit, state)
        unit.bad_button = button
        unit.bad_reason = reason
    })
}

async function showRow(show: Show, row: number, state: number, edited: number): Promise<void> {
    await show(`row-${row}-in-${state}`, "", unit => {
        fill(unit, state)
        unit.row = row
    })
    await show(`edit-${row}-${edited}`, "", unit => {
        fill(unit, state)
        unit.row = row
        unit.is_editing = true
        unit.edited = edited
    })
}

export async function limitScreens(show: Show): Promise<void> {
    await showCodes(show)
    for (let state = machine.STATE_BOOT; state <= machine.STATE_JOGGING; ++state)
        await showState(show, state)
    for (let button = 0; button < BUTTONS; ++button) {
        await showButton(show, button, machine.STATE_READY)
        await showBadButton(show, button, u.BUTTON_STUCK, machine.STATE_PULLING)
    }
    await showRow(show, u.ROW_SPEED, machine.STATE_READY, 250000)
    await showRow(show, u.ROW_SPEED, machine.STATE_READY, 10000000)
    await showRow(show, u.ROW_LENGTH, machine.STATE_READY, 1000000)
    await showRow(show, u.ROW_LENGTH, machine.STATE_READY, 150000000)
    await showRow(show, u.ROW_CATHETER, machine.STATE_READY, 0)
    await showRow(show, u.ROW_MODE, machine.STATE_READY, 1)
    await showRow(show, u.ROW_MODE, machine.STATE_READY, 4)
    await showRow(show, u.ROW_MODE, machine.STATE_READY, 5)
    await showRow(show, u.ROW_GAIN, machine.STATE_LIVE, -20)
    await showRow(show, u.ROW_GAIN, machine.STATE_LIVE, 20)
    await showRow(show, u.ROW_RING_DOWN, machine.STATE_LIVE, 0)
    await showRow(show, u.ROW_BACK, machine.STATE_READY, 0)
    await show("searching", "", () => {}, 6000)
    await show("lost-muted", "", unit => {
        fill(unit, machine.STATE_PULLING)
        unit.cart_is_there = false
    })
}
