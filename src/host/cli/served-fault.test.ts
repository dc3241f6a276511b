// The fault of a served cart: asked for once, ended by a yes only, and asked for again when the cart refuses.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { RecordingSession, statusOf } from "../run/testing/scripted-operator"
import { ServedFault } from "./served-fault"

class Bench extends RecordingSession {
    readonly open: { what: string; question: string; yes: () => void }[] = []
    readonly printed: string[] = []
    left = 0
    readonly fault = new ServedFault({
        session: this.session,
        name: () => "cart 7",
        print: line => void this.printed.push(line),
        leave: () => void this.left++,
        ask: (what, question, yes) => {
            const asked = { what, question, yes }
            this.open.push(asked)
            return () =>
                void (this.open.includes(asked) && this.open.splice(this.open.indexOf(asked), 1))
        },
    })

    status(state: number, fault = 0, control = machine.HOLDER_NOBODY): this {
        this.fault.listener.onStatus!({ ...statusOf(state, 1, fault), control })
        return this
    }

    refuse(command: number, reason: number, value = 0): this {
        this.fault.listener.onRefusal!({ command, serial: 1, reason, value })
        return this
    }
}

const test = suite("the fault of a served cart")

test("is asked for once, with the cart's name, and acknowledged after a yes only", () => {
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
    bench.open[0]!.yes()
    assert.equal([bench.commands, bench.controls], [[machine.COMMAND_ACKNOWLEDGE], 1])
    bench.status(machine.STATE_FAULT, codes.FAULT_STALL, machine.HOLDER_HOST)
    assert.is(bench.left, 0)
    bench.status(machine.STATE_SELF_TEST, 0, machine.HOLDER_HOST)
    assert.equal(bench.open, [])
    // The bedside unit needs the control.
    assert.is(bench.left, 1)
})

test("is left to the bedside unit if it acknowledges", () => {
    const bench = new Bench().status(machine.STATE_FAULT, codes.FAULT_STALL, machine.HOLDER_UNIT)
    bench.status(machine.STATE_SELF_TEST, 0, machine.HOLDER_UNIT)
    assert.equal([bench.open, bench.commands, bench.left], [[], [], 0])
})

test("what the cart refuses is printed, and asked again: by the next session if this host has the control", () => {
    const hot = codes.FAULT_DRIVER_HOT
    const bench = new Bench().status(machine.STATE_FAULT, hot)
    bench.open.pop()!.yes()
    bench.refuse(machine.COMMAND_ACKNOWLEDGE, codes.REFUSED_CAUSE, hot)
    assert.match(
        bench.printed[0]!,
        /^cart 7: The cart refused: .*still present.* \(114: .*overheated/
    )
    bench.status(machine.STATE_FAULT, hot, machine.HOLDER_HOST)
    assert.equal([bench.open.length, bench.left], [0, 1])

    const used = new Bench().status(machine.STATE_FAULT, hot, machine.HOLDER_UNIT)
    used.open.pop()!.yes()
    used.refuse(machine.COMMAND_ACKNOWLEDGE, codes.REFUSED_CONTROL, machine.HOLDER_UNIT)
    used.status(machine.STATE_FAULT, hot, machine.HOLDER_UNIT)
    assert.equal([used.open.length, used.left], [1, 0])
    used.refuse(machine.COMMAND_HOME, codes.REFUSED_STATE)
    assert.is(used.printed.length, 1)
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
