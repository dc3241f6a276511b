// `ivus return`: moves only after a yes, and only from a state in which the cart is free.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { FAULT_ESTOP, FAULT_STALL, REFUSED_BRAKING } from "../../shared/codes"
import { Interrupted } from "../errors"
import { ReturnClient } from "./return-client"
import { RecordingSession, ScriptedOperator, statusOf } from "./testing/scripted-operator"

class Bench extends RecordingSession {
    readonly person = new ScriptedOperator()
    readonly client = new ReturnClient(this.session, this.person.operator)

    status(state: number, positionMm = 33, fault = 0): this {
        this.client.listener.onStatus!(statusOf(state, positionMm, fault))
        return this
    }
}

const test = suite("the return of the sled")

test("asks, returns, and ends when the sled stands at its start", () => {
    for (const state of [machine.STATE_COMPLETED, machine.STATE_READY]) {
        const bench = new Bench().status(state)
        assert.equal(bench.commands, [])
        assert.match(bench.person.last!.what, /stands at 33\.0 mm.* 32\.0 mm towards the patient/)
        bench.person.yes()
        assert.equal(bench.commands, [machine.COMMAND_RETURN])
        assert.not(bench.client.done)
        bench.status(machine.STATE_RETURNING, 20)
        assert.not(bench.client.done)
        bench.status(machine.STATE_READY, 1)
        assert.ok(bench.client.done)
        assert.is(bench.client.fromNm, 33e6)
        assert.is(bench.client.positionNm, 1e6)
    }
})

test("homes a sled that is not homed, and says so", () => {
    const bench = new Bench().status(machine.STATE_UNHOMED, 0)
    assert.is(bench.person.last!.kind, "home")
    bench.person.yes()
    assert.equal(bench.commands, [machine.COMMAND_HOME])
    bench.status(machine.STATE_HOMING, 0).status(machine.STATE_READY, 1)
    assert.ok(bench.client.done && bench.client.homed)
})

test("does nothing at the start, and asks nothing", () => {
    const bench = new Bench().status(machine.STATE_READY, 1.04)
    assert.ok(bench.client.done)
    assert.equal([bench.commands, bench.person.asked], [[], []])
})

test("refuses a cart in use, or after a no [IVUS-MOT-002]", () => {
    for (const state of [machine.STATE_PULLING, machine.STATE_MANUAL, machine.STATE_LIVE])
        assert.match(new Bench().status(state).client.failure!.message, /it is in use/)
    const no = new Bench().status(machine.STATE_COMPLETED)
    no.person.no()
    assert.match(no.client.failure!.message, /said no/)
    assert.equal(no.commands, [])
})

test("asks before it acknowledges a fault or resets the cart, then homes after another question", () => {
    for (const [state, fault, command] of [
        [machine.STATE_FAULT, FAULT_STALL, machine.COMMAND_ACKNOWLEDGE],
        [machine.STATE_STOPPED, FAULT_ESTOP, machine.COMMAND_RESET],
    ] as const) {
        const bench = new Bench().status(state, 20, fault)
        assert.equal(bench.commands, [])
        bench.person.yes()
        assert.equal(bench.commands, [command])
        bench.status(machine.STATE_SELF_TEST).status(machine.STATE_UNHOMED)
        assert.is(bench.person.last!.kind, "home")
        bench.person.yes()
        bench.status(machine.STATE_HOMING, 0).status(machine.STATE_READY, 1)
        assert.ok(bench.client.done && bench.client.homed)
        assert.equal(bench.commands, [command, machine.COMMAND_HOME])
    }
    const later = new Bench().status(machine.STATE_COMPLETED)
    later.status(machine.STATE_FAULT, 20, FAULT_STALL)
    assert.match(later.client.failure!.message, /stopped: the sled does not follow its motor/)
})

test("Ctrl-C stops the sled and says where it stands; a stop at the cart is not undone", () => {
    const bench = new Bench().status(machine.STATE_COMPLETED)
    bench.person.yes()
    bench.status(machine.STATE_RETURNING, 20)
    bench.client.abort()
    assert.is(bench.commands.at(-1), machine.COMMAND_STOP)
    bench.status(machine.STATE_COMPLETED, 19.5)
    assert.instance(bench.client.failure, Interrupted)
    assert.match(bench.client.failure!.message, /stands at 19\.5 mm \(state: completed\)/)

    const stopped = new Bench().status(machine.STATE_COMPLETED)
    stopped.person.yes()
    stopped.status(machine.STATE_RETURNING, 20).status(machine.STATE_COMPLETED, 19)
    assert.match(stopped.client.failure!.message, /was stopped at the cart/)
})

test("names the cart's refusal", () => {
    const bench = new Bench().status(machine.STATE_COMPLETED)
    bench.person.yes()
    const refusal = { command: machine.COMMAND_RETURN, serial: 1, value: 0 }
    bench.client.listener.onRefusal!({ ...refusal, reason: REFUSED_BRAKING })
    assert.match(bench.client.failure!.message, /still braking/)
})

test.run()
