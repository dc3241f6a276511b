// Responsible for: what the cart knows of its sled: measured, kept, doubted; and the evenness that follows.
// Not for: the pure record (src/shared/motion/calibration.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import { BenchCart, REQUEST } from "../support/bench-cart"
import { calibrationAt } from "../support/stored-calibration"

/** A rolled screw as the virtual board has it, and a perfect one. */
const EVEN = { screwErrorUmPp: 0 }
const short = { ...REQUEST, lengthMm: 2 }

/** Worst deviation of true speed from 1 mm/s over 100 ms while lines were flagged, in percent. */
function unevenness(bench: BenchCart, speedMmPerS: number): number {
    const { firstAtSpeed, lastAtSpeed } = bench.cart.receiver.assembler!
    const { ruler } = bench.cart.board.rig
    let worst = 0
    for (let t = firstAtSpeed!.tickUs; t <= lastAtSpeed!.tickUs; t += 1e4) {
        const off = ruler.speedMmPerS(t, 100) / speedMmPerS - 1
        worst = Math.max(worst, 100 * Math.abs(off))
    }
    return worst
}

async function finishPull(bench: BenchCart): Promise<void> {
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
    assert.ok(bench.ended)
}

const doubt = suite("a sled that is not as calibrated")

// ± 5 % is the spread that the requirement names; the firmware looks at 0.5 %.
for (const fclkHz of [11.4e6, 12.6e6, 11.9e6, 12.1e6])
    doubt(`a clock of ${fclkHz / 1e6} MHz moves no catheter`, async () => {
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

doubt("a screw that is worse than its table", async () => {
    const bench = await BenchCart.boot(short)
    await bench.home()
    assert.is(await bench.setUp(), codes.REFUSED_SCREW)
})

doubt("an encoder that counts a per cent too little", async () => {
    const bench = await BenchCart.boot(short, {
        sled: { sled: EVEN, encoder: { resolutionUm: 1.01 } },
    })
    await bench.home()
    assert.is(await bench.setUp(), codes.REFUSED_SCALE)
})

doubt.run()

const measured = suite("a calibrated sled")

measured("knows its clock, backlash and screw", async () => {
    const bench = await BenchCart.boot(short, { sled: { fclkHz: 12.36e6 } })
    await bench.home()
    await bench.calibrate()
    const told = bench.events.find(e => e.code === codes.EVENT_CALIBRATED)
    // 0.01 %: a tenth of what the mean speed may be off.
    assert.ok(Math.abs(told!.value / 12.36e6 - 1) < 1e-4, `${told!.value}`)
    assert.is(await bench.setUp(), codes.GOOD)
})

measured("is even to 1 % over 100 ms, and to 0.1 % in the mean", async () => {
    for (const speedMmPerS of [0.5, 1, 5]) {
        const request = { ...REQUEST, speedMmPerS, lengthMm: 5 * speedMmPerS }
        const bench = await BenchCart.boot(request, {
            sled: { fclkHz: 12.36e6 },
        })
        await bench.home()
        await bench.calibrate()
        await finishPull(bench)
        // Both limits are the requirement's, on 10 um of screw error and a clock 3 % off.
        const worst = unevenness(bench, speedMmPerS)
        assert.ok(worst <= 1, `${worst} % at ${speedMmPerS} mm/s`)
        const { firstAtSpeed, lastAtSpeed } = bench.cart.receiver.assembler!
        const { ruler } = bench.cart.board.rig
        const mm = ruler.positionMm(lastAtSpeed!.tickUs) - ruler.positionMm(firstAtSpeed!.tickUs)
        const mean = (mm * 1e6) / (lastAtSpeed!.tickUs - firstAtSpeed!.tickUs)
        assert.ok(Math.abs(mean / speedMmPerS - 1) <= 0.001, `${mean} mm/s`)
    }
})

measured("is known again after the power was off", async () => {
    const first = await BenchCart.boot(short)
    await first.home()
    await first.calibrate()
    const settings = first.cart.board.settings
    const second = await BenchCart.boot(short, { settings })
    await second.home()
    assert.is(await second.setUp(), codes.GOOD)
})

measured("is not believed when its record was damaged", async () => {
    const first = await BenchCart.boot(short)
    await first.home()
    await first.calibrate()
    const settings = Uint8Array.from(first.cart.board.settings)
    const at = calibrationAt(settings)
    settings[at + 40]! ^= 0x04
    const second = await BenchCart.boot(short, { settings })
    await second.home()
    const reason = await second.setUp()
    // The settings store may drop what is damaged before the cart sees it: then the screw tells.
    assert.ok(reason === codes.REFUSED_CALIBRATION || reason === codes.REFUSED_SCREW, `${reason}`)
})

measured.run()
