// One replaced or flipped reading neither ends a move nor moves the zero. Positions are the ruler's.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { STATUS_HOMED } from "../../src/shared/protocol/messages"
import type { Tmc5160 } from "../../boards/virtual/sled/tmc5160"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { faultOf, pulling, speedMmPerS } from "../support/carts/stopping-cart"
import { disturbBus, loseWrites, replaceReplies } from "../support/rig/bus-disturber"

const [RAMPMODE, XACTUAL, XTARGET, RAMP_STAT, XLATCH, X_ENC, ENC_LATCH, IOIN, GSTAT] = [
    0x20, 0x21, 0x2d, 0x35, 0x36, 0x39, 0x3c, 0x04, 0x01,
] as const

const readings = suite("a reading is believed only when it is plausible")

/** Registers of a poll, each replaced once by zeros, ones, and the version's register. */
readings(
    "one replaced reply of any register neither ends a pullback nor cuts it short [IVUS-MOT-006]",
    async () => {
        const bench = await pulling(2, 5)
        const { rig } = bench.cart.board
        const registers = [
            XACTUAL,
            X_ENC,
            0x22,
            RAMP_STAT,
            0x6f,
            GSTAT,
            RAMPMODE,
            XTARGET,
            0x34,
            IOIN,
        ]
        const values = [0, 0xffffffff, 0x30000041, 0x00000e00]
        const from = rig.sled.positionMm
        let next = 0
        let armed = false
        disturbBus(rig.chip, ({ mosi, requested }, pass) => {
            const miso = Uint8Array.from(pass(mosi))
            const register = registers[Math.floor(next / values.length)]
            if (!armed || requested !== register) return miso
            armed = false
            new DataView(miso.buffer).setUint32(1, values[next++ % values.length]!)
            return miso
        })
        const count = registers.length * values.length
        for (let i = 0; i < 200 && next < count; ++i) {
            armed = true
            await bench.wait(50)
        }
        assert.is(next, count)
        await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
        assert.is(faultOf(bench), codes.GOOD)
        // At least the window of 5 mm from where the sled was.
        assert.ok(rig.sled.positionMm - from > 4, `${rig.sled.positionMm - from} mm`)
        assert.is(bench.stateNow, machine.STATE_COMPLETED)
        bench.cart.board.stopVm()
    }
)

for (const [name, disturb] of [
    [
        "both latches read zero once",
        (c: Tmc5160) => replaceReplies(c, [XLATCH, ENC_LATCH], 2, () => 0),
    ],
    [
        "bit 17 of both latches is flipped once",
        (c: Tmc5160) => replaceReplies(c, [XLATCH, ENC_LATCH], 2, v => v ^ (1 << 17)),
    ],
    ["both zeros are lost once", (c: Tmc5160) => loseWrites(c, [XACTUAL, X_ENC], 2)],
] as const)
    readings(`homing finds the right zero although ${name} [IVUS-MOT-010]`, async () => {
        const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
        await bench.reach(machine.STATE_UNHOMED)
        const disturbed = disturb(bench.cart.board.rig.chip)
        await bench.home()
        assert.is(disturbed(), 2)
        // The next status is of the sled at rest.
        await bench.wait(200)
        const error = bench.status!.position_nm / 1e6 - bench.cart.board.rig.sled.positionMm
        // The edge of the switch at 0.25 mm/s, one encoder count each for the latch and the reading.
        assert.ok(Math.abs(error) < 0.003, `${error} mm`)
        bench.cart.board.stopVm()
    })

for (const end of ["a fault", "a stop"] as const)
    readings(
        `${end} before the end of the survey leaves the cart unhomed [IVUS-MOT-010]`,
        async () => {
            const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
            await bench.reach(machine.STATE_UNHOMED)
            const { cart } = bench
            cart.session.command(machine.COMMAND_HOME)
            const zeroed = (): boolean =>
                bench.events.some(({ code }) => code === codes.EVENT_HOMED)
            await cart.until(zeroed, bench.nowUs + 20e6)
            await bench.wait(200)
            assert.is(bench.status!.flags & STATUS_HOMED, 0)
            if (end === "a fault") cart.board.rig.faults.inject("home-switch-wire-cut", bench.nowUs)
            else cart.session.command(machine.COMMAND_STOP)
            await bench.wait(500)
            assert.is(
                bench.stateNow,
                end === "a fault" ? machine.STATE_FAULT : machine.STATE_UNHOMED
            )
            assert.is(bench.status!.flags & STATUS_HOMED, 0)
            cart.board.stopVm()
        }
    )

readings(
    "the position goes on being reported in a fault, also of a sled that is pushed",
    async () => {
        const bench = await pulling(2)
        const { rig } = bench.cart.board
        rig.faults.inject("over-temperature", bench.nowUs)
        await bench.reach(machine.STATE_FAULT)
        await bench.wait(300)
        rig.faults.inject("load", bench.nowUs, -10)
        await bench.wait(1000)
        const error = bench.status!.position_nm / 1e6 - rig.sled.positionMm
        // At most 100 ms old; the sled may still creep.
        const speed = Math.abs(speedMmPerS(bench))
        assert.ok(Math.abs(error) < 0.02 + speed * 0.11, `${error} mm at ${speed} mm/s`)
        bench.cart.board.stopVm()
    }
)

readings.run()
