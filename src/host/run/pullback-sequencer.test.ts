// Nothing moves without the operator: what a pullback asks before each motion, and what it never does by itself.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import type { Description, End } from "../../shared/protocol/messages"
import { DESCRIPTION } from "../link/testing/test-board"
import type { PullbackRequest } from "../sequence/pullback-request"
import { LiveClient } from "./live-client"
import { PullbackSequencer } from "./pullback-sequencer"
import { RecordingSession, ScriptedOperator, statusOf } from "./testing/scripted-operator"

const REQUEST: PullbackRequest = {
    ...{ catheterId: "array-20mhz", speedMmPerS: 2, lengthMm: 10, frameRateHz: 30 },
}

class Bench extends RecordingSession {
    readonly person = new ScriptedOperator()
    readonly client: PullbackSequencer

    constructor(isLive = false) {
        super()
        const { session } = this
        const { operator } = this.person
        this.client = isLive
            ? new LiveClient(session, REQUEST, operator)
            : new PullbackSequencer(session, REQUEST, (_us, action) => action(), operator)
    }

    status(state: number, positionMm?: number, fault?: number): this {
        this.client.listener.onStatus!(statusOf(state, positionMm, fault))
        return this
    }

    event(code: number): this {
        this.client.listener.onEvent!({ code, time_ms: 0, value: 0 })
        return this
    }

    /** Through the run to its end. */
    pull(toMm: number): this {
        for (const state of [machine.STATE_LIVE, machine.STATE_ARMED, machine.STATE_PULLING])
            this.status(state)
        this.client.listener.onDescription!(DESCRIPTION as Description)
        this.status(machine.STATE_COMPLETED, toMm)
        assert.not(this.client.done)
        this.client.listener.onEnd!({} as End)
        return this.status(machine.STATE_COMPLETED, toMm)
    }
}

const test = suite("what a pullback asks the operator")

test("asks for homing and for the pullback, says what moves, and never returns the sled [IVUS-MOT-002]", () => {
    const bench = new Bench().status(machine.STATE_UNHOMED)
    assert.equal(bench.commands, [])
    assert.is(bench.person.last!.kind, "home")
    assert.match(
        bench.person.last!.what,
        /towards the patient at 5 mm\/s at most, by up to 164\.0 mm/
    )
    bench.person.yes()
    assert.equal(bench.commands, [machine.COMMAND_HOME])
    bench.status(machine.STATE_HOMING).status(machine.STATE_READY)
    assert.is(bench.setups, 1)
    bench.event(codes.EVENT_SETUP)
    assert.is(bench.person.last!.kind, "pull")
    // 10 mm at 2 mm/s: 0.9 mm before and 0.5 mm after the window.
    assert.match(
        bench.person.last!.what,
        /stands at 1\.0 mm\. It pulls the catheter 11\.4 mm away from the patient at 2 mm\/s/
    )
    assert.equal(bench.commands, [machine.COMMAND_HOME])
    bench.person.yes()
    bench.pull(12.4)
    const { COMMAND_HOME, COMMAND_LIVE, COMMAND_ARM, COMMAND_START } = machine
    assert.equal(bench.commands, [COMMAND_HOME, COMMAND_LIVE, COMMAND_ARM, COMMAND_START])
    assert.ok(bench.client.done)
    assert.is(bench.client.positionNm, 12.4e6)
})

test("a sled that is not at its start is returned only after a question that says where it stands", () => {
    const bench = new Bench().status(machine.STATE_COMPLETED, 33.25)
    assert.equal(bench.commands, [])
    assert.is(bench.person.last!.kind, "return")
    assert.match(
        bench.person.last!.what,
        /stands at 33\.3 mm, .* moves 32\.3 mm towards the patient/
    )
    bench.person.yes()
    assert.equal(bench.commands, [machine.COMMAND_RETURN])
    bench.status(machine.STATE_RETURNING).status(machine.STATE_READY)
    assert.is(bench.setups, 1)
})

test("a no moves nothing [IVUS-MOT-002]", () => {
    for (const state of [machine.STATE_UNHOMED, machine.STATE_COMPLETED]) {
        const bench = new Bench().status(state, 20)
        bench.person.no()
        assert.equal(bench.commands, [])
        assert.match(bench.client.failure!.message, /said no/)
    }
    const bench = new Bench().status(machine.STATE_READY).event(codes.EVENT_SETUP)
    bench.person.no()
    assert.equal(bench.commands, [])
})

test("a late yes does nothing: the cart has another state, or the run was ended [IVUS-MOT-002]", () => {
    const changed = new Bench().status(machine.STATE_COMPLETED, 20).status(machine.STATE_MANUAL)
    changed.person.yes()
    assert.equal(changed.commands, [])
    const ended = new Bench().status(machine.STATE_UNHOMED)
    ended.client.abort()
    ended.person.yes()
    assert.equal(ended.commands, [])
})

test("a stop at the cart is not undone", () => {
    for (const [stopped, moving, start] of [
        [machine.STATE_UNHOMED, machine.STATE_HOMING, machine.STATE_UNHOMED],
        [machine.STATE_COMPLETED, machine.STATE_RETURNING, machine.STATE_COMPLETED],
    ] as const) {
        const bench = new Bench().status(start, 20)
        bench.person.yes()
        const { length } = bench.commands
        bench.status(moving, 15).status(stopped, 14)
        assert.is(bench.person.asked.length, 1)
        assert.is(bench.commands.length, length)
        assert.match(bench.client.failure!.message, /was stopped at the cart/)
    }
    const bench = new Bench().status(machine.STATE_READY).event(codes.EVENT_SETUP)
    bench.person.yes()
    bench.status(machine.STATE_LIVE).status(machine.STATE_READY)
    assert.is(bench.setups, 1)
    assert.match(bench.client.failure!.message, /sent to standby before the pullback began/)
})

test("a fault with which the cart is found is acknowledged only after a yes, and the sled then homed only after another", () => {
    for (const isLive of [false, true]) {
        const bench = new Bench(isLive).status(machine.STATE_FAULT, 20, codes.FAULT_STALL)
        assert.equal(bench.commands, [])
        assert.is(bench.person.last!.kind, "acknowledge")
        assert.match(
            bench.person.last!.what,
            /is in fault: the sled does not follow its motor.* \(fault 108\)\. When/
        )
        bench.status(machine.STATE_FAULT, 20, codes.FAULT_STALL)
        assert.is(bench.person.asked.length, 1)
        bench.person.yes()
        assert.equal(bench.commands, [machine.COMMAND_ACKNOWLEDGE])
        bench.status(machine.STATE_SELF_TEST).status(machine.STATE_UNHOMED)
        assert.is(bench.person.last!.kind, "home")
        assert.is(bench.commands.length, 1)
        assert.is(bench.client.failure, undefined)
    }
})

test("an emergency stop is reset only after a yes, and the cart's refusal is told [IVUS-SAF-002]", () => {
    const bench = new Bench().status(machine.STATE_STOPPED, 20, codes.FAULT_ESTOP)
    assert.is(bench.person.last!.kind, "reset")
    assert.match(
        bench.person.last!.what,
        /is stopped: emergency stop: release it.* \(fault 162\)\./
    )
    bench.person.yes()
    assert.equal(bench.commands, [machine.COMMAND_RESET])
    bench.client.listener.onRefusal!({
        ...{ command: machine.COMMAND_RESET, serial: 0, reason: codes.REFUSED_ESTOP, value: 0 },
    })
    assert.match(bench.client.failure!.message, /refused: the emergency stop is still pressed/)

    const hot = new Bench().status(machine.STATE_FAULT, 20, codes.FAULT_DRIVER_HOT)
    hot.person.yes()
    hot.client.listener.onRefusal!({
        ...{ command: machine.COMMAND_ACKNOWLEDGE, serial: 0, reason: codes.REFUSED_CAUSE },
        value: codes.FAULT_DRIVER_HOT,
    })
    assert.match(hot.client.failure!.message, /still present.*\(114: .* overheated/)
})

test("after a no, or a fault of its own, nothing starts, also when somebody acknowledges it [IVUS-MOT-002]", () => {
    const no = new Bench().status(machine.STATE_FAULT, 20, codes.FAULT_STALL)
    no.person.no()
    const later = new Bench().status(machine.STATE_READY)
    later.status(machine.STATE_FAULT, 20, codes.FAULT_STALL)
    assert.match(
        later.client.failure!.message,
        /The cart stopped: the sled does not follow.* \(fault 108, the encoder reads 0\.000 mm\)\.$/
    )
    const estop = new Bench().status(machine.STATE_READY).status(machine.STATE_STOPPED)
    estop.client.listener.onEvent!({ code: codes.FAULT_ESTOP, time_ms: 0, value: 0 })
    const again = new Bench().status(machine.STATE_FAULT, 20, codes.FAULT_STALL)
    again.status(machine.STATE_UNHOMED).status(machine.STATE_FAULT, 20, codes.FAULT_STALL)
    for (const [bench, asked] of [
        [no, 1],
        [later, 0],
        [estop, 0],
        [again, 2],
    ] as const) {
        assert.ok(bench.client.failure)
        bench.status(machine.STATE_SELF_TEST).status(machine.STATE_UNHOMED)
        bench.person.yes()
        assert.equal(bench.commands, [])
        assert.is(bench.person.asked.length, asked)
    }
})

test("leaves a cart alone that somebody uses", () => {
    for (const state of [
        ...[machine.STATE_HOMING, machine.STATE_LIVE, machine.STATE_ARMED, machine.STATE_PULLING],
        ...[machine.STATE_RETURNING, machine.STATE_MANUAL, machine.STATE_JOGGING],
    ]) {
        const bench = new Bench().status(state)
        assert.equal(bench.commands, [], machine.STATE_NAMES[state])
        assert.match(bench.client.failure!.message, /in use/)
    }
})

test("asks for a calibration, and first reads the record in force", () => {
    const bench = new Bench().status(machine.STATE_READY)
    bench.client.listener.onRefusal!({
        ...{ command: 0, serial: 0, reason: codes.REFUSED_CALIBRATION, value: 0 },
    })
    assert.equal(bench.commands, [])
    assert.match(bench.person.last!.what, /calibration is corrupted.*11.5 mm away from the patient/)
    bench.person.yes()
    assert.is(bench.person.asked.length, 1)
    assert.equal(bench.commands, [machine.COMMAND_DUMP])
})

test("a live picture asks for homing and return, and standby at the cart lasts", () => {
    const bench = new Bench(true).status(machine.STATE_UNHOMED)
    assert.equal(bench.commands, [])
    bench.person.yes()
    bench.status(machine.STATE_HOMING).status(machine.STATE_READY).event(codes.EVENT_SETUP)
    assert.equal(bench.commands, [machine.COMMAND_HOME, machine.COMMAND_LIVE])
    bench.status(machine.STATE_LIVE).status(machine.STATE_READY).event(codes.EVENT_SETUP)
    assert.is(bench.setups, 1)
    assert.is(bench.commands.length, 2)
    assert.is((bench.client as LiveClient).transmit(true), undefined)
    bench.event(codes.EVENT_SETUP)
    assert.is(bench.commands.length, 3)
})

test("acknowledges warnings only where the cart is in no fault, and pauses their sound anywhere [IVUS-ALM-007]", () => {
    const bench = new Bench().status(machine.STATE_READY)
    const before = bench.commands.length
    assert.is(bench.client.acknowledgeWarnings(), undefined)
    assert.equal(bench.commands.slice(before), [machine.COMMAND_ACKNOWLEDGE])
    bench.status(machine.STATE_FAULT, 1, codes.FAULT_STALL)
    assert.match(bench.client.acknowledgeWarnings()!, /^the cart is in state fault: end that first/)
    bench.client.pauseSound()
    assert.equal(bench.commands.slice(before + 1), [machine.COMMAND_PAUSE_SOUND])
})

test.run()
