// The safety circuit with the real firmware: what hardware alone switches off, and that nothing returns without a re-arm.
// Times are measured by the edge log; hardware acts at once, the watchdog after 100 ms.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WATCHDOG_US } from "../../boards/virtual/safety-circuit/watchdog"
import { SAFETY_FAULTS } from "../../boards/virtual/safety-circuit/faults"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"

const test = suite("safety circuit")

/** The relay K1 opens within this time (boards/README.md, "E-stop chain and relay"). */
const RELAY_MS = 10

async function pulling(): Promise<BenchCart> {
    const bench = await BenchCart.homed()
    await bench.pull()
    await bench.wait(700)
    return bench
}

/** Whether SAFE, the power stage and transmit are on. */
function energised(bench: BenchCart): { safe: boolean; stage: boolean; transmit: boolean } {
    const { safety, rig, engine } = bench.cart.board
    const stage = rig.edges.edges("power-stage").at(-1)
    return { safe: safety.safe, stage: stage?.level ?? false, transmit: !engine.firing.inhibited }
}

const OFF = { safe: false, stage: false, transmit: false }

/** Motor and transmit are off, SAFE has not come back, and the cart says why. */
function assertOff(bench: BenchCart, fromUs: number, state: number, fault: number): void {
    const { edges } = bench.cart.board.rig
    assert.equal(energised(bench), OFF)
    assert.is(edges.first("power-stage", true, fromUs), undefined)
    assert.is(bench.stateNow, state)
    assert.is(bench.status?.fault, fault)
}

test("an emergency stop switches off at once; its release switches nothing on; a reset leads back to unhomed [IVUS-SAF-001, IVUS-SAF-002, IVUS-MOT-009]", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    assert.equal(energised(bench), { safe: true, stage: true, transmit: true })
    const fromUs = bench.nowUs
    board.pressEstop()
    for (const signal of ["safe", "estop-chain", "power-stage"] as const)
        assert.is(board.rig.edges.first(signal, false, fromUs)?.timeUs, fromUs, signal)
    // A loop of 10 ms notices it, and ends the ramp and firing as in a fault.
    await bench.wait(200)
    assertOff(bench, fromUs, machine.STATE_STOPPED, codes.FAULT_ESTOP)
    assert.is(board.rig.chip.core.ramp.moving, false)
    for (const command of [machine.COMMAND_ACKNOWLEDGE, machine.COMMAND_HOME, machine.COMMAND_JOG])
        assert.is((await bench.command(command))?.reason, codes.REFUSED_STATE)
    assert.is((await bench.command(machine.COMMAND_RESET))?.reason, codes.REFUSED_ESTOP)
    board.releaseEstop()
    await bench.wait(500)
    assertOff(bench, fromUs, machine.STATE_STOPPED, codes.FAULT_ESTOP)
    assert.is(await bench.command(machine.COMMAND_RESET), undefined)
    await bench.reach(machine.STATE_UNHOMED)
    assert.ok(board.safety.safe)
    assert.is(board.rig.edges.first("power-stage", true, fromUs), undefined, "unhomed, motor off")
    await bench.home()
    board.stopVm()
})

test("an emergency stop wins in every state, fault and homing included [IVUS-SAF-001]", async () => {
    const bench = await BenchCart.boot(undefined, EVEN_SLED)
    const { board, session } = bench.cart
    const stopAndReset = async (): Promise<void> => {
        board.pressEstop("bedside")
        await bench.wait(150)
        assert.is(bench.stateNow, machine.STATE_STOPPED)
        board.releaseEstop("bedside")
        assert.is(await bench.command(machine.COMMAND_RESET), undefined)
        await bench.reach(machine.STATE_UNHOMED)
    }
    await bench.reach(machine.STATE_UNHOMED)
    await stopAndReset()
    session.command(machine.COMMAND_HOME)
    await bench.wait(300)
    await stopAndReset()
    board.stallVm(150)
    await bench.wait(300)
    assert.is(bench.stateNow, machine.STATE_FAULT)
    session.command(machine.COMMAND_ACKNOWLEDGE)
    await bench.reach(machine.STATE_UNHOMED)
    session.command(machine.COMMAND_RELEASE)
    await bench.wait(100)
    assert.is(bench.stateNow, machine.STATE_MANUAL)
    await stopAndReset()
    board.rig.faults.inject("bus-all-ones", bench.nowUs)
    await bench.wait(200)
    assert.is(bench.stateNow, machine.STATE_FAULT)
    board.pressEstop()
    await bench.wait(200)
    assert.is(bench.stateNow, machine.STATE_STOPPED)
    board.stopVm()
})

test("a hang of 150 ms switches off; the returning heartbeat switches nothing on; the cause is named [IVUS-SAF-003]", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    const fromUs = bench.nowUs
    board.stallVm(150)
    await bench.wait(1000)
    const off = board.rig.edges.first("power-stage", false, fromUs)!
    // The last edge was up to a loop of 10 ms before.
    assert.ok(off.timeUs - fromUs <= WATCHDOG_US && off.timeUs - fromUs >= WATCHDOG_US - 11_000)
    assert.ok(board.watchdog.alive)
    assertOff(bench, fromUs, machine.STATE_FAULT, codes.FAULT_SAFETY_TRIPPED)
    bench.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
    await bench.reach(machine.STATE_UNHOMED)
    assert.ok(board.safety.safe)
    board.stopVm()
})

test("a restarted controller finds its settings and chips as they were, and SAFE off", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    await board.restartVm()
    assert.is(board.rig.edges.edges("power-stage").at(-1)?.level, false)
    const fromUs = bench.nowUs
    await bench.reach(machine.STATE_UNHOMED, 20)
    assert.is(board.rig.edges.first("power-stage", true, fromUs), undefined)
    board.stopVm()
})

test("an emergency stop that also cuts the motor driver's supply is left by the same reset", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    const { rig } = board
    board.pressEstop()
    await bench.wait(RELAY_MS)
    rig.powerCycle(bench.nowUs)
    rig.chip.busState = "zeros"
    await bench.wait(500)
    assert.is(bench.stateNow, machine.STATE_STOPPED)
    assert.is(bench.status?.fault, codes.FAULT_ESTOP)
    rig.powerCycle(bench.nowUs)
    rig.chip.busState = "connected"
    board.releaseEstop()
    assert.is(await bench.command(machine.COMMAND_RESET), undefined)
    await bench.home()
    board.stopVm()
})

test("a controller that restarts at once stops the firing that its watchdog did not end [IVUS-TX-001]", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    await board.restartVm()
    const fromUs = bench.nowUs
    await bench.wait(1000)
    // The start of the program, before its first transfer, takes 60 ms of virtual time.
    const firedMs = ((board.transmit.lastUs ?? fromUs) - fromUs) / 1000
    assert.ok(firedMs < 100, `fired for ${firedMs} ms`)
    const fired = board.transmit.count
    await bench.wait(500)
    assert.is(board.transmit.count, fired)
    board.stopVm()
})

/** What the self test makes of each fault that is there at power-on. */
const AT_POWER_ON: Readonly<Record<string, number>> = {
    estop: codes.FAULT_ESTOP,
    "estop-wire": codes.FAULT_ESTOP,
    // Only a person who presses the button can find it (boards/README.md).
    "estop-bridged": codes.GOOD,
    "sense-high": codes.FAULT_WATCHDOG,
    "sense-low": codes.FAULT_ESTOP,
    "rearm-open": codes.FAULT_ESTOP,
    "watchdog-stuck": codes.FAULT_WATCHDOG,
    "latch-stuck": codes.FAULT_SAFE_LATCH,
    "motor-gate": codes.FAULT_MOTOR_GATE,
    "motor-gate-safe": codes.FAULT_MOTOR_GATE,
    "motor-gate-open": codes.FAULT_MOTOR_GATE,
    "transmit-gate": codes.FAULT_TRANSMIT_GATE,
}

/** The state after a self test that ends with this code. */
function stateWith(code: number): number {
    if (code === codes.GOOD) return machine.STATE_UNHOMED
    return code === codes.FAULT_ESTOP ? machine.STATE_STOPPED : machine.STATE_FAULT
}

test("the table above names every fault of the circuit", () => {
    assert.equal(Object.keys(AT_POWER_ON).sort(), Object.keys(SAFETY_FAULTS).sort())
})

for (const [name, code] of Object.entries(AT_POWER_ON))
    test(`${name} at power-on: the self test ends with ${code}, and nothing is energised [IVUS-SAF-004]`, async () => {
        const bench = await BenchCart.boot(undefined, { faults: [{ name, atS: 0 }] })
        const { board } = bench.cart
        const state = stateWith(code)
        await bench.reach(state, 5)
        await bench.wait(1000)
        assert.is(bench.status?.fault, code)
        assert.is(board.rig.edges.edges("power-stage").length, 0)
        assert.is(board.transmit.count, 0)
        board.stopVm()
    })

for (const [name, state, code] of [
    // The hardware switches the stage off at once; the chip's own input shows why the sled does not follow.
    ["motor-gate-open", "pulling", codes.FAULT_MOTOR_GATE],
    // The stage is on although the program switched it off: found at rest.
    ["motor-gate", "unhomed", codes.FAULT_MOTOR_GATE],
] as const)
    test(`${name} while ${state}: the sled rests and the fault names the gate`, async () => {
        const bench = state === "pulling" ? await pulling() : await BenchCart.boot()
        if (state === "unhomed") await bench.reach(machine.STATE_UNHOMED)
        const { board } = bench.cart
        const fromUs = bench.nowUs
        SAFETY_FAULTS[name]!.start(board.safety, bench.nowUs, 0)
        // 10 loops in which SAFE_SENSE could have shown another cause, and the report.
        await bench.wait(300)
        assert.is(bench.status?.fault, code, codes.sentenceOf(bench.status?.fault ?? 0))
        const fromMm = board.rig.ruler.positionMm(fromUs + 100_000)
        assert.ok(Math.abs(board.rig.ruler.positionMm(bench.nowUs) - fromMm) < 0.05)
        board.stopVm()
    })

test("at power-on SAFE is tried once, falls with the withheld heartbeat and is re-armed last [IVUS-SAF-004]", async () => {
    const bench = await BenchCart.boot()
    await bench.reach(machine.STATE_UNHOMED)
    const { edges } = bench.cart.board.rig
    const safe = edges.edges("safe")
    assert.equal(
        safe.map(({ level }) => level),
        [true, false, true]
    )
    assert.is(edges.edges("power-stage").length, 0)
    bench.cart.board.stopVm()
})

test("both switches reached at rest: the cable is off, and the self test refuses it [IVUS-SAF-004]", async () => {
    const faults = [{ name: "switch-cable-off", atS: 0 }]
    const bench = await BenchCart.boot(undefined, { faults })
    await bench.reach(machine.STATE_FAULT, 5)
    await bench.wait(200)
    assert.is(bench.status?.fault, codes.FAULT_SWITCHES)
    bench.cart.board.stopVm()
})

test.run()
