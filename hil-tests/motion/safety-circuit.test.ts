// The safety circuit with the real firmware: what hardware alone switches off, and that nothing returns without a re-arm.
// Times are measured by the edge log; hardware acts at once, the watchdog after 100 ms.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WATCHDOG_US } from "../../boards/virtual/safety-circuit/watchdog"
import * as machine from "../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"

const test = suite("safety circuit")

async function pulling(): Promise<BenchCart> {
    const bench = await BenchCart.boot(undefined, EVEN_SLED)
    await bench.home()
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

test("an emergency stop switches motor and transmit off at the same moment, and its release switches nothing on", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    assert.equal(energised(bench), { safe: true, stage: true, transmit: true })
    const fromUs = bench.nowUs
    board.pressEstop()
    assert.equal(energised(bench), OFF)
    for (const signal of ["safe", "estop-chain", "power-stage"] as const)
        assert.is(board.rig.edges.first(signal, false, fromUs)?.timeUs, fromUs, signal)
    await bench.wait(500)
    board.releaseEstop()
    await bench.wait(500)
    assert.equal(energised(bench), OFF)
    board.stopVm()
})

test("a hang of 150 ms switches motor and transmit off, and the returning heartbeat switches nothing on", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    const fromUs = bench.nowUs
    board.stallVm(150)
    await bench.wait(1000)
    const off = board.rig.edges.first("power-stage", false, fromUs)!
    // The last edge was up to a loop of 10 ms before.
    assert.ok(off.timeUs - fromUs <= WATCHDOG_US && off.timeUs - fromUs >= WATCHDOG_US - 11_000)
    assert.ok(board.watchdog.alive)
    assert.equal(energised(bench), OFF)
    assert.is(board.rig.edges.first("power-stage", true, fromUs), undefined)
    assert.not(machine.moves(bench.stateNow!))
    board.stopVm()
})

test("a restarted controller finds its settings and chips as they were, and SAFE off", async () => {
    const bench = await pulling()
    const { board } = bench.cart
    await board.restartVm()
    assert.is(board.rig.edges.edges("power-stage").at(-1)?.level, false)
    const fromUs = bench.nowUs
    await bench.wait(1000)
    assert.is(board.rig.edges.first("power-stage", true, fromUs), undefined)
    await bench.reach(machine.STATE_UNHOMED, 20)
    board.stopVm()
})

test.run()
