// Tests general properties of the state table and of the codes; single transitions are in the vectors.

import { CODES } from "./code-table"
import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "./cart-machine"
import { fires, moves, nextState, STATE_NAMES, transitions } from "./cart-machine"
import * as codes from "./codes"

const test = suite("cart machine and codes")
const STATES = STATE_NAMES.map((_, state) => state)
const EVENTS = Object.entries(machine)
    .filter(([name]) => /^(COMMAND|DONE|ON)_(?!LAST)/.test(name))
    .map(([, event]) => event as number)

test("every state has a name and is reachable from boot", () => {
    const reached = new Set([machine.STATE_BOOT])
    for (const state of reached)
        for (const event of EVENTS) {
            const next = nextState(state, event)
            if (next >= 0) reached.add(next)
        }
    assert.equal(
        [...reached].sort((a, b) => a - b),
        STATES
    )
})

test("no row is hidden by an earlier row or names an unknown state or event", () => {
    const named = [...STATES, machine.ANY_STATE]
    const seen = new Set<string>()
    for (const [from, event, to, name] of transitions()) {
        assert.is((machine as Record<string, unknown>)[name], event, name)
        assert.ok(named.includes(from))
        assert.ok(STATES.includes(to))
        assert.ok(EVENTS.includes(event))
        assert.not(seen.has(`${from} ${event}`))
        seen.add(`${from} ${event}`)
    }
})

test("motion and firing start only on an operator request [IVUS-MOT-001, IVUS-TX-001]", () => {
    for (const state of STATES)
        for (const event of EVENTS) {
            const next = nextState(state, event)
            if (next < 0) continue
            const starts = (moves(next) && !moves(state)) || (fires(next) && !fires(state))
            if (starts) assert.ok(event >= 1 && event <= machine.COMMAND_LAST)
        }
})

test("a pullback starts only from armed and only on the start request [IVUS-MOT-001]", () => {
    // A speed change stays in the pullback.
    const others = STATES.filter(s => s !== machine.STATE_PULLING)
    const found = others.flatMap(state =>
        EVENTS.filter(event => nextState(state, event) === machine.STATE_PULLING).map(event => [
            state,
            event,
        ])
    )
    assert.equal(found, [[machine.STATE_ARMED, machine.COMMAND_START]])
})

test("an e-stop stops and a fault latches in every state; neither state moves or fires [IVUS-SAF-001, IVUS-SAF-006]", () => {
    for (const state of STATES) {
        assert.is(nextState(state, machine.ON_ESTOP), machine.STATE_STOPPED)
        // The emergency stop wins over a fault.
        const latched = state === machine.STATE_STOPPED ? state : machine.STATE_FAULT
        assert.is(nextState(state, machine.ON_FAULT), latched)
    }
    for (const state of [machine.STATE_STOPPED, machine.STATE_FAULT]) {
        assert.not(moves(state) || fires(state))
        assert.ok(machine.isLatched(state))
    }
    // Nothing but a reset leaves it, not even the acknowledgement of a fault.
    for (const event of EVENTS)
        if (nextState(machine.STATE_STOPPED, event) >= 0)
            assert.ok([machine.COMMAND_RESET, machine.ON_ESTOP, machine.ON_FAULT].includes(event))
})

test("after fault, e-stop, release or power-up the sled must be homed before it is ready [IVUS-MOT-009]", () => {
    // States reachable without homing; none of them may rely on the position.
    const unhomed = new Set([
        machine.STATE_BOOT,
        machine.STATE_FAULT,
        machine.STATE_STOPPED,
        machine.STATE_MANUAL,
    ])
    for (const state of unhomed)
        for (const event of EVENTS) {
            const next = nextState(state, event)
            if (next >= 0 && next !== machine.STATE_HOMING) unhomed.add(next)
        }
    const homed = [
        machine.STATE_READY,
        machine.STATE_LIVE,
        machine.STATE_ARMED,
        machine.STATE_PULLING,
        machine.STATE_COMPLETED,
        machine.STATE_RETURNING,
        machine.STATE_JOGGING,
    ]
    for (const state of homed) assert.not(unhomed.has(state))
})

test("holding the jog button starts nothing; only pressing it does [IVUS-MOT-011]", () => {
    for (const state of STATES) {
        const next = nextState(state, machine.COMMAND_HOLD)
        assert.ok(next === -1 || next === state)
    }
})

test("every moving state accepts a stop request [IVUS-MOT-004]", () => {
    for (const state of STATES.filter(moves)) {
        const next = nextState(state, machine.COMMAND_STOP)
        assert.ok(next >= 0 && !moves(next) && !fires(next))
    }
})

test("unknown states and events have no transition", () => {
    assert.is(nextState(machine.STATE_READY, 0), -1)
    assert.is(nextState(machine.STATE_READY, machine.COMMAND_LAST + 1), -1)
    assert.is(nextState(99, machine.COMMAND_HOME), -1)
})

test("every code has its own sentence [IVUS-DSP-003]", () => {
    const numbers = Object.entries(codes)
        .filter(([, value]) => typeof value === "number")
        .map(([, value]) => value as number)
        .filter(code => code !== codes.GOOD)
    const listed = CODES.map(([code]) => code)
    assert.equal(
        listed,
        numbers.sort((a, b) => a - b)
    )
    const sentences = CODES.map(([, sentence]) => sentence)
    assert.is(new Set(sentences).size, sentences.length)
    // Of the source, as a sentence without a code is not reachable.
    const source = readFileSync(new URL("codes.ts", import.meta.url), "utf8")
    const written = [...source.matchAll(/^(\d{3}) (.+)$/gm)].map(row => [Number(row[1]), row[2]])
    assert.equal(
        written.map(([code]) => code),
        numbers
    )
    assert.equal(written, CODES)
    assert.is(codes.sentenceOf(9999), "unknown code 9999")
})

test.run()
