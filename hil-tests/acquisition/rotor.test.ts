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
    const reached = await BenchCart.boot(ROTATIONAL, EVEN_SLED)
    await reached.home()
    return reached
}

async function pulling(ms = 1500): Promise<BenchCart> {
    const reached = await homed()
    await reached.pull()
    await reached.wait(ms)
    return reached
}

const driveOf = (reached: BenchCart) => reached.cart.board.engine.firing.rotor.drive
const faultOf = (reached: BenchCart) => reached.events.find(e => e.code === codes.EVENT_FAULT)

const test = suite("rotor")

test("a pullback: locked before the first pulse, all frames complete, triggers evenly spaced, at rest at the end", async () => {
    const reached = await homed()
    const { transmit, engine } = reached.cart.board
    const { rotor } = engine.firing
    await reached.setUp()
    reached.cart.session.command(machine.COMMAND_LIVE)
    await reached.cart.until(() => transmit.count > 0, reached.nowUs + 3e6)
    assert.ok(rotor.locked, "locked before the first pulse")
    await reached.reach(machine.STATE_LIVE)
    for (const [command, next] of [
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        reached.cart.session.command(command)
        await reached.reach(next)
    }
    const fromUs = reached.nowUs
    await reached.cart.until(() => reached.ended, reached.nowUs + 20e6)
    const jitter = transmit.jitter(fromUs, fromUs + 4e6)
    // By time alone there would be none.
    assert.ok(jitter <= 0.001 && jitter > 0.0001, `${100 * jitter} %`)
    const { assembler, description } = reached.cart.receiver
    assert.is(assembler!.counts.missing, 0)
    assert.is(assembler!.counts.received, transmit.count)
    // 5 mm at 1 mm/s and 30 revolutions/s; the first and the last may lie half outside the window.
    assert.ok(Math.abs(assembler!.frames.length - 150) <= 1)
    for (const frame of assembler!.frames.slice(0, -1))
        assert.is(frame.linesPresent, description!.lines_per_frame)
    await reached.wait(1000)
    assert.is(reached.stateNow, machine.STATE_COMPLETED)
    assert.ok(rotor.drive.atRest)
})

for (const [what, cause, code] of [
    ["stalls", (m: BenchCart) => (driveOf(m).jammed = true), codes.FAULT_ROTOR_STALLED],
    ["wobbles", (m: BenchCart) => (driveOf(m).wobble = 1e-3), codes.FAULT_ROTOR_SPEED],
] as const)
    test(`it ${what} while pulling: reported, and firing, sled and rotor stop`, async () => {
        const reached = await pulling()
        const { transmit, rig } = reached.cart.board
        const fromUs = reached.nowUs
        cause(reached)
        // A braked rotor stands after 0.2 s, an unbraked one after 1 s.
        await reached.wait(500)
        assert.is(reached.stateNow, machine.STATE_FAULT)
        assert.is(faultOf(reached)?.value, code, codes.sentenceOf(faultOf(reached)?.value ?? 0))
        // The engine ends firing by itself: a stall within two parts of a revolution, a wobble
        // within a revolution.
        const pulsesMs = (transmit.lastUs! - fromUs) / 1000
        const firedMs = what === "stalls" ? (2 * REVOLUTION_MS) / REVOLUTION_SECTORS : REVOLUTION_MS
        assert.ok(pulsesMs <= firedMs, `pulses for ${pulsesMs} ms`)
        // 20 ms to the command after the revolution in which it shows, braking from 1 mm/s 15 ms,
        // 10 ms of the ruler's window.
        const stands = rig.ruler.speedMmPerS(fromUs + 1000 * (REVOLUTION_MS + 45), 10)
        assert.ok(Math.abs(stands) < 0.02, `${stands} mm/s`)
        assert.ok(driveOf(reached).atRest)
        // The run has an end summary like any other.
        assert.is(reached.cart.receiver.end!.outcome, code)
        assert.is(reached.cart.receiver.end!.lines_fired, transmit.count)
    })

test("reports a stall as such, also if the cart polls between loss of lock and standstill", async () => {
    // 504 and 506 ms are such moments; without a second reading the wrong fault would be reported.
    for (const ms of [504, 506]) {
        const reached = await pulling(ms)
        driveOf(reached).jammed = true
        await reached.wait(100)
        assert.is(faultOf(reached)?.value, codes.FAULT_ROTOR_STALLED)
        reached.cart.board.stopVm()
    }
})

test("jammed from the start: no pulse, and the cart reports why", async () => {
    const reached = await homed()
    driveOf(reached).jammed = true
    await reached.setUp()
    reached.cart.session.command(machine.COMMAND_LIVE)
    await reached.reach(machine.STATE_FAULT)
    await reached.wait(20)
    assert.is(faultOf(reached)?.value, codes.FAULT_ROTOR_STALLED)
    assert.is(reached.cart.board.transmit.count, 0)
})

test("no index pulse: not locked in time, no pulse, and the rotor stops", async () => {
    const reached = await homed()
    reached.cart.board.engine.firing.rotor.indexDead = true
    await reached.setUp()
    const fromUs = reached.nowUs
    reached.cart.session.command(machine.COMMAND_LIVE)
    await reached.reach(machine.STATE_FAULT)
    // The limit of 3 s, a few loops, and the message delay.
    assert.ok(Math.abs(reached.nowUs - fromUs - 3.02e6) < 50_000)
    await reached.wait(20)
    assert.is(faultOf(reached)?.value, codes.FAULT_ROTOR_LOCK)
    await reached.wait(1000)
    assert.ok(driveOf(reached).atRest)
    assert.is(reached.cart.board.transmit.count, 0)
})

test("during spin-up a stop ends it and other requests are refused", async () => {
    const reached = await homed()
    await reached.setUp()
    assert.is(await reached.ask(machine.COMMAND_LIVE), undefined)
    assert.is(reached.stateNow, machine.STATE_READY)
    for (const command of [machine.COMMAND_ARM, machine.COMMAND_LIVE, machine.COMMAND_HOME])
        assert.is((await reached.ask(command))?.reason, codes.REFUSED_STATE)
    assert.is(await reached.ask(machine.COMMAND_STOP), undefined)
    await reached.wait(1000)
    assert.ok(driveOf(reached).atRest)
    assert.is(reached.stateNow, machine.STATE_READY)
    assert.is(reached.cart.board.transmit.count, 0)
    // Afterwards a pullback starts normally.
    await reached.pullTo(machine.STATE_LIVE)
    assert.ok(reached.cart.board.engine.firing.firing)
})

test("standby and operator stop end firing first, then the rotor; a fault of the sled stops it too", async () => {
    const live = await homed()
    await live.pullTo(machine.STATE_LIVE)
    await live.ask(machine.COMMAND_STANDBY)
    await live.wait(1000)
    assert.ok(driveOf(live).atRest)
    const { rotorLost } = live.cart.board.engine.firing
    assert.not(rotorLost, "the rotor was stopped while the front end fired")

    const stopped = await pulling()
    await stopped.ask(machine.COMMAND_STOP)
    await stopped.wait(1000)
    assert.ok(driveOf(stopped).atRest)
    assert.is(stopped.stateNow, machine.STATE_COMPLETED)
    assert.not(stopped.cart.board.engine.firing.rotorLost)

    const held = await pulling()
    held.cart.board.rig.faults.inject("stall", held.nowUs)
    await held.wait(2500)
    assert.is(held.stateNow, machine.STATE_FAULT)
    assert.is(faultOf(held)?.value, codes.FAULT_STALL)
    assert.ok(driveOf(held).atRest)
})

test("when the controller hangs the front end removes the torque by itself", async () => {
    const reached = await pulling()
    const { transmit } = reached.cart.board
    const fromUs = reached.nowUs
    reached.cart.board.stopVm()
    await reached.wait(2000)
    assert.ok(transmit.lastUs! - fromUs <= 120_000)
    assert.ok(driveOf(reached).atRest)
})

test.run()
