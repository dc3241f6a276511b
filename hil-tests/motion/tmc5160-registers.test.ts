// The motor driver's registers: restored after a reset, and reported by a register dump.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { REG } from "../../boards/virtual/sled"
import { fieldValue } from "../../src/host/registers/fields-of"
import { tmc5160Registers } from "../../src/shared/devices/tmc5160"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import * as dump from "../../src/shared/protocol/register-dump"
import { setupOf } from "../../src/host/sequence/pullback-request"
import { REQUEST } from "../support/carts/bench-cart"
import { addressOf, TracedCart } from "../support/carts/traced-cart"
import { EVEN } from "../support/rig/tmc5160-formulas"

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

restore("all registers are restored", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    const before = image(traced)
    traced.bench.cart.board.rig.faults.inject("driver-reset", traced.bench.nowUs)
    // The supply failed: the written settings are lost.
    assert.is.not(image(traced)[addressOf("AMAX")], before[addressOf("AMAX")])
    await resetAndAcknowledge(traced)
    assert.equal(image(traced), before)
})

restore("also after homing, except for the registers of the move", async () => {
    const traced = await TracedCart.boot({ sled: EVEN })
    await traced.bench.home()
    const before = image(traced)
    await resetAndAcknowledge(traced)
    const moves = "XACTUAL X_ENC XTARGET VMAX AMAX DMAX A1 D1 VSTOP RAMPMODE".split(" ")
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
        // Bits without a name are reserved or belong to other modes of the chip.
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
    const changing = [
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
        if (address < 0x80 && !changing.includes(name) && written.has(address))
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
            // The self test ends any ramp with the hardest deceleration.
            0xffff
        )
        assert.is(reported.read(dump.DUMP_ENGINE, 0), 0x454e494c)
    })

dumps.run()
