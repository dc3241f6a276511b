// What the cart tells bedside units on the wire: status, settings and answers, heard by units that are played frame by frame.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import { GOOD } from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import {
    CART_COMMAND,
    GET_REGISTER,
    SERVICE_CART,
    SERVICE_SETTINGS,
} from "../../src/shared/service-table"
import { BenchCart } from "../support/carts/bench-cart"
import { liveHeap } from "../support/carts/live-heap"
import { NONE, plug } from "../support/carts/plugged"
import { takeControlFor } from "../support/carts/silent-host"
import { RawClient } from "../support/jacdac/raw-client"
import { RawUnit } from "../support/jacdac/raw-unit"

const ALL = GET_REGISTER | 0x180
const DEVICE = 0xfedc1234
/** The unit has announced itself, and the runtime has bound it. */
const BOUND_MS = 600
/** A control loop of 10 ms, the runtime, and the wire. */
const CHANGE_MS = 20
/** Answers to both units, behind what both are told of a change: 20 ms each. */
const ANSWER_MS = 100
/** One packet of 20 ms before it, and the wire. */
const LATE_MS = 22
/** Jacdac unbinds a device that was not heard for 2 s. */
const UNBOUND_MS = 2500

async function withUnit(): Promise<{ bench: BenchCart; unit: RawUnit }> {
    const bench = await BenchCart.homed()
    const unit = new RawUnit(bench.cart.board, DEVICE)
    await bench.wait(BOUND_MS)
    return { bench, unit }
}

/** A unit that has taken control. */
async function inControl(): Promise<{ bench: BenchCart; unit: RawUnit }> {
    const with_unit = await withUnit()
    await takeControlFor(with_unit.unit, with_unit.bench)
    return with_unit
}

/** Longest time between two of these, in ms. */
function longestGapMs(told: readonly { readonly timeUs: number }[], fromUs: number): number {
    const times = told.map(({ timeUs }) => timeUs).filter(timeUs => timeUs >= fromUs)
    assert.ok(times.length > 1)
    return Math.max(...times.slice(1).map((time, i) => time - times[i]!)) / 1000
}

/** The unit is told this within {@link CHANGE_MS} from now. */
async function isTold(
    bench: BenchCart,
    unit: RawUnit,
    field: string,
    value: number
): Promise<void> {
    assert.is.not(unit.status[field], value, `${field} before`)
    await bench.wait(CHANGE_MS)
    assert.is(unit.status[field], value, field)
}

const test = suite("what units are told")

test("the status each 200 ms, each 100 ms while the sled moves, and the settings each 2 s [IVUS-SVC-007]", async () => {
    const { bench, unit } = await withUnit()
    const restUs = bench.nowUs
    await bench.wait(4500)
    const rest = longestGapMs(unit.statuses, restUs)
    assert.ok(rest <= 200 + LATE_MS, `${rest} ms at rest`)
    const settings = longestGapMs(unit.settings, restUs)
    assert.ok(settings <= 2000 + LATE_MS, `${settings} ms between settings`)
    await bench.pull()
    const moveUs = bench.nowUs
    await bench.wait(3000)
    const moving = longestGapMs(unit.statuses, moveUs)
    assert.ok(moving <= 100 + LATE_MS, `${moving} ms while it moves`)
    assert.ok(unit.statuses.at(-1)!.timeUs - moveUs > 2.9e6)
    // By the ruler, at the cart's own time of the position; the poll is one loop old, 10 um at 1 mm/s, the screw is even.
    for (const { timeUs, values } of unit.statuses.filter(s => s.timeUs > moveUs)) {
        const truth = bench.cart.board.rig.ruler.positionMm(timeUs)
        assert.ok(Math.abs(Number(values["position_nm"]) / 1e6 - truth) < 0.04)
    }
})

test("the same values as the registers with all values have", async () => {
    const { bench, unit } = await withUnit()
    const tool = new RawClient(bench.cart.board, 1)
    await bench.wait(BOUND_MS)
    for (const [service, told] of [
        [SERVICE_CART, () => unit.statuses.at(-1)!.bytes],
        [SERVICE_SETTINGS, () => unit.settings.at(-1)!.bytes],
    ] as const) {
        tool.send(service, ALL)
        await bench.wait(50)
        const [reply] = tool.of(service, ALL).slice(-1)
        // The time of the cart is in bytes 36 to 39 of the status.
        const untimed = (bytes: Buffer): string =>
            (service === SERVICE_CART ? Buffer.from(bytes).fill(0, 36, 40) : bytes).toString("hex")
        assert.is(untimed(told()), untimed(reply!))
    }
    // Not as reports, which the runtime keeps off the wire.
    assert.equal(unit.of(SERVICE_CART, ALL), [])
})

test("a fault, an emergency stop, control, a pause of the sound and the ring-down within 20 ms [IVUS-SVC-007]", async () => {
    const { bench, unit } = await withUnit()
    const { board, session } = bench.cart
    await bench.pull()
    // Between two of the packets that come anyway.
    await bench.wait(1050)
    board.engine.firing.inhibited = true
    await isTold(bench, unit, "alarm", codes.FAULT_ENGINE_INHIBITED)
    assert.is(unit.status["state"], machine.STATE_FAULT)
    assert.is(unit.status["outcome"], codes.FAULT_ENGINE_INHIBITED)
    assert.is(unit.status["flags"], 3)
    await bench.wait(1000)
    // It names no device, unlike all other commands.
    unit.send(SERVICE_CART, CART_COMMAND + machine.COMMAND_PAUSE_SOUND)
    await isTold(bench, unit, "sound_priority", 0)
    await bench.wait(1000)
    board.pressEstop()
    await isTold(bench, unit, "state", machine.STATE_STOPPED)
    session.giveBackControl()
    await isTold(bench, unit, "control", machine.HOLDER_NOBODY)
    unit.stayPresent()
    unit.command(machine.COMMAND_CONTROL)
    await isTold(bench, unit, "control", machine.HOLDER_UNIT)
    assert.is(unit.status["device"], DEVICE)
})

test("the answer to a command that names it, once, with the reason of a refusal and its value [IVUS-SVC-007]", async () => {
    const { bench, unit } = await inControl()
    const other = new RawUnit(bench.cart.board, 77)
    await bench.wait(BOUND_MS)
    const answer = async (send: () => void): Promise<unknown> => {
        const before = unit.answers.length
        send()
        await bench.wait(ANSWER_MS)
        const { values } = unit.answers[before]!
        assert.is(unit.answers.length, before + 1)
        // Both units hear it; it names the one it is for.
        assert.equal(other.answers.at(-1)!.values, values)
        return Object.values(values)
    }
    const ARM = (SERVICE_CART << 8) | (CART_COMMAND + machine.COMMAND_ARM)
    const HOME = (SERVICE_CART << 8) | (CART_COMMAND + machine.COMMAND_HOME)
    const SPEED = (SERVICE_SETTINGS << 8) | 0x81
    assert.equal(await answer(() => unit.set(0x81, 2_000_000)), [DEVICE, SPEED, GOOD, 0])
    assert.equal(await answer(() => unit.set(0x81, 99)), [
        ...[DEVICE, SPEED, codes.REFUSED_ARGUMENT, 250_000],
    ])
    assert.equal(await answer(() => unit.command(machine.COMMAND_ARM)), [
        ...[DEVICE, ARM, codes.REFUSED_STATE, machine.STATE_READY],
    ])
    assert.equal(await answer(() => other.command(machine.COMMAND_ARM)), [
        ...[77, ARM, codes.REFUSED_CONTROL, machine.HOLDER_UNIT],
    ])
    assert.equal(await answer(() => unit.command(machine.COMMAND_HOME)), [DEVICE, HOME, GOOD, 0])
    // A held button and the presence are not answered.
    const before = unit.answers.length
    unit.command(machine.COMMAND_HOLD)
    await bench.wait(ANSWER_MS)
    assert.is(unit.answers.length, before)
})

test("settings as soon as they change: by a command, by the host, and with the catheter", async () => {
    const { bench, unit } = await inControl()
    await bench.wait(100)
    unit.set(0x82, 20_000_000)
    await bench.wait(ANSWER_MS)
    assert.is(unit.setting["length_nm"], 20_000_000)
    unit.set(0x85, -7)
    await bench.wait(ANSWER_MS)
    assert.is(unit.setting["gain_db"], -7)
    plug(bench, NONE)
    await bench.wait(100)
    assert.is(unit.setting["catheter_reason"], codes.REFUSED_NO_CATHETER)
    assert.is(unit.setting["length_max_nm"], 0)
    unit.vanish()
    await bench.wait(UNBOUND_MS)
    const { bench: again, unit: watching } = await withUnit()
    assert.is(await again.setUpWith({ speed_nm_s: 3_000_000 }), undefined)
    assert.is(watching.setting["speed_nm_s"], 3_000_000)
})

test("the gain of the one in control goes to the host, in every state; that of another unit is refused", async () => {
    const { bench, unit } = await inControl()
    const gains = () => bench.events.filter(e => e.code === codes.EVENT_GAIN).map(e => e.value)
    unit.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_LIVE)
    unit.set(0x85, 12)
    await bench.wait(ANSWER_MS)
    assert.equal(gains(), [12])
    const stranger = new RawUnit(bench.cart.board, 77)
    await bench.wait(BOUND_MS)
    stranger.set(0x85, -20)
    await bench.wait(ANSWER_MS)
    assert.equal(gains(), [12])
    assert.is(unit.setting["gain_db"], 12)
    assert.is(stranger.answers.at(-1)!.values["reason"], codes.REFUSED_CONTROL)
    // It is no part of a setup, so the run goes on.
    assert.is(bench.stateNow, machine.STATE_LIVE)
})

test("a mark is reported to the host with the position of the sled, while something is imaged", async () => {
    const { bench, unit } = await inControl()
    const marks = () => bench.events.filter(e => e.code === codes.EVENT_MARK).map(e => e.value)
    unit.command(machine.COMMAND_MARK)
    await bench.wait(ANSWER_MS)
    assert.is(unit.answers.at(-1)!.values["reason"], codes.REFUSED_STATE)
    for (const command of [machine.COMMAND_LIVE, machine.COMMAND_ARM, machine.COMMAND_START]) {
        unit.command(command)
        await bench.wait(500)
        const truth = bench.cart.board.rig.ruler.positionMm(bench.nowUs)
        unit.command(machine.COMMAND_MARK)
        await bench.wait(ANSWER_MS)
        const { reason, value } = unit.answers.at(-1)!.values
        assert.is(reason, GOOD)
        // Carried out 10 ms later, with a poll that is 10 ms old, at 1 mm/s; 5 um of backlash.
        assert.ok(Math.abs(Number(value) / 1e6 - truth) < 0.03, `${value} at ${truth}`)
        assert.is(marks().at(-1), value)
    }
    assert.is(bench.stateNow, machine.STATE_PULLING)
    assert.is(marks().length, 3)
})

test("the ring-down is asked of the host in live by the one in control, and forgotten with the catheter", async () => {
    const { bench, unit } = await inControl()
    const asked = () => bench.events.filter(e => e.code === codes.EVENT_RING_DOWN).length
    const stranger = new RawUnit(bench.cart.board, 77)
    await bench.wait(BOUND_MS)
    const ask = async (of: RawUnit): Promise<unknown> => {
        of.command(machine.COMMAND_RING_DOWN)
        await bench.wait(ANSWER_MS)
        return of.answers.at(-1)!.values["reason"]
    }
    assert.is(await ask(unit), codes.REFUSED_STATE)
    unit.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_LIVE)
    assert.is(await ask(stranger), codes.REFUSED_CONTROL)
    assert.is(asked(), 0)
    assert.is(await ask(unit), GOOD)
    assert.is(asked(), 1)
    assert.is(unit.status["ring_down"], machine.RING_DOWN_ASKED)
    // The host tells what became of it, also when live has ended.
    for (const result of [machine.RING_DOWN_FAILED, machine.RING_DOWN_STORED]) {
        bench.cart.session.command(machine.COMMAND_RING_DOWN, result)
        await bench.wait(50)
        assert.is(unit.status["ring_down"], result)
        unit.command(machine.COMMAND_STANDBY)
        await bench.wait(100)
    }
    assert.is(bench.stateNow, machine.STATE_READY)
    plug(bench, NONE)
    await bench.wait(100)
    assert.is(unit.status["ring_down"], machine.RING_DOWN_NONE)
})

test("two units at a time; one that is unplugged delays neither the other nor the control loop, and hears at once when it is back [IVUS-SVC-007]", async () => {
    const { bench, unit } = await withUnit()
    const { board } = bench.cart
    const other = new RawUnit(board, 77)
    await bench.wait(BOUND_MS)
    const third = new RawUnit(board, 99)
    await bench.wait(BOUND_MS)
    assert.is(third.statuses.length, 0)
    unit.vanish()
    const fromUs = bench.nowUs
    await bench.wait(UNBOUND_MS + 1000)
    const gap = longestGapMs(other.statuses, fromUs)
    assert.ok(gap <= 200 + LATE_MS, `${gap} ms`)
    // The third one has its place.
    assert.ok(third.statuses.length > 0)
    third.vanish()
    await bench.wait(UNBOUND_MS)
    const back = new RawUnit(board, DEVICE)
    await bench.wait(BOUND_MS)
    // The first one is not what was true when it was unplugged.
    const [first] = back.statuses
    assert.ok(first!.timeUs / 1000 - Number(first!.values["time_ms"]) < LATE_MS)
    assert.ok(back.settings.length > 0)
})

test("telling two units for a minute leaves no live memory", async () => {
    const { bench } = await inControl()
    const other = new RawUnit(bench.cart.board, 77)
    await bench.wait(3000)
    const before = await liveHeap(bench)
    await bench.wait(60_000)
    const after = await liveHeap(bench)
    assert.ok(other.statuses.length > 300)
    // One smallest allocation.
    assert.ok(
        after.minBytes - before.minBytes <= 8,
        `${after.minBytes} B, ${before.minBytes} B before`
    )
})

test.run()
