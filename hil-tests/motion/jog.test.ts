// Jogging with a held button, and manual moves of the released sled, measured by the ruler.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import type { VirtualCartOptions } from "../../src/host/targets/virtual/virtual-cart"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const MM_S = 1_000_000

async function ready(
    request: PullbackRequest = REQUEST,
    options: Partial<VirtualCartOptions> = EVEN_SLED
): Promise<BenchCart> {
    const bench = await BenchCart.boot(request, options)
    await bench.home()
    return bench
}

const jog = suite("jog while held")

/** Holds a button for this time: sends its repeats as a panel does. */
async function holdFor(bench: BenchCart, ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 50) {
        bench.cart.session.command(machine.COMMAND_HOLD)
        await bench.wait(50)
    }
}

jog("moves while the button is held and brakes when it is released [IVUS-MOT-011]", async () => {
    const bench = await ready()
    const { sled, ruler } = bench.cart.board.rig
    const from = sled.positionMm
    assert.is(await bench.command(machine.COMMAND_JOG, 5 * MM_S), undefined)
    assert.is(bench.stateNow, machine.STATE_JOGGING)
    await holdFor(bench, 1000)
    // 1.05 s at 5 mm/s, less half of the 250 ms of acceleration.
    assert.ok(Math.abs(sled.positionMm - from - 4.6) < 0.15)
    const releasedUs = bench.nowUs
    bench.cart.session.command(machine.COMMAND_STOP)
    await bench.wait(300)
    assert.is(bench.stateNow, machine.STATE_READY)
    // A loop; braking from 5 mm/s at 80 mm/s² (limit of AMAX) takes 63 ms; the ruler's window
    // 10 ms.
    const speedMmPerS = ruler.speedMmPerS(releasedUs + 90_000, 10)
    assert.ok(Math.abs(speedMmPerS) < 0.02, `${speedMmPerS} mm/s`)
})

jog("brakes by itself when the button's repeats stop [IVUS-MOT-011]", async () => {
    const bench = await ready()
    await bench.command(machine.COMMAND_JOG, 5 * MM_S)
    await holdFor(bench, 500)
    const silentUs = bench.nowUs
    await bench.wait(500)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.ok(bench.events.some(e => e.code === codes.EVENT_JOG_RELEASED))
    // The last repeat was 50 ms old; 150 ms hold limit, a loop, 63 ms of braking.
    const { ruler } = bench.cart.board.rig
    assert.ok(Math.abs(ruler.speedMmPerS(silentUs + 190_000, 10)) < 0.02)
    // Late repeats start no motion.
    const at = bench.cart.board.rig.sled.positionMm
    const late = await bench.command(machine.COMMAND_HOLD)
    assert.is(late?.reason, codes.REFUSED_STATE)
    await bench.wait(300)
    assert.ok(Math.abs(bench.cart.board.rig.sled.positionMm - at) < 1e-4)
})

jog("stops at the ends of travel, before the switches [IVUS-MOT-007]", async () => {
    const bench = await ready()
    const { sled } = bench.cart.board.rig
    await bench.command(machine.COMMAND_JOG, -1 * MM_S)
    await holdFor(bench, 1000)
    assert.is(bench.stateNow, machine.STATE_READY)
    // TRAVEL_START_NM, plus backlash and rounding.
    assert.ok(Math.abs(sled.positionMm - 0.5) < 0.02, `${sled.positionMm}`)
    const beyond = await bench.command(machine.COMMAND_JOG, -1 * MM_S)
    assert.is(beyond?.reason, codes.REFUSED_DIRECTION)
    assert.is(beyond?.value, 1)
})

jog("a reversal during motion is refused and brakes", async () => {
    const bench = await ready()
    await bench.command(machine.COMMAND_JOG, 5 * MM_S)
    await holdFor(bench, 300)
    const other = await bench.command(machine.COMMAND_JOG, -5 * MM_S)
    assert.is(other?.reason, codes.REFUSED_DIRECTION)
    await bench.wait(300)
    assert.is(bench.stateNow, machine.STATE_READY)
    // Pressed again, it moves.
    assert.is(await bench.command(machine.COMMAND_JOG, -5 * MM_S), undefined)
    await holdFor(bench, 200)
    assert.ok(bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs, 10) < -1)
})

jog("changes speed in the same direction without stopping", async () => {
    const bench = await ready()
    await bench.command(machine.COMMAND_JOG, 2 * MM_S)
    await holdFor(bench, 500)
    assert.is(await bench.command(machine.COMMAND_JOG, 4 * MM_S), undefined)
    await holdFor(bench, 300)
    const speed = bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs - 5000, 10)
    // 1 %: the lead screw is perfect, and 1 um of 40 in the ruler's window does not matter.
    assert.ok(Math.abs(speed - 4) < 0.04, `${speed} mm/s`)
})

jog("a pullback starts at the position after a jog, and an earlier setup is refused", async () => {
    const bench = await ready()
    assert.is(await bench.setUp(), codes.GOOD)
    assert.is(await bench.command(machine.COMMAND_JOG, 5 * MM_S), undefined)
    await holdFor(bench, 1500)
    bench.cart.session.command(machine.COMMAND_STOP)
    await bench.wait(300)
    const stale = await bench.command(machine.COMMAND_LIVE)
    assert.is(stale?.reason, codes.REFUSED_START)
    const from = bench.cart.board.rig.sled.positionMm
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    const { description, assembler } = bench.cart.receiver
    const startMm = description!.window_start_nm / 1e6
    // Run-up and settling at 1 mm/s: 25 um and 400 um.
    assert.ok(Math.abs(startMm - from - 0.425) < 0.02, `${startMm} ${from}`)
    assert.is(assembler!.frames.length, 150)
})

jog.run()

const manual = suite("manual: the sled is released")

manual(
    "measures the position while the sled is pushed by hand, and requires homing afterwards [IVUS-MOT-009]",
    async () => {
        const bench = await ready()
        assert.is(await bench.command(machine.COMMAND_RELEASE), undefined)
        assert.is(bench.stateNow, machine.STATE_MANUAL)
        const { rig } = bench.cart.board
        const from = rig.sled.positionMm
        // The motor is off; a hand pushes with 10 N for 100 ms.
        rig.faults.inject("load", bench.nowUs, 10)
        await bench.wait(100)
        rig.faults.clear("load", bench.nowUs)
        await bench.wait(500)
        const movedMm = rig.sled.positionMm - from
        assert.ok(movedMm > 0.5, `${movedMm} mm`)
        // Two encoder counts.
        const reportedMm = bench.status!.position_nm / 1e6
        assert.ok(Math.abs(reportedMm - rig.sled.positionMm) < 0.002 + 0.02)
        for (const command of [
            machine.COMMAND_LIVE,
            machine.COMMAND_JOG,
            machine.COMMAND_RETURN,
            machine.COMMAND_HOME,
        ])
            assert.is((await bench.command(command))?.reason, codes.REFUSED_STATE)
        assert.is(await bench.command(machine.COMMAND_ENGAGE), undefined)
        assert.is(bench.stateNow, machine.STATE_UNHOMED)
        assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_STATE)
        await bench.home()
        await bench.pull()
    }
)

manual("a moving sled cannot be released", async () => {
    const bench = await ready()
    await bench.pull()
    await bench.wait(300)
    const refusal = await bench.command(machine.COMMAND_RELEASE)
    assert.is(refusal?.reason, codes.REFUSED_STATE)
    assert.is(refusal?.value, machine.STATE_PULLING)
    assert.is(bench.stateNow, machine.STATE_PULLING)
})

manual.run()
