// Calibration of the sled: measured, stored and verified; and the constancy of speed after it.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import { BenchCart, REQUEST } from "../support/carts/bench-cart"
import { calibrationAt } from "../support/rig/stored-calibration"

/** A perfect lead screw; the virtual board's default has an error. */
const EVEN = { screwErrorUmPp: 0 }
const short = { ...REQUEST, lengthMm: 2 }

/** Worst deviation of true speed from nominal over 100 ms while lines were flagged, in percent. */
function worstErrorPercent(bench: BenchCart, speedMmPerS: number): number {
    const { firstAtSpeed, lastAtSpeed } = bench.cart.receiver.assembler!
    const { ruler } = bench.cart.board.rig
    let worst = 0
    for (let t = firstAtSpeed!.tickUs; t <= lastAtSpeed!.tickUs; t += 1e4) {
        const error = ruler.speedMmPerS(t, 100) / speedMmPerS - 1
        worst = Math.max(worst, 100 * Math.abs(error))
    }
    return worst
}

async function finishPull(bench: BenchCart): Promise<void> {
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
    assert.ok(bench.ended)
}

const mismatched = suite("a sled that differs from its calibration")

// The requirement names a spread of ± 5 %; the firmware checks to 0.5 %.
for (const fclkHz of [11.4e6, 12.6e6, 11.9e6, 12.1e6])
    mismatched(`refuses a pullback with a clock of ${fclkHz / 1e6} MHz`, async () => {
        const bench = await BenchCart.boot(short, {
            sled: { fclkHz, sled: EVEN },
        })
        await bench.home()
        assert.is(await bench.setUp(), codes.REFUSED_CLOCK)
        const at = bench.cart.board.rig.sled.positionMm
        bench.cart.session.command(2)
        await bench.wait(300)
        assert.is(bench.cart.board.rig.sled.positionMm, at)
        assert.is(bench.cart.board.transmit.count, 0)
    })

mismatched("refuses a lead screw that is worse than its table", async () => {
    const bench = await BenchCart.boot(short)
    await bench.home()
    assert.is(await bench.setUp(), codes.REFUSED_SCREW)
})

mismatched("refuses an encoder that counts one percent too few", async () => {
    const bench = await BenchCart.boot(short, {
        sled: { sled: EVEN, encoder: { resolutionUm: 1.01 } },
    })
    await bench.home()
    assert.is(await bench.setUp(), codes.REFUSED_SCALE)
})

mismatched.run()

const measured = suite("a calibrated sled")

measured("measures its clock, backlash and lead-screw error", async () => {
    const bench = await BenchCart.boot(short, { sled: { fclkHz: 12.36e6 } })
    await bench.home()
    await bench.calibrate()
    const reported = bench.events.find(e => e.code === codes.EVENT_CALIBRATED)
    // 0.01 %: a tenth of the tolerance of the mean speed.
    assert.ok(Math.abs(reported!.value / 12.36e6 - 1) < 1e-4, `${reported!.value}`)
    assert.is(await bench.setUp(), codes.GOOD)
})

measured("keeps the speed to 1 % over 100 ms and to 0.1 % in the mean", async () => {
    for (const speedMmPerS of [0.5, 1, 5]) {
        const request = { ...REQUEST, speedMmPerS, lengthMm: 5 * speedMmPerS }
        const bench = await BenchCart.boot(request, {
            sled: { fclkHz: 12.36e6 },
        })
        await bench.home()
        await bench.calibrate()
        await finishPull(bench)
        // Both limits are the requirement's, with 10 um lead-screw error and a clock error of 3 %.
        const worst = worstErrorPercent(bench, speedMmPerS)
        assert.ok(worst <= 1, `${worst} % at ${speedMmPerS} mm/s`)
        const { firstAtSpeed, lastAtSpeed } = bench.cart.receiver.assembler!
        const { ruler } = bench.cart.board.rig
        const mm = ruler.positionMm(lastAtSpeed!.tickUs) - ruler.positionMm(firstAtSpeed!.tickUs)
        const mean = (mm * 1e6) / (lastAtSpeed!.tickUs - firstAtSpeed!.tickUs)
        assert.ok(Math.abs(mean / speedMmPerS - 1) <= 0.001, `${mean} mm/s`)
    }
})

measured("keeps its calibration over a power cycle", async () => {
    const first = await BenchCart.boot(short)
    await first.home()
    await first.calibrate()
    const settings = first.cart.board.settings
    const second = await BenchCart.boot(short, { settings })
    await second.home()
    assert.is(await second.setUp(), codes.GOOD)
})

measured("refuses a damaged calibration record", async () => {
    const first = await BenchCart.boot(short)
    await first.home()
    await first.calibrate()
    const settings = Uint8Array.from(first.cart.board.settings)
    const at = calibrationAt(settings)
    settings[at + 40]! ^= 0x04
    const second = await BenchCart.boot(short, { settings })
    await second.home()
    const reason = await second.setUp()
    // The settings store may discard the damaged record before the cart reads it; then the
    // lead-screw check fails.
    assert.ok(reason === codes.REFUSED_CALIBRATION || reason === codes.REFUSED_SCREW, `${reason}`)
})

measured.run()
