// A rotational catheter through the real firmware: spin-up, imaging, and a safe stop for each fault
// of its rotor.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { REVOLUTION_SECTORS } from "../../src/shared/devices/line-engine"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const ROTATIONAL = { ...REQUEST, catheterId: "rotational-40mhz" }
/** 30 frames/s are 1800 revolutions per minute. */
const REVOLUTION_MS = 1000 / 30

async function homed(): Promise<BenchCart> {
    const bench = await BenchCart.boot(ROTATIONAL, EVEN_SLED)
    await bench.home()
    return bench
}

async function pulling(ms = 1500): Promise<BenchCart> {
    const bench = await homed()
    await bench.pull()
    await bench.wait(ms)
    return bench
}

const driveOf = (bench: BenchCart) => bench.cart.board.engine.firing.rotor.drive
const faultOf = (bench: BenchCart) => bench.events.find(e => codes.isFault(e.code))

const test = suite("rotor")

test("a pullback: locked before the first pulse, all frames complete, triggers evenly spaced, at rest at the end", async () => {
    const bench = await homed()
    const { transmit, engine } = bench.cart.board
    const { rotor } = engine.firing
    await bench.setUp()
    bench.cart.session.command(machine.COMMAND_LIVE)
    await bench.cart.until(() => transmit.count > 0, bench.nowUs + 3e6)
    assert.ok(rotor.locked, "locked before the first pulse")
    await bench.reach(machine.STATE_LIVE)
    for (const [command, next] of [
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        bench.cart.session.command(command)
        await bench.reach(next)
    }
    const fromUs = bench.nowUs
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    const jitter = transmit.jitter(fromUs, fromUs + 4e6)
    // Triggers by time would have no jitter; these follow the rotor.
    assert.ok(jitter <= 0.001 && jitter > 0.0001, `${100 * jitter} %`)
    const { assembler, description } = bench.cart.receiver
    assert.is(assembler!.counts.missing, 0)
    assert.is(assembler!.counts.received, transmit.count)
    // 5 mm at 1 mm/s and 30 revolutions/s; half of the first and of the last may be outside the
    // window.
    assert.ok(Math.abs(assembler!.frames.length - 150) <= 1)
    for (const frame of assembler!.frames.slice(0, -1))
        assert.is(frame.linesPresent, description!.lines_per_frame)
    await bench.wait(1000)
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    assert.ok(rotor.drive.atRest)
})

for (const [what, cause, code] of [
    ["stalls", (m: BenchCart) => (driveOf(m).jammed = true), codes.FAULT_ROTOR_STALLED],
    ["wobbles", (m: BenchCart) => (driveOf(m).wobble = 1e-3), codes.FAULT_ROTOR_SPEED],
] as const)
    test(`a rotor that ${what} while pulling is reported, and firing, sled and rotor stop [IVUS-TX-008]`, async () => {
        const bench = await pulling()
        const { transmit, rig } = bench.cart.board
        const fromUs = bench.nowUs
        cause(bench)
        // A braked rotor stops after 0.2 s, an unbraked one after 1 s.
        await bench.wait(500)
        assert.is(bench.stateNow, machine.STATE_FAULT)
        assert.is(faultOf(bench)?.code, code, codes.sentenceOf(faultOf(bench)?.code ?? 0))
        // The engine ends firing by itself: for a stall within two sectors, for a wobble within a
        // revolution.
        const pulsesMs = (transmit.lastUs! - fromUs) / 1000
        const firedMs = what === "stalls" ? (2 * REVOLUTION_MS) / REVOLUTION_SECTORS : REVOLUTION_MS
        assert.ok(pulsesMs <= firedMs, `pulses for ${pulsesMs} ms`)
        // 20 ms to the stop command after the revolution in which it is detected, 15 ms of braking
        // from 1 mm/s, 10 ms of the ruler's window.
        const speedMmPerS = rig.ruler.speedMmPerS(fromUs + 1000 * (REVOLUTION_MS + 45), 10)
        assert.ok(Math.abs(speedMmPerS) < 0.02, `${speedMmPerS} mm/s`)
        assert.ok(driveOf(bench).atRest)
        // The run has an end summary like any other.
        assert.is(bench.cart.receiver.end!.outcome, code)
        assert.is(bench.cart.receiver.end!.lines_fired, transmit.count)
    })

test("reports a stall also if the cart polls between loss of lock and standstill", async () => {
    // 504 and 506 ms are such moments; without a second reading the wrong fault would be reported.
    for (const ms of [504, 506]) {
        const bench = await pulling(ms)
        driveOf(bench).jammed = true
        await bench.wait(100)
        assert.is(faultOf(bench)?.code, codes.FAULT_ROTOR_STALLED)
        bench.cart.board.stopVm()
    }
})

test("a rotor jammed from the start: no pulse, and the cart reports the stall [IVUS-TX-008]", async () => {
    const bench = await homed()
    driveOf(bench).jammed = true
    await bench.setUp()
    bench.cart.session.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_FAULT)
    await bench.wait(20)
    assert.is(faultOf(bench)?.code, codes.FAULT_ROTOR_STALLED)
    assert.is(bench.cart.board.transmit.count, 0)
})

test("without index pulses the rotor does not lock in time: no transmit pulse, and the rotor stops [IVUS-TX-008]", async () => {
    const bench = await homed()
    bench.cart.board.engine.firing.rotor.indexDead = true
    await bench.setUp()
    const fromUs = bench.nowUs
    bench.cart.session.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_FAULT)
    // The limit of 3 s, a few loops, and the message delay.
    assert.ok(Math.abs(bench.nowUs - fromUs - 3.02e6) < 50_000)
    await bench.wait(20)
    assert.is(faultOf(bench)?.code, codes.FAULT_ROTOR_LOCK)
    await bench.wait(1000)
    assert.ok(driveOf(bench).atRest)
    assert.is(bench.cart.board.transmit.count, 0)
})

test("during spin-up a stop request ends it and other requests are refused", async () => {
    const bench = await homed()
    await bench.setUp()
    assert.is(await bench.command(machine.COMMAND_LIVE), undefined)
    assert.is(bench.stateNow, machine.STATE_READY)
    for (const command of [machine.COMMAND_ARM, machine.COMMAND_LIVE, machine.COMMAND_HOME])
        assert.is((await bench.command(command))?.reason, codes.REFUSED_STATE)
    assert.is(await bench.command(machine.COMMAND_STOP), undefined)
    await bench.wait(1000)
    assert.ok(driveOf(bench).atRest)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.is(bench.cart.board.transmit.count, 0)
    // Afterwards a pullback starts normally.
    await bench.pullTo(machine.STATE_LIVE)
    assert.ok(bench.cart.board.engine.firing.firing)
})

test("standby and operator stop end firing first, then the rotor; a fault of the sled stops it too", async () => {
    const bench = await homed()
    await bench.pullTo(machine.STATE_LIVE)
    await bench.command(machine.COMMAND_STANDBY)
    await bench.wait(1000)
    assert.ok(driveOf(bench).atRest)
    const { rotorLost } = bench.cart.board.engine.firing
    assert.not(rotorLost, "the rotor was stopped while the front end fired")

    const stopped = await pulling()
    await stopped.command(machine.COMMAND_STOP)
    await stopped.wait(1000)
    assert.ok(driveOf(stopped).atRest)
    assert.is(stopped.stateNow, machine.STATE_COMPLETED)
    assert.not(stopped.cart.board.engine.firing.rotorLost)

    const held = await pulling()
    held.cart.board.rig.faults.inject("stall", held.nowUs)
    await held.wait(2500)
    assert.is(held.stateNow, machine.STATE_FAULT)
    assert.is(faultOf(held)?.code, codes.FAULT_STALL)
    assert.ok(driveOf(held).atRest)
})

test("when the controller hangs the front end removes the torque by itself [IVUS-TX-003]", async () => {
    const bench = await pulling()
    const { transmit } = bench.cart.board
    const fromUs = bench.nowUs
    bench.cart.board.stopVm()
    await bench.wait(2000)
    assert.ok(transmit.lastUs! - fromUs <= 120_000)
    assert.ok(driveOf(bench).atRest)
})

test.run()
