// The rules of the unit's buttons: which edges are a press, and which button is ignored. Times are those of the bedside README.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    type ButtonState,
    hearButton,
    LET_GO,
    nameBadButton,
    newButtons,
    NOTHING,
    PRESSED,
    PRESSED_TO_STOP,
    stepButton,
} from "../../src/firmware/bedside/buttons"
import * as states from "../../src/firmware/bedside/unit-state"
import {
    BUTTON_JOG_DISTAL,
    BUTTON_LIVE,
    BUTTON_RETURN,
    BUTTON_START,
} from "../../src/shared/devices/bedside-unit"

const test = suite("buttons of the unit")

/** A button that was up at power-on, and its loop of 10 ms. */
class Finger {
    readonly button: ButtonState
    nowMs = 1000

    constructor(number: number, isDown = false) {
        this.button = newButtons()[number]!
        assert.is(hearButton(this.button, isDown, this.nowMs), NOTHING)
        this.wait(1000)
    }

    down(): number {
        return hearButton(this.button, true, this.nowMs)
    }

    up(): number {
        return hearButton(this.button, false, this.nowMs)
    }

    /** @returns what the loop made of the button, in its order */
    wait(ms: number): number[] {
        const made: number[] = []
        for (const end = this.nowMs + ms; this.nowMs < end; this.nowMs += 10) {
            const what = stepButton(this.button, this.nowMs)
            if (what !== NOTHING) made.push(what)
        }
        return made
    }
}

test("a press and letting go are told once each, however often they are heard", () => {
    const live = new Finger(BUTTON_LIVE)
    assert.is(live.down(), PRESSED)
    assert.is(live.down(), NOTHING)
    live.wait(100)
    assert.is(live.up(), LET_GO)
    assert.is(live.up(), NOTHING)
})

test("a button that is down at power-on is ignored until it is let go [IVUS-UNT-010]", () => {
    const live = new Finger(BUTTON_LIVE, true)
    assert.is(live.button.bad, states.BUTTON_DOWN_AT_START)
    assert.equal(live.wait(20_000), [])
    assert.is(live.up(), NOTHING)
    live.wait(100)
    assert.is(live.button.bad, states.BUTTON_GOOD)
    assert.is(live.down(), PRESSED)
})

test("START that is down at the start stops, and does nothing else until it is let go [IVUS-UNT-010]", () => {
    const start = newButtons()[BUTTON_START]!
    assert.is(hearButton(start, true, 0), PRESSED_TO_STOP)
    assert.is(start.bad, states.BUTTON_DOWN_AT_START)
    assert.is(hearButton(start, true, 100), NOTHING)
    assert.is(hearButton(start, false, 200), NOTHING)
    assert.is(hearButton(start, true, 400), PRESSED)
})

test("a button held for more than 10 s is let go of and ignored; one of hold-to-run is not [IVUS-UNT-010]", () => {
    const live = new Finger(BUTTON_LIVE)
    live.down()
    assert.equal(live.wait(10_000), [])
    assert.equal(live.wait(100), [LET_GO])
    assert.is(live.button.bad, states.BUTTON_STUCK)
    assert.is(live.up(), NOTHING)
    assert.is(live.button.bad, states.BUTTON_GOOD)

    const turn = new Finger(BUTTON_RETURN)
    turn.down()
    for (let i = 0; i < 400; i++) {
        assert.equal(turn.wait(50), [])
        assert.is(turn.down(), NOTHING)
    }
})

test("a held jog that is not confirmed for 160 ms is let go, and only a new press is one [IVUS-UNT-011]", () => {
    const jog = new Finger(BUTTON_JOG_DISTAL)
    jog.down()
    assert.equal(jog.wait(160), [])
    assert.equal(jog.wait(20), [LET_GO])
    // The reading comes back, but the finger has not moved.
    assert.is(jog.down(), NOTHING)
    assert.is(jog.up(), NOTHING)
    jog.wait(100)
    assert.is(jog.down(), PRESSED)
})

test("six edges in 500 ms are bouncing: ignored until it is quiet for 500 ms [IVUS-UNT-010]", () => {
    const live = new Finger(BUTTON_LIVE)
    const made = []
    for (let i = 0; i < 6; i++) {
        made.push(i % 2 ? live.up() : live.down())
        live.wait(60)
    }
    assert.equal(made.slice(0, 5), [PRESSED, LET_GO, PRESSED, LET_GO, PRESSED])
    assert.is(live.button.bad, states.BUTTON_BOUNCES)
    assert.is(live.down(), NOTHING)
    assert.is(live.up(), NOTHING)
    live.wait(490)
    assert.is(live.button.bad, states.BUTTON_BOUNCES)
    live.wait(30)
    assert.is(live.button.bad, states.BUTTON_GOOD)
    assert.is(live.down(), PRESSED)
})

test("a button that stays down after bouncing is stuck", () => {
    const live = new Finger(BUTTON_LIVE)
    for (let i = 0; i < 7; i++) {
        if (i % 2) live.up()
        else live.down()
        live.wait(30)
    }
    live.wait(600)
    assert.is(live.button.bad, states.BUTTON_STUCK)
})

test("START that bounces stops at each press, but starts nothing [IVUS-UNT-010]", () => {
    const start = new Finger(BUTTON_START)
    const presses = []
    for (let i = 0; i < 12; i++) {
        if (i % 2) start.up()
        else presses.push(start.down())
        start.wait(50)
    }
    assert.equal(presses, [PRESSED, PRESSED, PRESSED, ...Array(3).fill(PRESSED_TO_STOP)])
})

test("the chatter of a contact that opens is no second press", () => {
    const start = new Finger(BUTTON_START)
    assert.is(start.down(), PRESSED)
    start.wait(200)
    assert.is(start.up(), LET_GO)
    start.wait(10)
    assert.is(start.down(), NOTHING)
    start.wait(10)
    assert.is(start.up(), NOTHING)
})

test("the first bad button is named [IVUS-UNT-010]", () => {
    const buttons = newButtons()
    const unit = states.newUnitState()
    for (const button of buttons) hearButton(button, button.number === BUTTON_RETURN, 0)
    nameBadButton(buttons, unit)
    assert.is(unit.bad_button, BUTTON_RETURN)
    assert.is(unit.bad_reason, states.BUTTON_DOWN_AT_START)
    hearButton(buttons[BUTTON_RETURN]!, false, 100)
    nameBadButton(buttons, unit)
    assert.is(unit.bad_button, -1)
})

test.run()
