// The fault of a served cart: asked for once, ended by a yes only, and asked for again when the cart refuses.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../../shared/cart-machine"
import * as codes from "../../../shared/codes"
import { RecordingSession, statusOf } from "../../run/testing/scripted-operator"
import { ServedFault } from "./served-fault"

class Bench extends RecordingSession {
    readonly open: { what: string; question: string; yes: () => void }[] = []
    readonly printed: string[] = []
    readonly fault = new ServedFault(
        this.session,
        () => "cart 7",
        line => void this.printed.push(line),
        (what, question, yes) => {
            const asked = { what, question, yes }
            this.open.push(asked)
            return () =>
                void (this.open.includes(asked) && this.open.splice(this.open.indexOf(asked), 1))
        }
    )

    status(state: number, fault = 0): this {
        this.fault.listener.onStatus!(statusOf(state, 1, fault))
        return this
    }

    /** @param warnings as a status has them: bit 0 is code 311, bit 16: it is acknowledged */
    warn(warnings: number, state: number = machine.STATE_READY): this {
        this.fault.listener.onStatus!({ ...statusOf(state), warnings })
        return this
    }

    refuse(command: number, reason: number, value = 0): this {
        this.fault.listener.onRefusal!({ command, serial: 1, reason, value })
        return this
    }
}

const test = suite("the fault of a served cart")

test("is asked for once, with the cart's name, and acknowledged after a yes only [IVUS-ALM-007]", () => {
    const bench = new Bench().status(machine.STATE_LIVE)
    bench
        .status(machine.STATE_FAULT, codes.FAULT_STALL)
        .status(machine.STATE_FAULT, codes.FAULT_STALL)
    assert.is(bench.open.length, 1)
    assert.match(
        bench.open[0]!.what,
        /^cart 7: The cart is in fault: the sled does not .*\(fault 108\)\./
    )
    assert.equal(bench.commands, [])
    assert.is(bench.givenBack, 0)
    bench.open[0]!.yes()
    assert.equal(bench.commands, [machine.COMMAND_ACKNOWLEDGE])
    // For the bedside unit.
    assert.is(bench.givenBack, 1)
    bench.status(machine.STATE_SELF_TEST)
    assert.equal(bench.open, [])
})

test("warnings are asked for once, and a yes acknowledges nothing of a fault that has just occurred [IVUS-ALM-007]", () => {
    const bench = new Bench().warn(0x1).warn(0x1)
    assert.is(bench.open.length, 1)
    assert.match(bench.open[0]!.what, /^cart 7 warns: the motor driver is warm .*\(311\)\.$/)
    bench.open[0]!.yes()
    assert.equal(bench.commands, [machine.COMMAND_ACKNOWLEDGE])
    bench.warn(0x10001)
    assert.equal(bench.open, [])
    const { yes } = bench.warn(0x101).open[0]!
    bench.status(machine.STATE_FAULT, codes.FAULT_STALL)
    yes()
    assert.is(bench.commands.length, 1)
    assert.match(bench.open[0]!.what, /The cart is in fault/)
})

test("is asked for again when the cart refuses, with the reason printed", () => {
    const bench = new Bench().status(machine.STATE_FAULT, codes.FAULT_DRIVER_HOT)
    bench.open.pop()!.yes()
    bench.refuse(machine.COMMAND_ACKNOWLEDGE, codes.REFUSED_CAUSE, codes.FAULT_DRIVER_HOT)
    assert.is(bench.open.length, 1)
    assert.match(
        bench.printed[0]!,
        /^cart 7: The cart refused: .*still present.* \(114: .*overheated/
    )
    bench.refuse(machine.COMMAND_HOME, codes.REFUSED_STATE)
    assert.is(bench.printed.length, 1)
})

test("an emergency stop is reset, and a fault after it is no other reason", () => {
    const bench = new Bench().status(machine.STATE_STOPPED, codes.FAULT_ESTOP)
    bench.status(machine.STATE_STOPPED, codes.FAULT_LINK_LOST)
    assert.is(bench.open.length, 1)
    const { what, question, yes } = bench.open[0]!
    assert.match(
        what,
        /The cart is stopped: emergency stop: release it.*; after it, another fault occurred: the link/
    )
    assert.is(question, "Reset the cart after the emergency stop?")
    yes()
    bench.refuse(machine.COMMAND_RESET, codes.REFUSED_ESTOP)
    assert.match(bench.printed[0]!, /emergency stop is still pressed/)
    bench.fault.close()
    assert.equal(bench.open, [])
})

test.run()
