// The menu of the dial: its rows in each state, the steps and limits of its values, and its end after 10 s.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    CAPTURE_RING_DOWN,
    KEEP_NOTHING,
    KEEP_VALUE,
    MENU_MS,
    openMenu,
    pushMenu,
    settingOf,
    stepMenu,
    turnMenu,
} from "../../src/firmware/bedside/menu"
import * as states from "../../src/firmware/bedside/unit-state"
import { STATE_ARMED, STATE_LIVE, STATE_READY } from "../../src/shared/cart-machine"

const test = suite("menu of the unit")

function opened(state: number): states.UnitState {
    const unit = states.newUnitState()
    unit.cart_is_there = true
    unit.cart.state = state
    unit.settings.speed_nm_s = 1_000_000
    unit.settings.length_nm = 50_000_000
    unit.settings.length_max_nm = 120_000_000
    unit.settings.mode = 1
    openMenu(unit, 0)
    return unit
}

/** The rows from the first to the last, by turning. */
function rows(unit: states.UnitState): number[] {
    const seen = [unit.row]
    for (let i = 0; i < 10; i++) {
        turnMenu(unit, 1, 0)
        seen.push(unit.row)
    }
    return seen.filter((row, i) => row !== seen[i - 1])
}

/** Opens the page of a row. */
function edit(unit: states.UnitState, row: number): void {
    while (unit.row < row) turnMenu(unit, 1, 0)
    assert.is(pushMenu(unit, 0), KEEP_NOTHING)
    assert.ok(unit.is_editing)
}

/** The values after each click. */
function values(unit: states.UnitState, clicks: number): number[] {
    const step = Math.sign(clicks)
    return Array.from({ length: Math.abs(clicks) }, () => {
        turnMenu(unit, step, 0)
        return unit.edited
    })
}

test("has the settings in ready, and gain and ring-down in live", () => {
    assert.equal(rows(opened(STATE_READY)), [
        states.ROW_SPEED,
        states.ROW_LENGTH,
        states.ROW_CATHETER,
        states.ROW_MODE,
        states.ROW_GAIN,
        states.ROW_BACK,
    ])
    assert.equal(rows(opened(STATE_LIVE)), [states.ROW_GAIN, states.ROW_RING_DOWN, states.ROW_BACK])
})

test("a push keeps the value, with the command of its setting", () => {
    const unit = opened(STATE_READY)
    edit(unit, states.ROW_LENGTH)
    assert.is(unit.edited, 50_000_000)
    turnMenu(unit, -3, 0)
    assert.is(unit.edited, 35_000_000)
    assert.is(pushMenu(unit, 0), KEEP_VALUE)
    assert.not.ok(unit.is_editing)
    assert.is(unit.row, states.ROW_LENGTH)
    assert.equal(
        [states.ROW_SPEED, states.ROW_LENGTH, states.ROW_MODE, states.ROW_GAIN].map(settingOf),
        [0x81, 0x82, 0x84, 0x85]
    )
})

test("speeds go from 0.25 to 10 mm/s in steps of 0.25, 0.5 and 1", () => {
    const unit = opened(STATE_READY)
    edit(unit, states.ROW_SPEED)
    const up = values(unit, 30).map(nm_s => nm_s / 1e6)
    assert.equal(up.slice(0, 5), [1.25, 1.5, 1.75, 2, 2.5])
    assert.equal(up.slice(8, 12), [4.5, 5, 6, 7])
    assert.is(up.at(-1), 10)
    const down = values(unit, -30).map(nm_s => nm_s / 1e6)
    assert.equal(down.slice(0, 6), [9, 8, 7, 6, 5, 4.5])
    assert.equal(down.slice(9, 12), [2.5, 2, 1.75])
    assert.is(down.at(-1), 0.25)
})

test("a value between two steps goes to the next one", () => {
    const unit = opened(STATE_READY)
    unit.settings.speed_nm_s = 1_100_000
    edit(unit, states.ROW_SPEED)
    assert.equal(values(unit, 1), [1_250_000])
    unit.edited = 1_100_000
    assert.equal(values(unit, -1), [1_000_000])
})

test("lengths end at the stroke of the catheter", () => {
    const unit = opened(STATE_READY)
    edit(unit, states.ROW_LENGTH)
    assert.equal(values(unit, 15).slice(-2), [120_000_000, 120_000_000])
    const down = values(unit, -60).map(nm => nm / 1e6)
    assert.equal(down.slice(16, 21), [35, 30, 29, 28, 27])
    assert.is(down.at(-1), 1)
})

test("modes are continuous, stepped and gated, gain is -20 to 20 dB", () => {
    const unit = opened(STATE_READY)
    edit(unit, states.ROW_MODE)
    assert.equal(values(unit, 3), [4, 5, 5])
    assert.equal(values(unit, -3), [4, 1, 1])
    pushMenu(unit, 0)
    edit(unit, states.ROW_GAIN)
    turnMenu(unit, 25, 0)
    assert.is(unit.edited, 20)
    turnMenu(unit, -50, 0)
    assert.is(unit.edited, -20)
})

test("the ring-down asks first and is left by a turn", () => {
    const unit = opened(STATE_LIVE)
    edit(unit, states.ROW_RING_DOWN)
    turnMenu(unit, 1, 0)
    assert.not.ok(unit.is_editing)
    edit(unit, states.ROW_RING_DOWN)
    assert.is(pushMenu(unit, 0), CAPTURE_RING_DOWN)
    assert.is(unit.edited, states.RING_DOWN_SHOWS)
    assert.is(pushMenu(unit, 0), KEEP_NOTHING)
    assert.not.ok(unit.is_editing)
})

test("ten seconds without a turn close it unchanged, and so does another state", () => {
    const unit = opened(STATE_READY)
    edit(unit, states.ROW_SPEED)
    turnMenu(unit, 1, 1000)
    assert.is(stepMenu(unit, 1000 + MENU_MS - 10), 0)
    assert.is(unit.row, states.ROW_SPEED)
    assert.is(stepMenu(unit, 1000 + MENU_MS), states.NOTICE_UNCHANGED)
    assert.is(unit.row, -1)
    const other = opened(STATE_LIVE)
    other.cart.state = STATE_ARMED
    assert.is(stepMenu(other, 10), 0)
    assert.is(other.row, -1)
})

test.run()
