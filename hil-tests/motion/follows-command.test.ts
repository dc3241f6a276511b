// A move keeps to its commanded direction, speed and target, whatever one transfer does. Positions and speeds are the ruler's.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { checkStops, faultOf, pulling, speedMmPerS } from "../support/carts/stopping-cart"
import { disturbBus, loseWrites, WRITE } from "../support/rig/bus-disturber"

const [XACTUAL, VMAX, XTARGET, X_ENC] = [0x21, 0x27, 0x2d, 0x39] as const

const guard = suite("a move keeps to its command")

guard(
    "with bit 20 of VMAX flipped at the start of a return [IVUS-MOT-005, IVUS-MOT-006]",
    async () => {
        const bench = await pulling(5, 20)
        await bench.wait(2000)
        bench.cart.session.command(machine.COMMAND_STOP)
        await bench.wait(300)
        let flipped = 0
        disturbBus(bench.cart.board.rig.chip, ({ mosi }, pass) => {
            const isVmax = mosi[0] === (VMAX | WRITE) && (mosi[2]! | mosi[3]! | mosi[4]!) !== 0
            if (flipped > 0 || !isVmax) return undefined
            flipped++
            const bytes = Uint8Array.from(mosi)
            bytes[2]! ^= 0x10
            return pass(bytes)
        })
        bench.cart.session.command(machine.COMMAND_RETURN)
        let fastest = 0
        for (let i = 0; i < 200; ++i) {
            await bench.wait(10)
            fastest = Math.max(fastest, Math.abs(speedMmPerS(bench)))
        }
        assert.is(flipped, 1)
        // The lead screw is perfect; 0.1 mm/s is the ruler's window.
        assert.ok(fastest < 5.1, `${fastest} mm/s`)
        assert.is(faultOf(bench), codes.GOOD)
        bench.cart.board.stopVm()
    }
)

guard(
    "with XTARGET overwritten by zero in mid-pull: it stops and does not turn back [IVUS-MOT-005, IVUS-MOT-006]",
    async () => {
        const bench = await pulling(2)
        const { chip, sled } = bench.cart.board.rig
        let written = 0
        // The read of a poll becomes a write: 6f 00000000 to ad 00000000.
        disturbBus(chip, ({ mosi }, pass) => {
            if (written > 0 || mosi[0] !== 0x6f) return undefined
            written++
            return pass(Uint8Array.of(XTARGET | WRITE, 0, 0, 0, 0))
        })
        let [farthest, back] = [0, 0]
        for (let i = 0; i < 100; ++i) {
            await bench.wait(10)
            farthest = Math.max(farthest, sled.positionMm)
            back = Math.max(back, farthest - sled.positionMm)
        }
        assert.is(written, 1)
        // 20 um of ringing; the requirement is 0.1 mm.
        assert.ok(back < 0.02, `${back} mm`)
        assert.is(faultOf(bench), codes.FAULT_MOTOR_DRIVER_WRITE)
        bench.cart.board.stopVm()
    }
)

for (const address of [XACTUAL, X_ENC])
    guard(
        `with counter ${address.toString(16)} overwritten in mid-pull: it stops, and the cause is the bus [IVUS-MOT-006]`,
        async () => {
            const bench = await pulling(2)
            let written = 0
            disturbBus(bench.cart.board.rig.chip, ({ mosi }, pass) => {
                if (written > 0 || mosi[0] !== address) return undefined
                written++
                return pass(Uint8Array.of(address | WRITE, 0, 0, 0, 0))
            })
            await bench.wait(50)
            assert.is(faultOf(bench), codes.FAULT_COUNTER)
            await checkStops(bench, 2, bench.nowUs)
            assert.not(bench.status!.state === machine.STATE_COMPLETED)
            bench.cart.board.stopVm()
        }
    )

guard("with the first write of VMAX lost at the start of homing [IVUS-MOT-006]", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    await bench.reach(machine.STATE_UNHOMED)
    const lost = loseWrites(bench.cart.board.rig.chip, [VMAX], 1)
    await bench.home()
    assert.is(lost(), 1)
    bench.cart.board.stopVm()
})

guard(
    "with a clock of 16 MHz that is not calibrated, homing, jog and return keep to 5 mm/s [IVUS-MOT-013]",
    async () => {
        const sled = { sled: { screwErrorUmPp: 0, startPositionMm: 9 }, fclkHz: 16e6 }
        const bench = await BenchCart.boot(REQUEST, { sled })
        await bench.reach(machine.STATE_UNHOMED)
        const { session, board } = bench.cart
        let fastest = 0
        const watch = async (state: number): Promise<void> => {
            for (let i = 0; bench.stateNow !== state && i < 1000; i++) {
                if (bench.stateNow === machine.STATE_JOGGING && i < 50)
                    session.command(machine.COMMAND_HOLD)
                await bench.wait(20)
                const speed = board.rig.ruler.speedMmPerS(bench.nowUs - 6000, 10)
                fastest = Math.max(fastest, Math.abs(speed))
            }
            assert.is(bench.stateNow, state)
        }
        session.command(machine.COMMAND_HOME)
        await watch(machine.STATE_READY)
        assert.is(await bench.command(machine.COMMAND_JOG, 5_000_000), undefined)
        assert.is(bench.stateNow, machine.STATE_JOGGING)
        await watch(machine.STATE_READY)
        session.command(machine.COMMAND_RETURN)
        await watch(machine.STATE_RETURNING)
        await watch(machine.STATE_READY)
        // The probe of 320 ms tells the clock to one loop of 10 ms, and the rotor rings.
        assert.ok(fastest > 4 && fastest < 5.5, `${fastest} mm/s`)
        board.stopVm()
    }
)

guard.run()
