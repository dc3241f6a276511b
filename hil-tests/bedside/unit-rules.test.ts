// What each button asks for in each state of the cart: the table of the bedside README.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { askedBy, MENU, refusal, SEEN, startsNow } from "../../src/firmware/bedside/button-rules"
import * as states from "../../src/firmware/bedside/unit-state"
import * as machine from "../../src/shared/cart-machine"
import { REFUSED_CONTROL, REFUSED_STATE } from "../../src/shared/codes"
import * as buttons from "../../src/shared/devices/bedside-unit"

const test = suite("rules of the unit")

function unitIn(state: number): states.UnitState {
    const unit = states.newUnitState()
    unit.cart_is_there = true
    unit.in_control = true
    unit.cart.state = state
    unit.cart.control = machine.HOLDER_UNIT
    unit.cart.host_present = true
    return unit
}

/** States in which a button asks for something, and for what. */
const RULES: readonly [button: string, asks: Record<string, number>][] = [
    [
        "BUTTON_LIVE",
        {
            ready: machine.COMMAND_LIVE,
            live: machine.COMMAND_STANDBY,
            armed: machine.COMMAND_STANDBY,
        },
    ],
    ["BUTTON_ARM", { live: machine.COMMAND_ARM }],
    ["BUTTON_HOME", { unhomed: machine.COMMAND_HOME, ready: machine.COMMAND_HOME }],
    ["BUTTON_RETURN", { ready: machine.COMMAND_RETURN, completed: machine.COMMAND_RETURN }],
    [
        "BUTTON_RELEASE",
        {
            unhomed: machine.COMMAND_RELEASE,
            ready: machine.COMMAND_RELEASE,
            completed: machine.COMMAND_RELEASE,
            manual: machine.COMMAND_ENGAGE,
        },
    ],
    ["BUTTON_DIAL", { ready: MENU, live: MENU, pulling: machine.COMMAND_MARK }],
    ...["BUTTON_JOG_DISTAL", "BUTTON_JOG_PROXIMAL"].map(
        name =>
            [
                name,
                {
                    ready: machine.COMMAND_JOG,
                    jogging: machine.COMMAND_JOG,
                    completed: machine.COMMAND_JOG,
                },
            ] as [string, Record<string, number>]
    ),
    ["BUTTON_ACK", { fault: machine.COMMAND_ACKNOWLEDGE, stopped: machine.COMMAND_RESET }],
]

const numberOf = (name: string): number => (buttons as unknown as Record<string, number>)[name]!

for (const [name, asks] of RULES)
    test(`${name} asks for nothing but what is in its row [IVUS-UNT-012]`, () => {
        machine.STATE_NAMES.forEach((state, number) => {
            const asked = askedBy(numberOf(name), unitIn(number))
            assert.is(asked, asks[state] ?? 0, `${name} in ${state}`)
        })
    })

test("START starts once after arming, and is a stop in all else [IVUS-UNT-012]", () => {
    machine.STATE_NAMES.forEach((_, number) => {
        assert.is(startsNow(unitIn(number), false), number === machine.STATE_ARMED)
        assert.is(startsNow(unitIn(number), true), false)
    })
    for (const lost of ["cart_is_there", "in_control"] as const) {
        const unit = unitIn(machine.STATE_ARMED)
        unit[lost] = false
        assert.not.ok(startsNow(unit, false))
    }
})

test("while the host leads, only ACK asks for anything, and the others say why not", () => {
    for (let button = 0; button < buttons.BUTTONS; button++) {
        if (button === buttons.BUTTON_START) continue
        const unit = unitIn(machine.STATE_READY)
        unit.in_control = false
        unit.cart.control = machine.HOLDER_HOST
        if (button === buttons.BUTTON_ACK) {
            unit.cart.sound_priority = 3
            assert.is(askedBy(button, unit), machine.COMMAND_PAUSE_SOUND)
        } else if (button !== buttons.BUTTON_ARM) {
            assert.is(askedBy(button, unit), 0)
            assert.is(refusal, REFUSED_CONTROL)
        }
    }
    const unit = unitIn(machine.STATE_LIVE)
    unit.in_control = false
    unit.cart.control = machine.HOLDER_HOST
    assert.is(askedBy(buttons.BUTTON_LIVE, unit), machine.COMMAND_STANDBY)
    unit.cart.host_present = false
    assert.is(askedBy(buttons.BUTTON_ARM, unit), machine.COMMAND_ARM)
})

test("of another unit, control is not asked for while the cart moves or fires", () => {
    const unit = unitIn(machine.STATE_LIVE)
    unit.in_control = false
    assert.is(askedBy(buttons.BUTTON_ARM, unit), 0)
    assert.is(refusal, REFUSED_CONTROL)
    unit.cart.state = machine.STATE_READY
    assert.is(askedBy(buttons.BUTTON_HOME, unit), machine.COMMAND_HOME)
})

test("ACK first pauses the sound, then acknowledges, then has seen what was told", () => {
    const unit = unitIn(machine.STATE_FAULT)
    unit.cart.alarm = 108
    unit.cart.sound_priority = 4
    assert.is(askedBy(buttons.BUTTON_ACK, unit), machine.COMMAND_PAUSE_SOUND)
    unit.cart.sound_priority = 0
    assert.is(askedBy(buttons.BUTTON_ACK, unit), machine.COMMAND_ACKNOWLEDGE)
    unit.cart.state = machine.STATE_READY
    assert.is(askedBy(buttons.BUTTON_ACK, unit), machine.COMMAND_ACKNOWLEDGE)
    unit.cart.alarm = 0
    unit.cart.restart_cause = 1
    assert.is(askedBy(buttons.BUTTON_ACK, unit), 0)
    assert.is(refusal, states.NOTICE_NOTHING)
    unit.cart.restart_cause = 2
    assert.is(askedBy(buttons.BUTTON_ACK, unit), SEEN)
    unit.restart_seen = true
    unit.cart.calibration_reason = 213
    assert.is(askedBy(buttons.BUTTON_ACK, unit), SEEN)
    unit.calibration_seen = true
    assert.is(askedBy(buttons.BUTTON_ACK, unit), 0)
})

test("a refusal names its reason [IVUS-UNT-012]", () => {
    askedBy(buttons.BUTTON_ARM, unitIn(machine.STATE_READY))
    assert.is(refusal, REFUSED_STATE)
    askedBy(buttons.BUTTON_DIAL, unitIn(machine.STATE_ARMED))
    assert.is(refusal, states.NOTICE_DIAL)
})

test.run()
