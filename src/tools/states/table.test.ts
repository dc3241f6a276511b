// 100,000 random steps of operator, faults and link through the state table, against an independent model and safety rules 3 to 6.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { walk, type Table } from "./walk"

const STEPS = 100_000
const SEED = 13
/** Breaks are found within this many steps. */
const BREAK_STEPS = 20_000

const test = suite("the state table")

test(`${STEPS} random steps agree with the model, and rules 3 to 6 hold in each [IVUS-MOT-001, IVUS-MOT-004, IVUS-MOT-009, IVUS-SAF-001, IVUS-SAF-002, IVUS-SAF-006, IVUS-LNK-001, IVUS-CTL-002]`, () => {
    const { visits, tried } = walk(machine, STEPS, SEED)
    // The walk gets everywhere: every state often, and every step in every state.
    for (const name of machine.STATE_NAMES)
        assert.ok((visits.get(name) ?? 0) >= 1500, `${name}: ${visits.get(name)} visits`)
    assert.ok(tried.size >= 15 * 34, `${tried.size} pairs of state and step`)
})

const { nextState, moves, fires, needsControl } = machine
/** The table with the next state of one state and event changed; state -1 is any. */
const changed = (from: number, on: number, to: number): Table => ({
    ...{ moves, fires, needsControl },
    nextState: (state, event) =>
        (from === machine.ANY_STATE || state === from) && event === on
            ? to
            : nextState(state, event),
})

/** Errors that a change of the table could bring in, and how the walk names them. */
const BREAKS: readonly [string, Table, RegExp][] = [
    [
        "a late end of homing makes an unhomed cart ready",
        changed(machine.STATE_UNHOMED, machine.DONE_HOMING, machine.STATE_READY),
        /rule 5: it counts as homed/,
    ],
    [
        "a self test ends ready",
        changed(machine.STATE_SELF_TEST, machine.DONE_SELF_TEST, machine.STATE_READY),
        /rule 5: it counts as homed/,
    ],
    [
        "a self test homes by itself",
        changed(machine.STATE_SELF_TEST, machine.DONE_SELF_TEST, machine.STATE_HOMING),
        /rule 4/,
    ],
    [
        "a pullback returns by itself",
        changed(machine.STATE_PULLING, machine.DONE_PULLING, machine.STATE_RETURNING),
        /rule 4/,
    ],
    [
        "a held button starts a jog",
        changed(machine.STATE_READY, machine.COMMAND_HOLD, machine.STATE_JOGGING),
        /rule 4/,
    ],
    [
        "a held button starts a return",
        changed(machine.STATE_COMPLETED, machine.COMMAND_HOLD, machine.STATE_RETURNING),
        /rule 4/,
    ],
    [
        "a return goes on without its button",
        changed(machine.STATE_RETURNING, machine.COMMAND_STOP, machine.STATE_RETURNING),
        /rule 4: it goes on without its button|the model's "completed"/,
    ],
    [
        "a mark ends a pullback",
        changed(machine.STATE_PULLING, machine.COMMAND_MARK, machine.STATE_COMPLETED),
        /the model's "pulling"/,
    ],
    [
        "a fault ends at a stop request",
        changed(machine.STATE_FAULT, machine.COMMAND_STOP, machine.STATE_UNHOMED),
        /rule 5: the fault ends/,
    ],
    [
        "a fault while returning is overlooked",
        changed(machine.STATE_RETURNING, machine.ON_FAULT, machine.STATE_RETURNING),
        /rule 5: the fault does not latch|rule 3/,
    ],
    [
        "an acknowledgement ends an emergency stop",
        changed(machine.STATE_STOPPED, machine.COMMAND_ACKNOWLEDGE, machine.STATE_SELF_TEST),
        /rule 6: the emergency stop ends/,
    ],
    [
        "a fault hides an emergency stop",
        changed(machine.STATE_STOPPED, machine.ON_FAULT, machine.STATE_FAULT),
        /rule 6: the emergency stop ends/,
    ],
    [
        "an emergency stop in a fault is overlooked",
        changed(machine.STATE_FAULT, machine.ON_ESTOP, machine.STATE_FAULT),
        /rule 6: the emergency stop does not win/,
    ],
    [
        "an engaged sled counts as homed",
        changed(machine.STATE_MANUAL, machine.COMMAND_ENGAGE, machine.STATE_READY),
        /rule 5: it counts as homed/,
    ],
    [
        "a pullback begins without being armed",
        changed(machine.STATE_LIVE, machine.COMMAND_START, machine.STATE_PULLING),
        /the state is "pulling", the model's "live"/,
    ],
    [
        "a stop while returning is refused",
        changed(machine.STATE_RETURNING, machine.COMMAND_STOP, -1),
        /the state is "returning", the model's "completed"/,
    ],
    [
        "the link is not watched while jogging",
        { ...machine, moves: state => state !== machine.STATE_JOGGING && moves(state) },
        /rule 3|what moves/,
    ],
    [
        "the link is not watched while armed",
        { ...machine, fires: state => state !== machine.STATE_ARMED && fires(state) },
        /rule 3|what fires/,
    ],
    [
        "a homing needs no control",
        { ...machine, needsControl: n => n !== machine.COMMAND_HOME && needsControl(n) },
        /rule 3: something begins for one who is not in control/,
    ],
    [
        "a release needs no control",
        { ...machine, needsControl: n => n !== machine.COMMAND_RELEASE && needsControl(n) },
        /the state is "manual", the model's "(unhomed|ready)"/,
    ],
]

for (const [name, table, message] of BREAKS)
    test(`would be found: ${name}`, () => {
        assert.throws(() => walk(table, BREAK_STEPS, SEED), message)
    })

test.run()
