// Conformance of the motor driver's bus traffic with the data sheet.
// Source: TMC5160A data sheet rev. 1.17: register map, SPI timing, v = VMAX·fCLK/2^24, a =
// AMAX·fCLK²/(512·256)/2^24.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { REG, type Tmc5160 } from "../../boards/virtual/sled"
import { velocityMmPerS } from "../../src/host/registers/units"
import { fieldValue } from "../../src/host/registers/fields-of"
import { tmc5160Registers } from "../../src/shared/devices/tmc5160"
import { readCalibration, type Calibration } from "../../src/shared/motion/calibration"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import * as dump from "../../src/shared/protocol/register-dump"
import { setupOf } from "../../src/host/sequence/pullback-request"
import { EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { calibrationAt } from "../support/rig/stored-calibration"
import { addressOf, TracedCart } from "../support/carts/traced-cart"

const EVEN = EVEN_SLED.sled
/** Speed presets of a pullback and the lowest speed, mm/s. */
const SPEEDS = [0.25, 0.5, 1, 2, 5, 9, 10]
/** Acceleration of every move, and of a stop, mm/s². */
const ACCEL = 20
const STOP_ACCEL = 200
/** Settings that can be read back and do not change by themselves. */
const READABLE = ["GCONF", "RAMPMODE", "XTARGET", "SW_MODE", "ENCMODE", "CHOPCONF"]

/** The formulas of the data sheet, verbatim. */
const vmaxOf = (mmPerS: number, c: Calibration): number =>
    (mmPerS * (c.microsteps_per_m / 1000) * 2 ** 24) / c.fclk_hz
const amaxOf = (mmPerS2: number, c: Calibration): number =>
    (mmPerS2 * (c.microsteps_per_m / 1000) * 512 * 256 * 2 ** 24) / c.fclk_hz ** 2

/** The calibration record stored by the board. */
const storedCalibration = (settings: Uint8Array): Calibration =>
    readCalibration(settings.subarray(calibrationAt(settings)))

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
            // Exact except for rounding to whole units.
            assert.is(first, Math.round(vmaxOf(speed, c)), `${speed} mm/s`)
            // A measured lead screw without error, to a few 10 nm of the encoder's 1 um: 1 % of
            // slope at most.
            for (const vmax of trims) assert.ok(Math.abs(vmax / first! - 1) < 0.01, `${vmax}`)
            for (const name of ["AMAX", "DMAX", "A1", "D1"])
                assert.equal(traced.writes(name, before), [Math.round(amaxOf(ACCEL, c))], name)
            const stopping = accesses.length
            session.command(machine.COMMAND_STOP)
            await bench.reach(machine.STATE_COMPLETED)
            await bench.wait(300)
            const hard = Math.min(0xffff, Math.round(amaxOf(STOP_ACCEL, c)))
            assert.equal(traced.writes("AMAX", stopping), [hard])
            assert.equal(traced.writes("DMAX", stopping), [hard])
            assert.is(traced.writes("VMAX", stopping).at(-1), 0)
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
        // VACTUAL at one moment by the data sheet's formula and the true clock: 0.3 %, since points
        // of the lead-screw table, good to 0.05 um, trim it by up to that much. The ruler: 0.1 % as
        // for the mean speed.
        const vactual = traced.accesses
            .filter(a => a.address === addressOf("VACTUAL"))
            .at(-2)!.value!
        const scale = { fclkHz, microstepsPerMm: 51200, encoderNmPerCount: 1e3 }
        const made = velocityMmPerS(dump.signedOf(vactual, 24), scale)
        const { ruler } = bench.cart.board.rig
        const ruled = ruler.speedMmPerS(bench.nowUs - 3e5, 500)
        assert.ok(Math.abs(made - 1) < 0.003, `${made} mm/s`)
        assert.ok(Math.abs(ruled - 1) < 0.001, `${ruled} mm/s`)
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
        assert.is(next.kind, "read")
        assert.is(next.address, a.address)
        assert.is(next.value, a.value)
        verified++
    })
    // Five settings, and two registers for each of the seven moves of a homing.
    assert.ok(verified > 15, `${verified}`)
})

bus("a poll is one pipelined sequence: eight registers in nine transfers", async () => {
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
        "ENC_STATUS",
        "IOIN",
        "IOIN",
    ].map(addressOf)
    const heads = traced.transfers.slice(from).map(t => t.mosi[0])
    const start = heads.indexOf(polled[0])
    for (let i = start; i + 9 <= heads.length; i += 9) assert.equal(heads.slice(i, i + 9), polled)
    assert.ok(heads.length > 9 * 30)
})

bus("negative positions and speeds of the chip agree with the ruler", async () => {
    // From 12 mm the sled homes into negative positions, since zero is where it starts.
    const startPositionMm = 12
    const traced = await TracedCart.boot({
        sled: { sled: { screwErrorUmPp: 0, startPositionMm } },
    })
    const { bench, accesses, statuses } = traced
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.cart.until(() => false, bench.nowUs + 1.5e6)
    const { ruler } = bench.cart.board.rig
    const read = (name: string, bits: number): [number, number][] =>
        accesses
            .filter(a => a.kind === "read" && a.address === addressOf(name))
            .slice(0, -1)
            .map(a => [a.timeUs, dump.signedOf(a.value!, bits)])
    let [behind, slower] = [0, 0]
    for (const [timeUs, microsteps] of read("X_ENC", 32)) {
        const trueMm = ruler.positionMm(timeUs) - startPositionMm
        behind = Math.min(behind, microsteps / 51200)
        // The encoder's count of 1 um, and 100 us of the model's steps at 5 mm/s.
        assert.ok(Math.abs(microsteps / 51200 - trueMm) < 0.002)
    }
    for (const [timeUs, microsteps] of read("XACTUAL", 32)) {
        const trueMm = ruler.positionMm(timeUs) - startPositionMm
        // Plus backlash and elasticity of the nut.
        assert.ok(Math.abs(microsteps / 51200 - trueMm) < 0.02)
    }
    const scale = { fclkHz: 12e6, microstepsPerMm: 51200, encoderNmPerCount: 1e3 }
    for (const [, value] of read("VACTUAL", 24))
        slower = Math.min(slower, velocityMmPerS(value, scale))
    assert.ok(behind < -5, `${behind} mm`)
    assert.ok(Math.abs(slower + 5) < 1e-3, `${slower} mm/s`)
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
        const wrong = Uint8Array.from(mosi)
        wrong[4]! ^= 0x04
        return transfer(wrong, timeUs)
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

bus("a write disturbed three times is a fault, and nothing moves", async () => {
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
        const asked = traced.transfers.at(-1)!.mosi[0]
        // The second of the two transfers that read it back.
        const verifying =
            traced.writes("RAMPMODE").at(-1) === 0 &&
            asked === addressOf("RAMPMODE") &&
            mosi[0] === asked
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

const restore = suite("TMC5160: restored after a reset")

/** All registers inside the chip, including those that cannot be read. */
const image = (traced: TracedCart): number[] => [...traced.bench.cart.board.rig.chip.core.registers]

async function resetAndAcknowledge(traced: TracedCart): Promise<void> {
    const { bench } = traced
    const { faults } = bench.cart.board.rig
    faults.inject("driver-reset", bench.nowUs)
    await bench.reach(machine.STATE_FAULT)
    await bench.wait(200)
    assert.is(traced.statuses.at(-1)!.fault, codes.FAULT_MOTOR_DRIVER_RESET)
    const reported = await traced.registers()
    assert.is(reported.read(dump.DUMP_MOTOR, addressOf("GSTAT"))! & 1, 1)
    bench.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
    await bench.reach(machine.STATE_UNHOMED)
}

restore("the whole register image is restored", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    const before = image(traced)
    traced.bench.cart.board.rig.faults.inject("driver-reset", traced.bench.nowUs)
    // The supply failed: the written settings are lost.
    assert.is.not(image(traced)[addressOf("AMAX")], before[addressOf("AMAX")])
    await resetAndAcknowledge(traced)
    assert.equal(image(traced), before)
})

restore("also after homing, except for the move that ended with it", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    await traced.bench.home()
    const before = image(traced)
    await resetAndAcknowledge(traced)
    const moves = ["XACTUAL", "X_ENC", "XTARGET", "VMAX", "RAMPMODE"]
    const after = image(traced)
    for (const { name, address } of tmc5160Registers())
        if (!moves.includes(name) && address < 0x80)
            assert.is(after[address], before[address], name)
    assert.is(after[addressOf("VMAX")], 0)
    await traced.bench.home()
})

restore.run()

const dumps = suite("TMC5160: register dump")

dumps("names and widths agree with the independently written model", () => {
    for (const { name, address, access, fields } of tmc5160Registers()) {
        if (address > 0x7f) continue
        const spec = REG[name as keyof typeof REG]
        assert.is(address, spec.address, name)
        assert.is(access, spec.access === "WC" ? "RC" : spec.access, name)
        const joined = fields.reduce(
            (bits, f) => bits + (2 ** (f.to - f.from + 1) - 1) * 2 ** f.from,
            0
        )
        // Bits without a name: reserved, or of the chip's other modes.
        assert.is(((joined & ~spec.mask) >>> 0) & ~(1 << 31), 0, name)
    }
})

dumps("reports the chip's content, and the shadow of registers that cannot be read", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    await traced.bench.home()
    const reported = await traced.registers()
    assert.ok(reported.complete)
    const inside = image(traced)
    const written = new Set(traced.accesses.filter(a => a.kind === "write").map(a => a.address))
    const settled = [
        "TSTEP",
        "GSTAT",
        "IOIN",
        "RAMP_STAT",
        "DRV_STATUS",
        "ENC_STATUS",
        "XACTUAL",
        "VACTUAL",
        "XLATCH",
        "X_ENC",
        "ENC_LATCH",
    ]
    for (const { name, address, access } of tmc5160Registers()) {
        const r = reported.find(dump.DUMP_MOTOR, address)!
        assert.ok(r, name)
        const source =
            access !== "W"
                ? dump.SOURCE_READ
                : written.has(address)
                  ? dump.SOURCE_SHADOW
                  : dump.SOURCE_NEVER_WRITTEN
        assert.is(r.source, source, name)
        if (address < 0x80 && !settled.includes(name) && written.has(address))
            assert.is(r.value, inside[address], name)
    }
    // Parked at 1 mm: the chip's own measurements.
    const core = traced.bench.cart.board.rig.chip.core
    assert.is(reported.read(0, addressOf("XACTUAL")), core.ramp.xactual)
    assert.is(reported.read(0, addressOf("X_ENC")), core.encoder.xEnc)
    assert.is(reported.read(0, addressOf("XLATCH"))! >>> 0, core.xlatch >>> 0)
    assert.is(reported.read(0, addressOf("VACTUAL")), 0)
    assert.is(reported.read(dump.DUMP_CART, dump.CART_FCLK_HZ), 12e6)
    assert.is(reported.read(dump.DUMP_ENGINE, 0), 0x454e494c)
})

dumps("is refused while anything moves or fires, and ended by a move", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    const { bench } = traced
    const { session } = bench.cart
    session.command(machine.COMMAND_HOME)
    await bench.reach(machine.STATE_HOMING)
    assert.is((await traced.registers()).registers.length, 0)
    await bench.reach(machine.STATE_READY)
    session.setup(setupOf(REQUEST))
    await bench.wait(50)
    session.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_LIVE)
    assert.is((await traced.registers()).registers.length, 0)
    session.command(machine.COMMAND_STANDBY)
    await bench.reach(machine.STATE_READY)
    // A dump takes 170 ms: four registers in each loop of 10 ms.
    bench.cart.clock.after(60e3, () => session.command(machine.COMMAND_HOME))
    const cut = await traced.registers()
    assert.ok(cut.registers.length > 0 && !cut.complete)
    for (const refusal of bench.refusals) {
        assert.is(refusal.command, machine.COMMAND_DUMP)
        assert.is(refusal.reason, codes.REFUSED_STATE)
    }
    assert.is(bench.refusals.length, 3)
    assert.is(bench.refusals.at(-1)!.serial, cut.serial)
})

for (const fault of ["bus-all-ones", "bus-all-zeros"])
    dumps(`with ${fault} reports no answer for each register and completes`, async () => {
        const traced = await TracedCart.boot({ sled: EVEN })
        const { bench } = traced
        bench.cart.board.rig.faults.inject(fault, bench.nowUs)
        await bench.reach(machine.STATE_FAULT)
        const reported = await traced.registers()
        assert.ok(reported.complete)
        for (const { name, address, access } of tmc5160Registers())
            if (access === "W")
                assert.is.not(reported.find(0, address)!.source, dump.SOURCE_NO_ANSWER, name)
            else assert.is(reported.find(0, address)!.source, dump.SOURCE_NO_ANSWER, name)
        const amax = reported.find(0, addressOf("AMAX"))!
        assert.is(
            fieldValue(tmc5160Registers().find(r => r.name === "AMAX")!.fields[0]!, amax.value),
            15637
        )
        assert.is(reported.read(dump.DUMP_ENGINE, 0), 0x454e494c)
    })

dumps.run()
