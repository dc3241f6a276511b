// The alarms of the cart: what begins and ends them, acknowledging, the pause of their sound, and what the status says.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { STATUS_SOUND } from "../../src/shared/protocol/messages"
import { BenchCart } from "../support/carts/bench-cart"
import { replaceReplies } from "../support/rig/bus-disturber"

const test = suite("alarms of the cart")

const [LOW, MEDIUM, HIGH] = [2, 3, 4]
/** Longer than the period of the status. */
const STATUS_MS = 150

/** Alarm, priority of the sound, and bits of the warnings (bit n is code 311 + n, 16 bits higher: acknowledged). */
async function shown(bench: BenchCart): Promise<[alarm: number, sound: number, warnings: string]> {
    await bench.wait(STATUS_MS)
    const { alarm, flags, warnings } = bench.status!
    return [alarm, Math.floor(flags / STATUS_SOUND) % 8, `0x${(warnings >>> 0).toString(16)}`]
}

test("a warm driver is an alarm while it is warm; an audio pause ends with a new alarm [IVUS-ALM-003, IVUS-ALM-004]", async () => {
    const bench = await BenchCart.homed()
    const { faults } = bench.cart.board.rig
    assert.equal(await shown(bench), [codes.GOOD, 0, "0x0"])
    faults.inject("over-temperature-warning", bench.nowUs)
    assert.equal(await shown(bench), [codes.EVENT_DRIVER_WARM, LOW, "0x1"])
    assert.is(await bench.command(machine.COMMAND_PAUSE_SOUND), undefined)
    assert.equal(await shown(bench), [codes.EVENT_DRIVER_WARM, 0, "0x1"])
    await bench.wait(119_000)
    assert.equal(await shown(bench), [codes.EVENT_DRIVER_WARM, 0, "0x1"])
    await bench.wait(1000)
    assert.equal(await shown(bench), [codes.EVENT_DRIVER_WARM, LOW, "0x1"])
    await bench.command(machine.COMMAND_PAUSE_SOUND)
    faults.inject("short", bench.nowUs)
    assert.equal(await shown(bench), [codes.FAULT_DRIVER_SHORT, MEDIUM, "0x1"])
    bench.cart.board.stopVm()
})

test("one flipped bit of the motor driver's status is no alarm", async () => {
    const bench = await BenchCart.homed()
    const DRV_STATUS = 0x6f
    const OTPW = 1 << 26
    const flipped = replaceReplies(
        bench.cart.board.rig.chip,
        [DRV_STATUS],
        2,
        value => value | OTPW
    )
    await bench.wait(500)
    assert.is(flipped(), 2)
    assert.not(bench.events.some(({ code }) => code === codes.EVENT_DRIVER_WARM))
    bench.cart.board.stopVm()
})

test("an acknowledged alarm is silent, and over when its cause is gone [IVUS-ALM-004, IVUS-ALM-007]", async () => {
    const bench = await BenchCart.homed()
    const { faults } = bench.cart.board.rig
    faults.inject("over-temperature-warning", bench.nowUs)
    assert.equal(await shown(bench), [codes.EVENT_DRIVER_WARM, LOW, "0x1"])
    assert.is(await bench.command(machine.COMMAND_ACKNOWLEDGE), undefined)
    assert.is(bench.stateNow, machine.STATE_READY)
    const seen = bench.events.at(-1)!
    assert.equal([seen.code, seen.value], [codes.EVENT_ACKNOWLEDGED, codes.EVENT_DRIVER_WARM])
    assert.equal(await shown(bench), [codes.EVENT_DRIVER_WARM, 0, "0x10001"])
    faults.clear("over-temperature-warning", bench.nowUs)
    assert.equal(await shown(bench), [codes.GOOD, 0, "0x0"])
    bench.cart.board.stopVm()
})

test("a fault and its value are shown until it is acknowledged with its cause gone [IVUS-ALM-004]", async () => {
    const bench = await BenchCart.homed()
    const { faults } = bench.cart.board.rig
    faults.inject("over-temperature", bench.nowUs)
    await bench.reach(machine.STATE_FAULT)
    const fault = bench.events.find(e => codes.isFault(e.code))!
    assert.is(fault.code, codes.FAULT_DRIVER_HOT)
    const [alarm, sound] = await shown(bench)
    assert.equal([alarm, sound], [codes.FAULT_DRIVER_HOT, MEDIUM])
    assert.is(bench.status!.fault_value, fault.value)
    // Bit 25 of DRV_STATUS is ot (TMC5160 data sheet).
    assert.ok(fault.value & (1 << 25), fault.value.toString(16))
    const refusal = await bench.command(machine.COMMAND_ACKNOWLEDGE)
    assert.is(refusal?.reason, codes.REFUSED_CAUSE)
    assert.is((await shown(bench))[0], codes.FAULT_DRIVER_HOT)
    faults.clear("over-temperature", bench.nowUs)
    assert.is(await bench.command(machine.COMMAND_ACKNOWLEDGE), undefined)
    await bench.reach(machine.STATE_UNHOMED)
    assert.equal(await shown(bench), [codes.GOOD, 0, "0x0"])
    bench.cart.board.stopVm()
})

test("an emergency stop is reset, not acknowledged, and the reset ends all its alarms [IVUS-ALM-004]", async () => {
    const bench = await BenchCart.homed()
    await bench.pull()
    await bench.wait(700)
    bench.cart.board.pressEstop()
    await bench.reach(machine.STATE_STOPPED)
    // The motor is off because of the e-stop and not because the sled could not be stopped (event 320).
    assert.equal((await shown(bench)).slice(0, 2), [codes.FAULT_ESTOP, MEDIUM])
    assert.is((await bench.command(machine.COMMAND_ACKNOWLEDGE))?.reason, codes.REFUSED_STATE)
    assert.is((await shown(bench))[0], codes.FAULT_ESTOP)
    bench.cart.board.releaseEstop()
    await bench.wait(100)
    assert.is(await bench.command(machine.COMMAND_RESET), undefined)
    await bench.reach(machine.STATE_UNHOMED)
    assert.equal(await shown(bench), [codes.GOOD, 0, "0x0"])
    bench.cart.board.stopVm()
})

test("a motor that was switched off by pin is the most urgent alarm beside a dead bus [IVUS-ALM-003]", async () => {
    const bench = await BenchCart.homed()
    await bench.pull()
    await bench.wait(700)
    bench.cart.board.rig.faults.inject("bus-all-ones", bench.nowUs)
    await bench.reach(machine.STATE_FAULT)
    assert.equal(await shown(bench), [codes.EVENT_MOTOR_OFF, HIGH, "0x200"])
    assert.is(bench.status!.fault, codes.FAULT_MOTOR_DRIVER_MISSING)
    bench.cart.board.stopVm()
})

test("a fault after the emergency stop does not hide it; both are reported [IVUS-SAF-001]", async () => {
    const bench = await BenchCart.homed()
    await bench.pull()
    await bench.wait(500)
    bench.cart.board.startFault("estop")
    // Before the control loop that notices it.
    await bench.wait(1)
    bench.cart.board.startFault("engine-all-ones")
    await bench.wait(1000)
    assert.is(bench.stateNow, machine.STATE_STOPPED)
    assert.is(bench.status!.fault, codes.FAULT_ESTOP)
    assert.ok(bench.events.some(({ code }) => code === codes.FAULT_ENGINE_MISSING))
    bench.cart.board.stopVm()
})

test("a restart of the program is no push on a resting sled", async () => {
    const bench = await BenchCart.homed()
    bench.cart.board.restartProgram()
    await bench.wait(6000)
    await bench.reach(machine.STATE_UNHOMED)
    await bench.wait(1000)
    assert.not(bench.events.some(({ code }) => code === codes.EVENT_SLED_MOVED))
    assert.equal(await shown(bench), [codes.GOOD, 0, "0x0"])
    bench.cart.board.stopVm()
})

test.run()
