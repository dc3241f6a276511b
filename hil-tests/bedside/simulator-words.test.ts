// The words of the simulator against those of the unit: states, alarms, and what the lessons say of lamps and beeps.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { FAULT_LESSONS } from "../../src/host/simulate/fault-lessons"
import { alarmText, STATE_WORDS, stateWord } from "../../src/host/simulate/unit-words"
import { PRIORITY_HIGH, priorityOf } from "../../src/shared/alarms"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"

const test = suite("words of the simulator")

test("the large word of each state is that of the unit's program", () => {
    const program = readFileSync("src/firmware/bedside/screens/words.ts", "utf8")
    assert.ok(program.includes(`"${STATE_WORDS}"`))
    const words = machine.STATE_NAMES.map((_, state) => stateWord(state, codes.GOOD))
    assert.not(words.includes(null))
    assert.is(stateWord(machine.STATE_MANUAL, undefined), "RELEASED")
    assert.is(stateWord(machine.STATE_COMPLETED, codes.FAULT_STALL), "CUT SHORT")
    assert.is(stateWord(machine.STATE_COMPLETED, undefined), "STOPPED")
})

test("an alarm has the unit's words and steps", () => {
    const { STATE_STOPPED, STATE_FAULT } = machine
    const texts = [
        alarmText({ state: STATE_STOPPED, fault: codes.FAULT_ESTOP }),
        alarmText({ state: STATE_STOPPED, fault: codes.FAULT_STALL }),
        alarmText({ state: STATE_FAULT, fault: codes.FAULT_UNIT_LOST }),
    ]
    assert.equal(texts, [
        "E-STOP: Motor and ultrasound are off. ▸\u00a0Make it safe, turn it out, press ACK",
        "E-STOP, FAULT 108: The sled does not follow its motor. ▸\u00a0Make it safe, turn it out, press ACK",
        "FAULT 143: The bedside unit was lost. ▸\u00a0Check its cable, then press ACK",
    ])
})

test("the lessons tell lamp and beeps by the priority of their faults", () => {
    let told = 0
    for (const { name, see } of FAULT_LESSONS) {
        const number = /FAULT (\d+)/.exec(see)?.[1]
        if (!number || !/lamp/.test(see)) continue
        told++
        const isHigh = priorityOf(Number(number)) === PRIORITY_HIGH
        const signs = isHigh ? /red lamp, 10 beeps/ : /yellow lamp, 3 beeps/
        assert.match(see, signs, name)
    }
    assert.ok(told >= 8, `${told} lessons`)
})

test.run()
