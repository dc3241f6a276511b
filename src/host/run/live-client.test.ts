// A live client with somebody who watches: after a fault, a stop or a lost link each step is asked for, and none is presumed.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import type { PullbackRequest } from "../sequence/pullback-request"
import { LiveClient } from "./live-client"
import { type Attendant, type Motion, nobody } from "./operator"
import { RecordingSession, statusOf } from "./testing/scripted-operator"

const REQUEST: PullbackRequest = {
    ...{ catheterId: "array-20mhz", speedMmPerS: 2, lengthMm: 10, frameRateHz: 30 },
}

class Bench extends RecordingSession implements Attendant {
    readonly told: string[] = []
    open: { motion: Motion; go: () => void; isFirst: boolean } | undefined
    readonly client: LiveClient

    /** @param attended false: the session ends by itself, as with `--frames` */
    constructor(resumed = false, attended = true) {
        super()
        const attendant = attended ? this : undefined
        this.client = new LiveClient(this.session, REQUEST, nobody, { attendant, resumed })
    }

    ask(motion: Motion, go: () => void, _refuse: (why: string) => void, isFirst: boolean): void {
        this.open = { motion, go, isFirst }
    }

    withdraw(): void {
        this.open = undefined
    }

    tell(sentence: string): void {
        this.told.push(sentence)
    }

    status(state: number, fault = 0, control = machine.HOLDER_HOST): this {
        this.client.listener.onStatus!({ ...statusOf(state, 1, fault), control })
        return this
    }

    /** The answer is yes, if this is what is asked. */
    yes(kind: string): this {
        assert.is(this.open?.motion.kind, kind)
        const { go } = this.open!
        this.open = undefined
        go()
        return this
    }

    setUp(): this {
        this.client.listener.onEvent!({ code: codes.EVENT_SETUP, time_ms: 0, value: 0 })
        return this
    }

    refuse(command: number, reason: number, value = 0): this {
        this.client.listener.onRefusal!({ command, serial: 0, reason, value })
        return this
    }

    /** From power-up to live. */
    goLive(): this {
        this.status(machine.STATE_UNHOMED).yes("home")
        this.status(machine.STATE_HOMING).status(machine.STATE_READY).setUp()
        return this.status(machine.STATE_LIVE)
    }

    /** The requests since the last call. */
    take(): number[] {
        return this.commands.splice(0)
    }
}

const test = suite("a live client with somebody who watches")

test("after a fault it asks for each step, presumes none, and has no failure [IVUS-MOT-002]", () => {
    const bench = new Bench()
    bench.status(machine.STATE_UNHOMED)
    assert.is(bench.open!.isFirst, true)
    bench.goLive().take()
    bench.status(machine.STATE_FAULT, codes.FAULT_ENGINE_RESET)
    assert.is(bench.open!.isFirst, false)
    assert.equal(bench.take(), [])
    bench.yes("acknowledge").status(machine.STATE_SELF_TEST)
    assert.is(bench.open, undefined)
    bench.status(machine.STATE_UNHOMED)
    assert.is(bench.open!.isFirst, false)
    assert.equal(bench.take(), [machine.COMMAND_ACKNOWLEDGE])
    bench.yes("home").status(machine.STATE_HOMING).status(machine.STATE_READY)
    assert.equal(bench.take(), [machine.COMMAND_HOME])
    assert.is(bench.setups, 1)
    bench.yes("live").setUp().status(machine.STATE_LIVE)
    assert.is(bench.setups, 2)
    assert.equal(bench.take(), [machine.COMMAND_LIVE])
    assert.is(bench.client.failure, undefined)
})

test("a refusal is told, and the same is asked again [IVUS-ALM-007]", () => {
    for (const [state, fault, kind, command, reason, text] of [
        [
            ...[machine.STATE_FAULT, codes.FAULT_DRIVER_HOT, "acknowledge"],
            ...[machine.COMMAND_ACKNOWLEDGE, codes.REFUSED_CAUSE, /still present/],
        ],
        [
            ...[machine.STATE_STOPPED, codes.FAULT_ESTOP, "reset"],
            ...[machine.COMMAND_RESET, codes.REFUSED_ESTOP, /still pressed/],
        ],
    ] as [number, number, string, number, number, RegExp][]) {
        const bench = new Bench().goLive().status(state, fault).yes(kind)
        bench.take()
        bench.refuse(command, reason, fault)
        assert.match(bench.told[0]!, text)
        assert.equal(bench.take(), [])
        bench.yes(kind)
        assert.equal(bench.take(), [command])
        assert.is(bench.client.failure, undefined)
    }
})

test("a description that cannot be right is told, and ends the picture", () => {
    const bench = new Bench().goLive()
    bench.take()
    bench.client.listener.onOddDescription!("lines_per_frame is 0; 1 to 4096 are allowed")
    assert.match(
        bench.told[0]!,
        /cannot be right: lines_per_frame is 0;.*update the cart's program/
    )
    assert.equal(bench.take(), [machine.COMMAND_STANDBY])
    bench.status(machine.STATE_READY)
    assert.is(bench.open?.motion.kind, "live")
    const alone = new Bench(false, false)
    alone.client.listener.onOddDescription!("mode is 9; 1, 2 and 3 are allowed")
    assert.match(alone.client.failure!.message, /mode is 9/)
})

test("an emergency stop after a fault asks for a reset only, and stays the reason", () => {
    const bench = new Bench().goLive().status(machine.STATE_FAULT, codes.FAULT_ENGINE_RESET)
    bench.status(machine.STATE_STOPPED, codes.FAULT_ESTOP)
    assert.is(bench.open!.motion.kind, "reset")
    assert.match(bench.client.stopText!, /^The cart stopped while live: emergency stop/)
    bench.status(machine.STATE_STOPPED, codes.FAULT_LINK_LOST)
    assert.match(
        bench.client.stopText!,
        /^The cart stopped while live: emergency stop.*; after it, another fault occurred: the link/
    )
})

test("the same fault again after an acknowledgement is asked for again", () => {
    const bench = new Bench().goLive().status(machine.STATE_FAULT, codes.FAULT_WATCHDOG)
    bench.yes("acknowledge")
    // Between two statuses.
    const event = (value: number) =>
        bench.client.listener.onEvent!({ code: codes.EVENT_STATE, time_ms: 0, value })
    event(machine.STATE_SELF_TEST)
    event(machine.STATE_FAULT)
    bench.status(machine.STATE_FAULT, codes.FAULT_WATCHDOG)
    assert.is(bench.open!.motion.kind, "acknowledge")
    assert.match(bench.client.stopText!, /^The cart stopped in state self test: the watchdog/)
})

test("a late answer does nothing: the cart has another state [IVUS-MOT-002]", () => {
    const bench = new Bench().goLive().status(machine.STATE_FAULT, codes.FAULT_ENGINE_RESET)
    const { go } = bench.open!
    bench.take()
    bench.status(machine.STATE_STOPPED, codes.FAULT_ESTOP)
    go()
    assert.equal(bench.take(), [])
})

test("a session that follows a lost one does nothing without an answer [IVUS-LNK-001]", () => {
    const lost = new Bench(true).status(machine.STATE_FAULT, codes.FAULT_LINK_LOST)
    assert.equal([lost.open!.motion.kind, lost.open!.isFirst], ["acknowledge", false])
    const restarted = new Bench(true).status(machine.STATE_UNHOMED)
    assert.equal([restarted.open!.motion.kind, restarted.open!.isFirst], ["home", false])
    const resting = new Bench(true).status(machine.STATE_READY)
    assert.is(resting.open!.motion.kind, "live")
    // On the virtual board the client stays the same.
    const same = new Bench().goLive()
    same.take()
    same.client.resume()
    same.status(machine.STATE_READY)
    assert.is(same.open!.motion.kind, "live")
    for (const bench of [lost, restarted, resting, same]) {
        assert.equal(bench.take(), [])
        assert.is(bench.setups, bench === same ? 1 : 0)
    }
    // A bedside unit may have gone live: nothing is taken from it.
    const used = new Bench(true).status(machine.STATE_LIVE)
    assert.equal([used.take(), used.open], [[], undefined])
})

test("a homing that the cart's operator stops is told as that; one that is stopped here is not", () => {
    const bench = new Bench().status(machine.STATE_UNHOMED).yes("home")
    bench.status(machine.STATE_HOMING).status(machine.STATE_UNHOMED)
    assert.match(bench.told[0]!, /^The homing was stopped at the cart; go on when it is safe\.$/)
    bench.yes("home").status(machine.STATE_HOMING)
    bench.take()
    assert.is(bench.client.stop(), undefined)
    assert.equal(bench.take(), [machine.COMMAND_STOP])
    bench.status(machine.STATE_UNHOMED)
    assert.is(bench.told.length, 1)
    assert.is(bench.open!.motion.kind, "home")
    assert.match(bench.client.stop()!, /nothing moves/)
})

test("an answer takes control again where the cart has ended it; nothing else does [IVUS-CTL-001]", () => {
    const bench = new Bench().goLive()
    assert.is(bench.controls, 0)
    bench.status(machine.STATE_FAULT, codes.FAULT_LINK_LOST, machine.HOLDER_NOBODY)
    assert.is(bench.controls, 0)
    bench.yes("acknowledge")
    assert.is(bench.controls, 1)
    bench.status(machine.STATE_UNHOMED).yes("home")
    assert.is(bench.controls, 1)
    // A bedside unit has it: the cart refuses, and says so.
    bench.status(machine.STATE_READY, 0, machine.HOLDER_UNIT).yes("live")
    bench.refuse(machine.COMMAND_CONTROL, codes.REFUSED_CONTROL, machine.HOLDER_UNIT)
    assert.match(bench.told[0]!, /another device is in control/)
})

for (const attended of [true, false])
    test(`the page's buttons take control again, ${attended ? "attended" : "with --frames"} [IVUS-CTL-001]`, () => {
        const bench = new Bench(false, attended)
        bench.status(machine.STATE_READY).setUp().status(machine.STATE_LIVE)
        assert.is(bench.client.transmit(false), undefined)
        bench.status(machine.STATE_LIVE, 0, machine.HOLDER_NOBODY)
        assert.is(bench.controls, 0)
        assert.is(bench.client.acknowledgeWarnings(), undefined)
        assert.is(bench.controls, 1)
        assert.is(bench.client.transmit(true), undefined)
        assert.is(bench.controls, 2)
        bench.status(machine.STATE_LIVE)
        assert.is(bench.client.acknowledgeWarnings(), undefined)
        assert.is(bench.controls, 2)
    })

test("says what must be done first when live is requested too early", () => {
    for (const [state, first] of [
        [machine.STATE_FAULT, /acknowledge the fault first/],
        [machine.STATE_STOPPED, /reset it after the emergency stop first/],
        [machine.STATE_UNHOMED, /home the sled first/],
        [machine.STATE_SELF_TEST, /is self test; wait/],
    ] as const)
        assert.match(new Bench().status(state, 1).client.transmit(true)!, first)
})

test("standby while the cart prepares to fire cancels that", () => {
    const bench = new Bench().status(machine.STATE_READY).setUp()
    bench.take()
    bench.client.transmit(false)
    assert.equal(bench.take(), [machine.COMMAND_STANDBY])
    const waiting = new Bench().status(machine.STATE_READY)
    waiting.client.transmit(false)
    waiting.setUp()
    assert.equal(waiting.take(), [])
})

test("the end of the command stops a sled that it has set in motion, and waits until it rests", () => {
    const bench = new Bench().status(machine.STATE_UNHOMED).yes("home")
    bench.status(machine.STATE_HOMING).take()
    bench.client.finish()
    assert.equal(bench.take(), [machine.COMMAND_STOP])
    assert.not(bench.client.done)
    bench.status(machine.STATE_UNHOMED)
    assert.ok(bench.client.done)
    assert.is(bench.open, undefined)
})

test.run()
