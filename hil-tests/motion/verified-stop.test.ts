// The sled stops within the time of safety rule 1, whatever one transfer does. Positions and speeds are the ruler's.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { checkStops, pulling } from "../support/carts/stopping-cart"
import { disturbBus, loseWrites, WRITE } from "../support/rig/bus-disturber"

const [RAMPMODE, VMAX, AMAX] = [0x20, 0x27, 0x26] as const

async function ready(options = {}): Promise<BenchCart> {
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

const stops = suite("a stop is verified")

for (const [name, addresses] of [
    ["VMAX", [VMAX]],
    ["AMAX", [AMAX]],
    ["RAMPMODE", [RAMPMODE]],
    ["VMAX and RAMPMODE", [VMAX, RAMPMODE]],
] as const)
    stops(`with the write of ${name} lost once [IVUS-MOT-003]`, async () => {
        const bench = await pulling(5, 40)
        const lost = loseWrites(bench.cart.board.rig.chip, addresses, addresses.length)
        const fromUs = bench.nowUs
        bench.cart.session.command(machine.COMMAND_STOP)
        await checkStops(bench, 5, fromUs)
        assert.is(lost(), addresses.length)
        assert.is(bench.stateNow, machine.STATE_COMPLETED)
        bench.cart.board.stopVm()
    })

stops(
    "with every write lost from the stop on: the stage is switched off [IVUS-MOT-003]",
    async () => {
        const bench = await pulling(5, 40)
        disturbBus(bench.cart.board.rig.chip, ({ mosi }) =>
            (mosi[0]! & WRITE) !== 0 ? new Uint8Array(mosi.length) : undefined
        )
        const fromUs = bench.nowUs
        bench.cart.session.command(machine.COMMAND_STOP)
        await checkStops(bench, 5, fromUs)
        assert.is(bench.stateNow, machine.STATE_FAULT)
        assert.is(bench.cart.board.rig.edges.edges("power-stage").at(-1)?.level, false)
        bench.cart.board.stopVm()
    }
)

stops(
    "when the link is cut while homing, returning or jogging [IVUS-MOT-003, IVUS-LNK-001]",
    async () => {
        for (const begin of [machine.COMMAND_HOME, machine.COMMAND_RETURN]) {
            const bench = await ready()
            if (begin === machine.COMMAND_RETURN) {
                bench.cart.session.command(machine.COMMAND_JOG, 5e6)
                for (let i = 0; i < 60; ++i) {
                    await bench.wait(50)
                    bench.cart.session.command(machine.COMMAND_HOLD)
                }
                await bench.wait(500)
            }
            await bench.command(begin)
            await bench.wait(700)
            const fromUs = bench.nowUs
            const from = bench.cart.board.rig.sled.positionMm
            bench.cart.cutLink()
            // Loss of the host is noticed in 100 ms (safety rule 3).
            await checkStops(bench, 5, fromUs + 100e3)
            const moved = Math.abs(bench.cart.board.rig.sled.positionMm - from)
            // 5 mm/s for 110 ms, and the braking distance of 0.15 mm.
            assert.ok(moved < 0.75, `moved ${moved} mm`)
            bench.cart.board.stopVm()
        }
    }
)

stops.run()
