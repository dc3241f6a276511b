// Calibration of the sled: measured, stored and verified; and the constancy of speed after it.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import { nominalCalibration } from "../../src/shared/motion/calibration"
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

// The requirement names a spread of ± 5 %; the firmware checks to 0.15 %.
for (const fclkHz of [11.4e6, 12.6e6, 11.9e6, 12.1e6])
    mismatched(
        `refuses a pullback with a clock of ${fclkHz / 1e6} MHz [IVUS-LEN-004]`,
        async () => {
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
        }
    )

mismatched("refuses a lead screw that is worse than its table [IVUS-LEN-004]", async () => {
    const bench = await BenchCart.boot(short)
    await bench.home()
    assert.is(await bench.setUp(), codes.REFUSED_SCREW)
})

mismatched("refuses an encoder that counts one percent too few [IVUS-LEN-004]", async () => {
    const bench = await BenchCart.boot(short, {
        sled: { sled: EVEN, encoder: { resolutionUm: 1.01 } },
    })
    await bench.home()
    assert.is(await bench.setUp(), codes.REFUSED_SCALE)
})

mismatched.run()

const measured = suite("a calibrated sled")

measured("is measured right by one calibration, and by the ruler keeps its speed", async () => {
    // Lead +0.2 %, clock +3 %, screw 10 um; and the ends of what can be calibrated.
    for (const [fclkHz, lead, backlashUm, screwErrorUmPp] of [
        [12.36e6, 2e-3, 5, 10],
        [11.4e6, -5e-3, 30, 20],
        [12.6e6, 5e-4, 95, 10],
    ] as const) {
        const request = { ...REQUEST, speedMmPerS: 0.5, lengthMm: 2 }
        const bench = await BenchCart.boot(request, {
            sled: {
                fclkHz,
                sled: { screwLinearUmPerM: 1e6 * lead, backlashUm, screwErrorUmPp },
            },
        })
        await bench.home()
        const { procedure } = await bench.calibrate({ strokeMm: 11.5 })
        const record = procedure!.inForce
        // 0.01 %: a tenth of the tolerance of the mean speed. Windup of the nut adds up to 1 um to the backlash, and the
        // encoder's rounding as much.
        assert.ok(Math.abs(record.fclk_hz / fclkHz - 1) < 1e-4, `${record.fclk_hz} Hz`)
        const perM = 51.2e6 / (1 + lead)
        assert.ok(Math.abs(record.microsteps_per_m / perM - 1) < 1e-4, `${record.microsteps_per_m}`)
        assert.ok(Math.abs(record.backlash_nm / 1000 - backlashUm) < 2, `${record.backlash_nm} nm`)
        const range = Math.max(...record.screw_nm) - Math.min(...record.screw_nm)
        // The table is 1 % steeper than the screw, and rounding leaves 0.1 um.
        assert.ok(Math.abs(range / 1000 - screwErrorUmPp) < 0.5, `${range} nm`)
        assert.is(await bench.setUp(), codes.GOOD)
        await finishPull(bench)
        const worst = worstErrorPercent(bench, 0.5)
        assert.ok(worst <= 1, `${worst} %`)
        const { assembler } = bench.cart.receiver
        const { ruler } = bench.cart.board.rig
        const from = ruler.positionMm(assembler!.firstAtSpeed!.tickUs)
        // The whole window was imaged in spite of the backlash: 2 mm, less a frame's travel.
        assert.ok(Math.abs(ruler.positionMm(assembler!.lastAtSpeed!.tickUs) - from - 2) < 0.02)
        bench.cart.board.stopVm()
    }
})

measured(
    "refuses strokes beyond the travel and above 30 mm, with the nearest allowed one",
    async () => {
        const bench = await BenchCart.boot(short)
        await bench.home()
        const at = bench.cart.board.rig.sled.positionMm
        for (const [um, nearest] of [
            [0, 1],
            [30001, 30000],
            [-600, -500],
            [-0x80000000, -500],
            [0x7fffffff, 30000],
        ] as const) {
            const refusal = await bench.command(machine.COMMAND_CALIBRATE, um)
            assert.is(refusal?.reason, codes.REFUSED_STROKE)
            assert.ok(Math.abs(refusal!.value - nearest) <= 1, `${um} um: ${refusal!.value} um`)
        }
        assert.ok(Math.abs(bench.cart.board.rig.sled.positionMm - at) < 0.001)
    }
)

measured("takes a calibration only at rest, and only a plausible one [IVUS-LEN-005]", async () => {
    const bench = await BenchCart.boot(short)
    await bench.home()
    const { session } = bench.cart
    session.calibration({ ...nominalCalibration(), backlash_nm: 100001 })
    await bench.wait(50)
    assert.is(bench.refusals.at(-1)?.reason, codes.REFUSED_RECORD)
    session.command(machine.COMMAND_CALIBRATE, 5000)
    await bench.wait(500)
    session.calibration(nominalCalibration())
    await bench.wait(50)
    assert.is(bench.refusals.at(-1)?.reason, codes.REFUSED_STATE)
    assert.is(bench.stateNow, machine.STATE_CALIBRATING)
    session.command(machine.COMMAND_STOP)
    await bench.reach(machine.STATE_READY)
    await bench.wait(200)
    session.calibration({ ...nominalCalibration(), fclk_hz: 12100000 })
    await bench.reach(machine.STATE_UNHOMED)
    await bench.home()
    // The survey of the homing finds that this record does not fit.
    assert.is(await bench.setUp(), codes.REFUSED_CLOCK)
})

measured("keeps the speed to 1 % over 100 ms and to 0.1 % in the mean", async () => {
    const sled = { fclkHz: 12.36e6 }
    const first = await BenchCart.boot(short, { sled })
    await first.home()
    await first.calibrate()
    const settings = Uint8Array.from(first.cart.board.settings)
    first.cart.board.stopVm()
    for (const speedMmPerS of [0.5, 1, 5]) {
        const request = { ...REQUEST, speedMmPerS, lengthMm: 5 * speedMmPerS }
        const bench = await BenchCart.boot(request, { sled, settings })
        await bench.home()
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

measured("refuses a damaged calibration record [IVUS-LEN-005]", async () => {
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
