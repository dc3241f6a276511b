// Responsible for: what must hold of the cart's states and of the reasons, whatever the tables say in detail.
// Not for: single transitions, which the vectors freeze.

import { CODES } from "./code-table"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "./cart-machine"
import { fires, moves, nextState, STATE_NAMES, transitions } from "./cart-machine"
import * as codes from "./codes"

const test = suite("cart machine and reasons")
const STATES = STATE_NAMES.map((_, state) => state)
const EVENTS = Object.entries(machine)
    .filter(([name]) => /^(COMMAND|DONE|ON)_(?!LAST)/.test(name))
    .map(([, event]) => event as number)

test("every state has a name and can be reached from boot", () => {
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

test("every row counts: none is hidden by a row before it, none names what is not there", () => {
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

test("nothing begins to move or to fire unless an operator asks for it", () => {
    for (const state of STATES)
        for (const event of EVENTS) {
            const next = nextState(state, event)
            if (next < 0) continue
            const begins = (moves(next) && !moves(state)) || (fires(next) && !fires(state))
            if (begins) assert.ok(event >= 1 && event <= machine.COMMAND_LAST)
        }
})

test("a pullback starts from armed only, and only when asked to start", () => {
    // A change of speed stays in the pullback.
    const elsewhere = STATES.filter(s => s !== machine.STATE_PULLING)
    const ways = elsewhere.flatMap(state =>
        EVENTS.filter(event => nextState(state, event) === machine.STATE_PULLING).map(event => [
            state,
            event,
        ])
    )
    assert.equal(ways, [[machine.STATE_ARMED, machine.COMMAND_START]])
})

test("from every state an e-stop stops and a fault latches; neither state moves or fires", () => {
    for (const state of STATES) {
        assert.is(nextState(state, machine.ON_ESTOP), machine.STATE_STOPPED)
        assert.is(nextState(state, machine.ON_FAULT), machine.STATE_FAULT)
    }
    for (const state of [machine.STATE_STOPPED, machine.STATE_FAULT])
        assert.not(moves(state) || fires(state))
})

test("after fault, e-stop, release or power-up the sled must be homed before it is ready", () => {
    // Homing is the only way from these states to a state that takes a position for granted.
    const known = new Set([
        machine.STATE_BOOT,
        machine.STATE_FAULT,
        machine.STATE_STOPPED,
        machine.STATE_MANUAL,
    ])
    for (const state of known)
        for (const event of EVENTS) {
            const next = nextState(state, event)
            if (next >= 0 && next !== machine.STATE_HOMING) known.add(next)
        }
    const sure = [
        machine.STATE_READY,
        machine.STATE_LIVE,
        machine.STATE_ARMED,
        machine.STATE_PULLING,
        machine.STATE_COMPLETED,
        machine.STATE_RETURNING,
        machine.STATE_JOGGING,
    ]
    for (const state of sure) assert.not(known.has(state))
})

test("holding a button begins nothing: only pressing it does", () => {
    for (const state of STATES) {
        const next = nextState(state, machine.COMMAND_HOLD)
        assert.ok(next === -1 || next === state)
    }
})

test("a moving sled can always be stopped by asking", () => {
    for (const state of STATES.filter(moves)) {
        const next = nextState(state, machine.COMMAND_STOP)
        assert.ok(next >= 0 && !moves(next) && !fires(next))
    }
})

test("states and events that do not exist lead nowhere", () => {
    assert.is(nextState(machine.STATE_READY, 0), -1)
    assert.is(nextState(machine.STATE_READY, machine.COMMAND_LAST + 1), -1)
    assert.is(nextState(99, machine.COMMAND_HOME), -1)
})

test("every code has one sentence, and every sentence one code", () => {
    const numbers = Object.entries(codes)
        .filter(([, value]) => typeof value === "number")
        .map(([, value]) => value as number)
        .filter(code => code !== codes.GOOD)
    const told = CODES.map(([code]) => code)
    assert.equal(
        told,
        numbers.sort((a, b) => a - b)
    )
    const sentences = CODES.map(([, sentence]) => sentence)
    assert.is(new Set(sentences).size, sentences.length)
    for (const [code, sentence] of CODES) assert.is(codes.sentenceOf(code), sentence)
    assert.is(codes.sentenceOf(9999), "unknown code 9999")
})

test.run()
