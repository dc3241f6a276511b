// The sled stops, keeps to its command and believes only plausible readings, whatever one transfer does.
// Positions and speeds are the ruler's. Limits: safety rule 1 allows speed / 84 mm/s² + 30 ms for a stop.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { STATUS_HOMED } from "../../src/shared/protocol/messages"
import type { Tmc5160 } from "../../boards/virtual/sled/tmc5160"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const WRITE = 0x80
const [RAMPMODE, XACTUAL, VMAX, AMAX, XTARGET, RAMP_STAT, XLATCH, X_ENC, ENC_LATCH] = [
    0x20, 0x21, 0x27, 0x26, 0x2d, 0x35, 0x36, 0x39, 0x3c,
] as const
const [IOIN, GSTAT] = [0x04, 0x01]
const STOP_MM_S2 = 84
const MARGIN_MS = 30

type Datagram = { readonly mosi: Uint8Array; readonly requested: number }
/** What happens to one transfer; returns undefined for an undisturbed one. */
type Disturbance = (
    datagram: Datagram,
    pass: (mosi: Uint8Array) => Uint8Array
) => Uint8Array | undefined

/** Lets `disturb` change the transfers of the motor driver. `requested` is the address in the datagram before. */
function disturbBus(chip: Tmc5160, disturb: Disturbance): void {
    const transfer = chip.transfer.bind(chip)
    let requested = -1
    chip.transfer = (mosi, timeUs) => {
        const pass = (bytes: Uint8Array): Uint8Array => transfer(bytes, timeUs)
        const miso = disturb({ mosi, requested }, pass) ?? pass(mosi)
        requested = mosi[0]!
        return miso
    }
}

/** The next `times` writes to these registers do not reach the chip; the controller reads zeros. */
function loseWrites(chip: Tmc5160, addresses: readonly number[], times: number): () => number {
    let lost = 0
    disturbBus(chip, ({ mosi }) => {
        if (lost === times || !addresses.some(a => mosi[0] === (a | WRITE))) return undefined
        lost++
        return new Uint8Array(mosi.length)
    })
    return () => lost
}

/** The next `times` replies with these registers hold `value`. */
function replaceReplies(
    chip: Tmc5160,
    addresses: readonly number[],
    times: number,
    change: (value: number) => number
): () => number {
    let replaced = 0
    disturbBus(chip, ({ mosi, requested }, pass) => {
        const miso = Uint8Array.from(pass(mosi))
        if (replaced === times || !addresses.includes(requested)) return miso
        replaced++
        const view = new DataView(miso.buffer)
        view.setUint32(1, change(view.getUint32(1)) >>> 0)
        return miso
    })
    return () => replaced
}

async function ready(options = {}): Promise<BenchCart> {
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

async function pulling(speedMmPerS: number, lengthMm = 20): Promise<BenchCart> {
    const bench = await BenchCart.homed({ ...REQUEST, speedMmPerS, lengthMm })
    await bench.pull()
    await bench.wait(400 + (1000 * speedMmPerS) / 20)
    return bench
}

const speedMmPerS = (bench: BenchCart): number =>
    bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs - 2500, 5)
const faultOf = (bench: BenchCart): number =>
    bench.events.filter(e => codes.isFault(e.code)).at(-1)?.code ?? codes.GOOD

/** The sled rests, or its stage is off, within the time of safety rule 1 after `fromUs`; then it stays where it is. */
async function checkStops(bench: BenchCart, fromSpeed: number, fromUs: number): Promise<void> {
    const limitMs = (1000 * fromSpeed) / STOP_MM_S2 + MARGIN_MS
    await bench.wait(fromUs / 1000 + limitMs - bench.nowUs / 1000)
    const { rig } = bench.cart.board
    // A sled whose stage is off coasts against its friction.
    const stageOff = rig.edges.edges("power-stage").at(-1)?.level === false
    // 1 um in 5 ms: the ringing of the nut.
    if (!stageOff) assert.ok(Math.abs(speedMmPerS(bench)) < 0.2, `${speedMmPerS(bench)} mm/s`)
    await bench.wait(50)
    const at = rig.sled.positionMm
    await bench.wait(500)
    assert.ok(Math.abs(rig.sled.positionMm - at) < 0.005, `moved ${rig.sled.positionMm - at} mm`)
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
