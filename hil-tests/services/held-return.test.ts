// The return of a bedside unit goes on only while its button is held, by ruler and by what the unit is told; and how its pullbacks ended.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import { PARK_NM } from "../../src/shared/motion/ramp"
import { BenchCart } from "../support/carts/bench-cart"
import { takeControlFor } from "../support/carts/silent-host"
import { RawUnit } from "../support/jacdac/raw-unit"

const DEVICE = 0x9edc1234
const BOUND_MS = 600
/** Three packets of 50 ms that are missing, and a control loop. */
const LET_GO_MS = 160
/** mm/s²; braking as hard as the motor driver allows. */
const BRAKING = 84
/** Standstill is noticed, or the motor switched off, 30 ms after the ramp's end (safety rule 1). */
const STOP_MORE_MS = 30
const PRESENT_US = 50_000

/** The unit has pulled back and is in control. */
async function pulled(): Promise<{ bench: BenchCart; unit: RawUnit }> {
    const { bench, unit } = await pulling()
    await bench.reach(machine.STATE_COMPLETED)
    // The last lines are sent first.
    await bench.wait(300)
    return { bench, unit }
}

/** The unit is in control and pulls 5 mm back. */
async function pulling(): Promise<{ bench: BenchCart; unit: RawUnit }> {
    const bench = await BenchCart.homed()
    const unit = new RawUnit(bench.cart.board, DEVICE)
    await bench.wait(BOUND_MS)
    await takeControlFor(unit, bench)
    unit.set(0x82, 5_000_000)
    for (const [command, state] of [
        [machine.COMMAND_LIVE, machine.STATE_LIVE],
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        await bench.wait(50)
        unit.command(command)
        await bench.reach(state)
    }
    return { bench, unit }
}

const speedMmPerS = ({ cart, nowUs }: BenchCart): number =>
    Math.abs(cart.board.rig.ruler.speedMmPerS(nowUs - 5000, 10))

/** Asserts that the sled stands from `untilMs` after `fromUs` on. */
async function standsAfter(bench: BenchCart, fromUs: number, untilMs: number): Promise<void> {
    const { rig } = bench.cart.board
    await bench.wait(1000)
    const atMm = rig.ruler.positionMm(fromUs + 1000 * untilMs)
    const movedMm = Math.abs(rig.ruler.positionMm(bench.nowUs) - atMm)
    assert.ok(movedMm < 0.01, `${movedMm} mm after ${untilMs} ms`)
}

const stopMs = (speed: number): number => (1000 * speed) / BRAKING + STOP_MORE_MS

const test = suite("the held return")

test("goes on while the button is held, and ends at the start of a pullback [IVUS-MOT-014]", async () => {
    const { bench, unit } = await pulled()
    const from_nm = Number(unit.status["position_nm"])
    unit.command(machine.COMMAND_RETURN)
    unit.holds = true
    await bench.reach(machine.STATE_RETURNING)
    await bench.wait(100)
    // Begin and end of the way back, for the unit's bar; 2 um of rounding.
    assert.ok(Math.abs(Number(unit.status["start_nm"]) - from_nm) <= 2000)
    assert.is(unit.status["end_nm"], PARK_NM)
    await bench.reach(machine.STATE_READY)
    await bench.wait(100)
    // 5 um of backlash and 2 um of rounding.
    const { sled } = bench.cart.board.rig
    assert.ok(Math.abs(sled.positionMm - PARK_NM / 1e6) < 0.01, `${sled.positionMm}`)
    // A button that is still held begins nothing, and is no error.
    const answers = unit.answers.length
    await bench.wait(500)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.is(unit.answers.length, answers)
})

test("let go: the sled stands, presence alone does not move it on, and holding again needs a new return [IVUS-MOT-014]", async () => {
    const { bench, unit } = await pulled()
    const before = bench.events.length
    unit.command(machine.COMMAND_RETURN)
    unit.holds = true
    await bench.wait(400)
    const speed = speedMmPerS(bench)
    assert.ok(speed > 3, `${speed} mm/s`)
    const lastUs = bench.nowUs
    unit.holds = false
    // The latest packet may have been up to 50 ms before.
    await standsAfter(bench, lastUs, LET_GO_MS + stopMs(speed))
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    const heard = bench.events.slice(before).map(e => e.code)
    assert.ok(heard.includes(codes.EVENT_JOG_RELEASED))
    assert.not.ok(heard.some(codes.isFault))
    unit.holds = true
    await standsAfter(bench, bench.nowUs, 0)
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    unit.command(machine.COMMAND_RETURN)
    await bench.reach(machine.STATE_RETURNING)
    await bench.reach(machine.STATE_READY)
})

test("the packet of a held button is missed twice: the return goes on", async () => {
    const { bench, unit } = await pulled()
    unit.command(machine.COMMAND_RETURN)
    unit.holds = true
    await bench.wait(300)
    for (let i = 0; i < 3; i++) {
        unit.holds = false
        await bench.wait(100)
        unit.holds = true
        await bench.wait(50)
        assert.is(bench.stateNow, machine.STATE_RETURNING)
    }
})

test("a unit that vanishes in mid-return: a fault, and standstill within 300 ms [IVUS-MOT-014, IVUS-CTL-004]", async () => {
    const { bench, unit } = await pulled()
    unit.command(machine.COMMAND_RETURN)
    unit.holds = true
    await bench.wait(400)
    const speed = speedMmPerS(bench)
    const vanishedUs = bench.nowUs
    unit.vanish()
    await standsAfter(bench, vanishedUs, 300)
    await standsAfter(bench, vanishedUs, LET_GO_MS + stopMs(speed))
    assert.is(bench.stateNow, machine.STATE_FAULT)
    assert.is(bench.status!.fault, codes.FAULT_UNIT_LOST)
})

test("stopped by its own button or by the host; a return of the host needs no button", async () => {
    for (const byHost of [false, true]) {
        const { bench, unit } = await pulled()
        unit.command(machine.COMMAND_RETURN)
        unit.holds = true
        await bench.wait(300)
        const speed = speedMmPerS(bench)
        const stoppedUs = bench.nowUs
        if (byHost) bench.cart.session.command(machine.COMMAND_STOP)
        else unit.send(1, 0x80 + machine.COMMAND_STOP)
        // A request is read by the next loop.
        await standsAfter(bench, stoppedUs, 20 + stopMs(speed))
        assert.is(bench.stateNow, machine.STATE_COMPLETED)
    }
    const bench = await BenchCart.homed()
    await bench.pull()
    await bench.reach(machine.STATE_COMPLETED)
    await bench.wait(300)
    assert.is(await bench.command(machine.COMMAND_RETURN), undefined)
    await bench.reach(machine.STATE_READY)
})

test.run()

const outcomes = suite("how a unit's pullback ended")

/** What the unit, or one that is plugged in afterwards, is told. */
async function outcomeOf(bench: BenchCart, unit: RawUnit): Promise<unknown> {
    await bench.wait(300)
    return unit.status["outcome"]
}

outcomes("0 as planned, and a later stop, return or fault changes nothing", async () => {
    const { bench, unit } = await pulled()
    assert.is(await outcomeOf(bench, unit), codes.GOOD)
    assert.is(unit.status["lines_missing"], 0)
    assert.is(bench.cart.receiver.end!.outcome, codes.GOOD)
    const window = [Number(unit.status["start_nm"]), Number(unit.status["end_nm"])]
    assert.is(window[1]! - window[0]!, 5_000_000)
    unit.command(machine.COMMAND_RETURN)
    await bench.wait(100)
    unit.send(1, 0x80 + machine.COMMAND_STOP)
    assert.is(await outcomeOf(bench, unit), codes.GOOD)
    bench.cart.board.pressEstop()
    await bench.reach(machine.STATE_STOPPED)
    assert.is(await outcomeOf(bench, unit), codes.GOOD)
})

outcomes("309 when the unit stops it", async () => {
    const { bench, unit } = await pulling()
    await bench.wait(1500)
    unit.send(1, 0x80 + machine.COMMAND_STOP)
    await bench.reach(machine.STATE_COMPLETED)
    assert.is(await outcomeOf(bench, unit), codes.EVENT_STOPPED)
    assert.is(bench.cart.receiver.end!.outcome, codes.EVENT_STOPPED)
    // The next run begins anew.
    unit.command(machine.COMMAND_RETURN)
    unit.holds = true
    await bench.reach(machine.STATE_READY)
    unit.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_LIVE)
    assert.is(await outcomeOf(bench, unit), codes.GOOD)
})

outcomes("143 when the unit is lost in it, within 160 ms of its last packet", async () => {
    const { bench, unit } = await pulling()
    await bench.wait(1500)
    const vanishedUs = bench.nowUs - (bench.nowUs % PRESENT_US)
    unit.vanish()
    await bench.reach(machine.STATE_FAULT, 1)
    assert.ok(bench.nowUs - vanishedUs < 1000 * (LET_GO_MS + 50), `${bench.nowUs - vanishedUs} us`)
    await bench.wait(3000)
    const back = new RawUnit(bench.cart.board, DEVICE)
    await bench.wait(BOUND_MS)
    assert.is(await outcomeOf(bench, back), codes.FAULT_UNIT_LOST)
    assert.is(bench.cart.receiver.end!.outcome, codes.FAULT_UNIT_LOST)
})

outcomes("the fault that comes while the run is prepared", async () => {
    const { bench, unit } = await pulled()
    unit.command(machine.COMMAND_RETURN)
    unit.holds = true
    await bench.reach(machine.STATE_READY)
    bench.cart.board.engine.firing.inhibited = true
    unit.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_FAULT, 2)
    assert.is(await outcomeOf(bench, unit), codes.FAULT_ENGINE_INHIBITED)
})

outcomes.run()
