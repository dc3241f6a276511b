// What the cart's services refuse: unknown codes, wrong arguments, a second client, a second request, a restart in motion.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import {
    CART_COMMAND,
    CONTROL_RESET,
    GET_REGISTER,
    SERVICE_CART,
    SERVICE_CONTROL,
    SERVICE_TABLE,
    SERVICE_SETTINGS,
    SET_REGISTER,
} from "../../src/shared/service-table"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { takeControlFor } from "../support/carts/silent-host"
import { RawClient, words } from "../support/jacdac/raw-client"

const STATUS = GET_REGISTER | 0x180
const NOT_IMPLEMENTED = 0x03
/** Bit of a TMC5160's address byte: the register is written. */
const WRITE = 0x80
const UNIT = 0xb0b51de1
const OTHER = 0x07e2

/** A homed cart with a bedside unit in control of it. */
async function controlled(): Promise<{ bench: BenchCart; unit: RawClient }> {
    const bench = await BenchCart.homed()
    const unit = new RawClient(bench.cart.board, UNIT)
    await bench.wait(600)
    await takeControlFor(unit, bench)
    return { bench, unit }
}

/** Command, reason and value of the latest refusal. */
async function refusal(bench: BenchCart, client: RawClient): Promise<[number, number, number]> {
    const fromUs = bench.nowUs
    client.send(SERVICE_CART, STATUS)
    await bench.wait(20)
    const status = client.of(SERVICE_CART, STATUS, fromUs)[0]!
    return [status.readUInt16LE(16), status.readUInt16LE(18), status.readInt32LE(20)]
}

/** Nothing has moved or fired since the cart was homed. */
function assertStill(bench: BenchCart, restMm: number): void {
    const { rig, transmit } = bench.cart.board
    assert.ok(Math.abs(rig.ruler.positionMm(bench.nowUs) - restMm) < 0.001)
    assert.is(transmit.count, 0)
    assert.is(bench.stateNow, machine.STATE_READY)
}

const positionMm = (bench: BenchCart): number => bench.cart.board.rig.ruler.positionMm(bench.nowUs)

const packets = suite("packets")

packets("with an unknown code are answered as not implemented, with code and CRC", async () => {
    const { bench, unit } = await controlled()
    for (const [service, code] of [
        [SERVICE_CART, 0xfe],
        // Calibrating and the speed of a pullback are the host's.
        [SERVICE_CART, CART_COMMAND + machine.COMMAND_CALIBRATE],
        [SERVICE_CART, 0x00],
        [SERVICE_CART, GET_REGISTER | 0x1ff],
        [SERVICE_CART, SET_REGISTER | 0x181],
        [SERVICE_CART, SET_REGISTER | 0x81],
        [SERVICE_SETTINGS, SET_REGISTER | 0x81],
        [SERVICE_SETTINGS, SET_REGISTER | 0x181],
        [SERVICE_CART, 0x3081],
        [SERVICE_CART, 0x8080],
        [SERVICE_CART, 0xffff],
        [SERVICE_CONTROL, 0x84],
    ] as const) {
        const fromUs = bench.nowUs
        const crc = unit.send(service, code, words(UNIT))
        await bench.wait(50)
        const answers = unit.of(service, NOT_IMPLEMENTED, fromUs)
        const text = code.toString(16)
        assert.is(answers.length, 1, text)
        assert.equal([answers[0]!.readUInt16LE(0), answers[0]!.readUInt16LE(2)], [code, crc], text)
    }
    // Jacdac ignores packets to a service that the device does not have.
    const before = unit.reports.length
    unit.send(9, 0x81, words(UNIT))
    await bench.wait(50)
    assert.is(unit.reports.slice(before).filter(r => r.serviceIndex !== 0).length, 0)
    bench.cart.board.stopVm()
})

/** Commands and writable registers of the firmware's table. */
const TAKEN = SERVICE_TABLE.trim()
    .split("\n")
    .map(row => row.split(/ +/))
    .filter(([service, , kind]) => service !== "0" && kind !== "r")
    .map(([service, code, kind, format, min, max, name]) => ({
        ...{ service: Number(service), name: name!, hasDevice: kind === "d" },
        code: kind === "w" ? Number(code) + GET_REGISTER : Number(code),
        range: format === "-" ? undefined : [Number(min), Number(max)],
        length: (kind === "d" ? 4 : 0) + (format === "-" ? 0 : 4),
    }))

packets(
    "of wrong length are refused with the right one, and move and fire nothing [IVUS-SVC-001]",
    async () => {
        const { bench, unit } = await controlled()
        const restMm = positionMm(bench)
        let count = 0
        for (const { service, code, length, name } of TAKEN)
            for (const wrong of [0, 1, 3, 4, 5, 7, 8, 9, 12, 236].filter(n => n !== length)) {
                unit.send(service, code, Buffer.alloc(wrong, words(UNIT)))
                await bench.wait(25)
                const text = `${name}, ${wrong} bytes`
                const expected = [(service << 8) | code, codes.REFUSED_ARGUMENT, length]
                assert.equal(await refusal(bench, unit), expected, text)
                count++
            }
        assert.ok(count > 150)
        assertStill(bench, restMm)
        bench.cart.board.stopVm()
    }
)

packets("with a value out of range are refused with the nearest one [IVUS-SVC-001]", async () => {
    const { bench, unit } = await controlled()
    const restMm = positionMm(bench)
    for (const { service, code, hasDevice, range, name } of TAKEN) {
        if (!range) continue
        const [min, max] = range as [number, number]
        for (const [value, nearest] of [
            [min - 1, min],
            [max + 1, max],
            // As an unsigned number 2^31.
            [-0x80000000, min],
            [0x7fffffff, max],
        ] as const) {
            unit.send(service, code, hasDevice ? words(UNIT, value) : words(value))
            await bench.wait(25)
            const expected = [(service << 8) | code, codes.REFUSED_ARGUMENT, nearest]
            assert.equal(await refusal(bench, unit), expected, `${name} ${value}`)
        }
    }
    assertStill(bench, restMm)
    bench.cart.board.stopVm()
})

packets.run()

const requests = suite("requests")

requests(
    "a second request before the first is carried out is refused; both have their report [IVUS-SVC-003]",
    async () => {
        const { bench, unit } = await controlled()
        unit.command(machine.COMMAND_RETURN)
        unit.command(machine.COMMAND_JOG, 1_000_000)
        await bench.wait(50)
        assert.equal(unit.answerTo(machine.COMMAND_RETURN), [codes.GOOD, 0])
        assert.equal(unit.answerTo(machine.COMMAND_JOG), [codes.REFUSED_BUSY, 0])
        assert.is(bench.stateNow, machine.STATE_RETURNING)
        bench.cart.board.stopVm()
    }
)

requests(
    "a stop replaces a request that waits, which is refused; nothing moves [IVUS-SVC-003]",
    async () => {
        const { bench, unit } = await controlled()
        const restMm = positionMm(bench)
        unit.command(machine.COMMAND_HOME)
        unit.send(SERVICE_CART, CART_COMMAND + machine.COMMAND_STOP)
        await bench.wait(100)
        assert.equal(unit.answerTo(machine.COMMAND_HOME), [codes.REFUSED_BUSY, 0])
        assert.equal(unit.answerTo(machine.COMMAND_STOP), [codes.GOOD, 0])
        assertStill(bench, restMm)
        bench.cart.board.stopVm()
    }
)

requests(
    "nothing is written to the motor driver before the control loop carries a request out [IVUS-SVC-003]",
    async () => {
        const writesUs: number[] = []
        const bench = await BenchCart.boot(REQUEST, {
            ...EVEN_SLED,
            onSpi: ({ timeUs, device, mosi }) => {
                if (device === "tmc5160" && mosi[0]! & WRITE) writesUs.push(timeUs)
            },
        })
        await bench.home()
        const unit = new RawClient(bench.cart.board, UNIT)
        await bench.wait(600)
        await takeControlFor(unit, bench)
        const { watchdog, clock } = bench.cart.board
        const input = watchdog.input.bind(watchdog)
        let loopUs = 0
        watchdog.input = level => {
            loopUs = clock.nowUs
            input(level)
        }
        await bench.wait(20)
        // Into the pause after a control loop.
        await bench.cart.until(() => clock.nowUs - loopUs > 4000, bench.nowUs + 20_000)
        const fromUs = bench.nowUs
        unit.command(machine.COMMAND_RETURN)
        await bench.wait(25)
        const afterUs = writesUs.filter(timeUs => timeUs > fromUs)
        assert.ok(afterUs.length > 0)
        // At least 5 ms remain until the next loop; the frame takes 0.3 ms.
        assert.ok(afterUs[0]! - fromUs > 4000, `${afterUs[0]! - fromUs} us`)
        bench.cart.board.stopVm()
    }
)

requests("of a second client: answered, refused without control, except a stop", async () => {
    const { bench, unit } = await controlled()
    const other = new RawClient(bench.cart.board, OTHER)
    await bench.wait(600)
    const restMm = positionMm(bench)
    for (const command of [machine.COMMAND_CONTROL, machine.COMMAND_HOME]) {
        other.command(command)
        await bench.wait(50)
        const [reason] = other.answerTo(command) ?? []
        assert.is(reason, codes.REFUSED_CONTROL, `command ${command}`)
    }
    assertStill(bench, restMm)
    unit.command(machine.COMMAND_RETURN)
    await bench.wait(100)
    assert.is(bench.stateNow, machine.STATE_RETURNING)
    // Both read in the same moment.
    const fromUs = bench.nowUs
    unit.send(SERVICE_CART, STATUS)
    other.send(SERVICE_CART, GET_REGISTER | 0x185)
    await bench.wait(50)
    // Each hears both replies, as on any Jacdac bus.
    for (const client of [unit, other]) {
        assert.is(client.of(SERVICE_CART, STATUS, fromUs).length, 1)
        assert.is(client.of(SERVICE_CART, GET_REGISTER | 0x185, fromUs).length, 1)
    }
    other.send(SERVICE_CART, CART_COMMAND + machine.COMMAND_STOP)
    await bench.wait(25)
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    bench.cart.board.stopVm()
})

requests(
    "of a client that vanishes: the command is carried out, then the cart stops with its fault",
    async () => {
        const { bench, unit } = await controlled()
        unit.command(machine.COMMAND_RETURN)
        // Its packet is on the wire; nothing comes after it.
        await bench.wait(1)
        unit.vanish()
        await bench.wait(100)
        assert.is(bench.stateNow, machine.STATE_RETURNING)
        await bench.reach(machine.STATE_FAULT, 1)
        await bench.wait(300)
        assert.is(bench.status?.fault, codes.FAULT_UNIT_LOST)
        const restMm = positionMm(bench)
        await bench.wait(500)
        assert.ok(Math.abs(positionMm(bench) - restMm) < 0.001)
        bench.cart.board.stopVm()
    }
)

requests.run()

const reset = suite("the reset of Jacdac's control service")

for (const state of [
    machine.STATE_LIVE,
    machine.STATE_ARMED,
    machine.STATE_PULLING,
    machine.STATE_RETURNING,
    machine.STATE_HOMING,
])
    reset(`is refused while ${machine.STATE_NAMES[state]} [IVUS-SVC-004]`, async () => {
        const { bench, unit } = await controlled()
        if (state === machine.STATE_RETURNING) unit.command(machine.COMMAND_RETURN)
        else if (state === machine.STATE_HOMING) unit.command(machine.COMMAND_HOME)
        else {
            for (const command of [
                machine.COMMAND_LIVE,
                machine.COMMAND_ARM,
                machine.COMMAND_START,
            ].slice(0, state - machine.STATE_LIVE + 1)) {
                unit.command(command)
                await bench.wait(100)
            }
        }
        await bench.reach(state, 1)
        unit.send(SERVICE_CONTROL, CONTROL_RESET)
        await bench.wait(50)
        assert.equal(await refusal(bench, unit), [CONTROL_RESET, codes.REFUSED_STATE, state])
        assert.is(bench.stateNow, state)
        bench.cart.board.stopVm()
    })

reset(
    "is refused while the sled brakes, and restarts the controller at rest [IVUS-SVC-004]",
    async () => {
        let resets = 0
        const bench = await BenchCart.boot(REQUEST, {
            ...EVEN_SLED,
            onLog: line => {
                // The VM has no controller that would start it again.
                if (!line.startsWith("program exited")) return
                resets++
                bench.cart.board.stopVm()
            },
        })
        await bench.home()
        const unit = new RawClient(bench.cart.board, UNIT)
        await bench.wait(600)
        await takeControlFor(unit, bench)
        unit.command(machine.COMMAND_JOG, 5_000_000)
        await bench.wait(100)
        unit.send(SERVICE_CART, CART_COMMAND + machine.COMMAND_STOP)
        await bench.wait(25)
        assert.is(bench.stateNow, machine.STATE_READY)
        unit.send(SERVICE_CONTROL, CONTROL_RESET)
        await bench.wait(20)
        const [code, reason] = await refusal(bench, unit)
        assert.equal([code, reason], [CONTROL_RESET, codes.REFUSED_STATE])
        await bench.wait(500)
        assert.is(resets, 0)
        unit.send(SERVICE_CONTROL, CONTROL_RESET)
        await bench.wait(100)
        assert.is(resets, 1)
    }
)

reset.run()
