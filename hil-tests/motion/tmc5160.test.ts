// Conformance of the motor driver's bus traffic with the data sheet.
// Source: TMC5160A data sheet rev. 1.17: register map, SPI timing, v = VMAX·fCLK/2^24, a =
// AMAX·fCLK²/(512·256)/2^24.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type Tmc5160 } from "../../boards/virtual/sled"
import { velocityMmPerS } from "../../src/host/registers/units"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import * as dump from "../../src/shared/protocol/register-dump"
import { setupOf } from "../../src/host/sequence/pullback-request"
import { REQUEST } from "../support/carts/bench-cart"
import { addressOf, TracedCart } from "../support/carts/traced-cart"
import {
    EVEN,
    SPEEDS,
    ACCEL,
    STOP_ACCEL,
    READABLE,
    vmaxOf,
    amaxOf,
    storedCalibration,
} from "../support/rig/tmc5160-formulas"

const conversion = suite("TMC5160: speeds and accelerations")

for (const fclkHz of [8e6, 12e6, 12.5e6, 16e6])
    conversion(`every preset at ${fclkHz / 1e6} MHz`, async () => {
        const traced = await TracedCart.boot({ sled: { fclkHz, ...EVEN } })
        const { bench, accesses } = traced
        await bench.home()
        await bench.calibrate()
        const c = storedCalibration(bench.cart.board.settings)
        // A calibration measures the clock to 0.01 %, a tenth of the tolerance of the mean speed.
        assert.ok(Math.abs(c.fclk_hz / fclkHz - 1) < 1e-4, `${c.fclk_hz}`)
        const { session } = bench.cart
        for (const speed of SPEEDS) {
            const before = accesses.length
            session.setup(setupOf({ ...REQUEST, speedMmPerS: speed }))
            await bench.wait(50)
            session.command(machine.COMMAND_LIVE)
            await bench.reach(machine.STATE_LIVE)
            session.command(machine.COMMAND_ARM)
            await bench.reach(machine.STATE_ARMED)
            session.command(machine.COMMAND_START)
            await bench.reach(machine.STATE_PULLING)
            await bench.wait(100)
            const [first, ...trims] = traced.writes("VMAX", before)
            // Exact except for rounding to integers.
            assert.is(first, Math.round(vmaxOf(speed, c)), `${speed} mm/s`)
            // The table of a perfect lead screw has errors of a few 10 nm from the 1 um encoder,
            // which trim the speed by at most 1 %.
            for (const vmax of trims) assert.ok(Math.abs(vmax / first! - 1) < 0.01, `${vmax}`)
            for (const name of ["AMAX", "DMAX", "A1", "D1"])
                assert.equal(traced.writes(name, before), [Math.round(amaxOf(ACCEL, c))], name)
            const stopping = accesses.length
            // At 8 MHz, AMAX allows 37 mm/s2: too slow for a stop in the time of safety rule 1.
            if (fclkHz > 8e6) session.command(machine.COMMAND_STOP)
            await bench.reach(machine.STATE_COMPLETED)
            await bench.wait(300)
            const hard = Math.min(0xffff, Math.round(amaxOf(STOP_ACCEL, c)))
            // Repeated until standstill is seen.
            if (fclkHz > 8e6) {
                assert.equal([...new Set(traced.writes("AMAX", stopping))], [hard])
                // A stop in velocity mode uses AMAX only.
                assert.equal(traced.writes("DMAX", stopping), [])
                assert.is(traced.writes("VMAX", stopping).at(-1), 0)
            }
            session.command(machine.COMMAND_RETURN)
            await bench.reach(machine.STATE_READY)
        }
        assert.equal(bench.refusals, [])
        assert.equal(bench.cart.board.rig.chip.misuse, [])
    })

conversion("the chip moves at the requested speed", async () => {
    for (const fclkHz of [8e6, 16e6]) {
        const traced = await TracedCart.boot({ sled: { fclkHz, ...EVEN } })
        const { bench } = traced
        await bench.home()
        await bench.calibrate()
        await bench.pull()
        await bench.wait(1500)
        // VACTUAL by the data sheet's formula and the true clock is within 0.3 %, since errors of
        // the lead-screw table (0.05 um) trim it by up to that much. The ruler's tolerance is that
        // of the mean speed, 0.1 %.
        const vactual = traced.accesses
            .filter(a => a.address === addressOf("VACTUAL"))
            .at(-2)!.value!
        const scale = { fclkHz, microstepsPerMm: 51200, encoderNmPerCount: 1e3 }
        const chipMmPerS = velocityMmPerS(dump.signedOf(vactual, 24), scale)
        const { ruler } = bench.cart.board.rig
        const ruledMmPerS = ruler.speedMmPerS(bench.nowUs - 3e5, 500)
        assert.ok(Math.abs(chipMmPerS - 1) < 0.003, `${chipMmPerS} mm/s`)
        assert.ok(Math.abs(ruledMmPerS - 1) < 0.001, `${ruledMmPerS} mm/s`)
    }
})

conversion.run()

const bus = suite("TMC5160: datagrams")

bus("40 bits each, mode 3, SCK within the data sheet's limit at every clock", async () => {
    const { transfers } = await TracedCart.boot()
    assert.ok(transfers.length > 40)
    for (const t of transfers) {
        assert.is(t.mosi.length, 5)
        assert.is(t.mode, 3)
        // 4 MHz on the internal clock; high and low longer than a period of the slowest clock and
        // 10 ns.
        assert.ok(t.hz <= 4e6)
        assert.ok(0.5 / t.hz > 1 / 8e6 + 10e-9)
    }
})

bus("every write of a readable setting is read back at once", async () => {
    const traced = await TracedCart.boot()
    await traced.bench.home()
    const addresses = READABLE.map(addressOf)
    let verified = 0
    traced.accesses.forEach((a, i) => {
        if (a.kind !== "write" || !addresses.includes(a.address)) return
        const next = traced.accesses[i + 1]!
        // Repeated within the writes of a ramp: only the echo is checked, and each poll reads one setting.
        if (next.kind === "write") return
        assert.is(next.kind, "read")
        assert.is(next.address, a.address)
        assert.is(next.value, a.value)
        verified++
    })
    // Five settings, and two registers for each of the seven moves of a homing.
    assert.ok(verified > 15, `${verified}`)
})

bus("a poll is one pipelined sequence: ten registers in eleven transfers", async () => {
    const traced = await TracedCart.boot()
    const from = traced.transfers.length
    await traced.bench.wait(500)
    const polled = [
        "XACTUAL",
        "X_ENC",
        "VACTUAL",
        "RAMP_STAT",
        "DRV_STATUS",
        "GSTAT",
        "RAMPMODE",
        "XTARGET",
    ].map(addressOf)
    // One setting in each poll, in turn.
    const settings = ["GCONF", "SW_MODE", "ENCMODE", "CHOPCONF"].map(addressOf)
    const last = [addressOf("IOIN"), addressOf("IOIN")]
    const heads = traced.transfers.slice(from).map(t => t.mosi[0])
    const start = heads.indexOf(polled[0])
    const turn = settings.indexOf(heads[start + 8]!)
    for (let i = start, k = turn; i + 11 <= heads.length; i += 11, ++k)
        assert.equal(heads.slice(i, i + 11), [...polled, settings[k % 4], ...last])
    assert.ok(heads.length > 11 * 30)
})

bus("negative positions and speeds of the chip agree with the ruler", async () => {
    // Before homing, position zero is the start position, 12 mm: homing moves to negative
    // positions.
    const startPositionMm = 12
    const traced = await TracedCart.boot({
        sled: { sled: { screwErrorUmPp: 0, startPositionMm } },
    })
    const { bench, accesses, statuses } = traced
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.cart.until(() => false, bench.nowUs + 2.1e6)
    const { ruler } = bench.cart.board.rig
    const read = (name: string, bits: number): [number, number][] =>
        accesses
            .filter(a => a.kind === "read" && a.address === addressOf(name))
            .slice(0, -1)
            .map(a => [a.timeUs, dump.signedOf(a.value!, bits)])
    let [lowestMm, lowestMmPerS] = [0, 0]
    for (const [timeUs, microsteps] of read("X_ENC", 32)) {
        const trueMm = ruler.positionMm(timeUs) - startPositionMm
        lowestMm = Math.min(lowestMm, microsteps / 51200)
        // The encoder's count of 1 um, and 100 us of the model's steps at 5 mm/s.
        assert.ok(Math.abs(microsteps / 51200 - trueMm) < 0.002)
    }
    for (const [timeUs, microsteps] of read("XACTUAL", 32)) {
        const trueMm = ruler.positionMm(timeUs) - startPositionMm
        // The tolerance includes backlash and elasticity of the nut.
        assert.ok(Math.abs(microsteps / 51200 - trueMm) < 0.02)
    }
    const scale = { fclkHz: 12e6, microstepsPerMm: 51200, encoderNmPerCount: 1e3 }
    for (const [, value] of read("VACTUAL", 24))
        lowestMmPerS = Math.min(lowestMmPerS, velocityMmPerS(value, scale))
    assert.ok(lowestMm < -5, `${lowestMm} mm`)
    assert.ok(Math.abs(lowestMmPerS + 5) < 1e-3, `${lowestMmPerS} mm/s`)
    // The cart reports them too, by its last read.
    const reported = statuses.filter(s => s.position_nm < -1e6)
    assert.ok(reported.length > 5)
    const positions = read("X_ENC", 32).map(([, usteps]) => Math.round((usteps * 1e9) / 51200000))
    for (const { position_nm } of reported)
        assert.ok(positions.includes(position_nm), `${position_nm}`)
})

/** Flips a bit in the next `times` writes to a register. */
function disturb(chip: Tmc5160, name: string, times: number): void {
    const transfer = chip.transfer.bind(chip)
    chip.transfer = (mosi, timeUs) => {
        if (times === 0 || mosi[0] !== (addressOf(name) | 0x80)) return transfer(mosi, timeUs)
        times--
        const disturbed = Uint8Array.from(mosi)
        disturbed[4]! ^= 0x04
        return transfer(disturbed, timeUs)
    }
}

bus("a write disturbed twice succeeds at the third attempt", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    const before = traced.accesses.length
    disturb(traced.bench.cart.board.rig.chip, "XTARGET", 2)
    await traced.bench.home()
    const [first, second, third, fourth] = traced.writes("XTARGET", before)
    assert.equal([second, third], [first, first])
    assert.is.not(fourth, first)
})

bus("a write disturbed three times is a fault, and nothing moves [IVUS-MOT-006]", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    const { bench } = traced
    const before = traced.accesses.length
    disturb(bench.cart.board.rig.chip, "XTARGET", 3)
    const at = bench.cart.board.rig.sled.positionMm
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.reach(machine.STATE_FAULT)
    assert.is(traced.writes("XTARGET", before).length, 3)
    await bench.wait(300)
    assert.is(traced.statuses.at(-1)!.fault, codes.FAULT_MOTOR_DRIVER_WRITE)
    // The motor locks to its nearest step: at most half of its period of four full steps of 5 um.
    const moved = bench.cart.board.rig.sled.positionMm - at
    assert.ok(Math.abs(moved) < 0.01, `${moved} mm`)
    // The fault ends the request, not the session.
    assert.ok(bench.cart.session.isOpen)
    assert.not(bench.log.some(line => line.includes("link closed")))
})

bus("a move whose start cannot be verified does not continue in the fault state", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    const { bench } = traced
    const { chip, sled } = bench.cart.board.rig
    const transfer = chip.transfer.bind(chip)
    let reads = 3
    // The chip receives RAMPMODE correctly; the read-back has a wrong bit, three times.
    chip.transfer = (mosi, timeUs) => {
        const miso = Uint8Array.from(transfer(mosi, timeUs))
        const requested = traced.transfers.at(-1)!.mosi[0]
        // The transfer after the request to read it back.
        const verifying =
            traced.writes("RAMPMODE").at(-1) === 0 &&
            requested === addressOf("RAMPMODE") &&
            mosi[0] === addressOf("IOIN")
        if (verifying && reads > 0) {
            reads--
            miso[4]! ^= 0x02
        }
        return miso
    }
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.reach(machine.STATE_FAULT)
    assert.is(reads, 0)
    // Braking from 10 mm/s takes 120 ms (sled.ts, STOP_ACCEL); the homing would move for seconds.
    await bench.wait(200)
    const at = sled.positionMm
    await bench.wait(1000)
    assert.ok(Math.abs(sled.positionMm - at) < 0.005, `${sled.positionMm - at} mm`)
})

bus.run()
