// The lesson of a whole pullback: which step is current after each state of the cart.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { Lesson } from "./lesson"

const test = suite("lesson")

/** Number of steps that are done, and the text of the current one. */
function after(lesson: Lesson, ...states: number[]): [number, string | undefined] {
    for (const state of states) lesson.onState(state)
    const { steps } = lesson.state()
    return [steps.filter(({ done }) => done).length, steps.find(({ current }) => current)?.text]
}

const TO_PULLING = [
    machine.STATE_UNHOMED,
    machine.STATE_HOMING,
    machine.STATE_READY,
    machine.STATE_LIVE,
    machine.STATE_ARMED,
    machine.STATE_PULLING,
]

test("a whole pullback, its review, and another one that needs no homing", () => {
    const lesson = new Lesson()
    assert.equal(after(lesson, ...TO_PULLING), [4, "watch, be ready to stop"])
    assert.equal(after(lesson, machine.STATE_COMPLETED), [5, "RETURN (hold)"])
    assert.equal(after(lesson, machine.STATE_RETURNING, machine.STATE_READY), [
        6,
        "open the review",
    ])
    lesson.onReviewed()
    assert.equal(after(lesson), [7, undefined])
    assert.equal(after(lesson, machine.STATE_LIVE), [2, "ARM"])
})

test("standby goes back to LIVE; a return that was let go is not done", () => {
    const lesson = new Lesson()
    assert.equal(after(lesson, ...TO_PULLING.slice(0, 5), machine.STATE_READY), [1, "LIVE"])
    after(lesson, ...TO_PULLING.slice(3), machine.STATE_COMPLETED, machine.STATE_RETURNING)
    assert.equal(after(lesson, machine.STATE_COMPLETED), [5, "RETURN (hold)"])
})

test("after a fault ACK is first, and then everything is to be done again", () => {
    const lesson = new Lesson()
    assert.equal(after(lesson, ...TO_PULLING, machine.STATE_FAULT), [0, "ACK"])
    assert.equal(after(lesson, machine.STATE_UNHOMED), [0, "HOME"])
})

test.run()
