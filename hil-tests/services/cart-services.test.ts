// The cart's Jacdac services: announced, read, commanded by a client on the bus; settings and a whole pullback by Jacdac alone.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import {
    CART_COMMAND,
    EVENT_STATUS,
    GET_REGISTER,
    SERVICE_CALIBRATION,
    SERVICE_CART,
    SERVICE_LOG,
    SERVICE_SETTINGS,
} from "../../src/shared/service-table"
import { CONTRACT_VERSION } from "../../src/shared/versions"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { RawClient, words } from "../support/jacdac/raw-client"

// Registers and commands by their number, as services/*.md give them.
const ALL = GET_REGISTER | 0x180
const STATE = GET_REGISTER | 0x181
const POSSIBLE = GET_REGISTER | 0x184
const SPEED = 0x81
const LENGTH = 0x82
const READ_ENTRY = 0x80

const DEVICE = 0xb0b51de1

const test = suite("the services of the cart")

async function bootedWith(): Promise<{ bench: BenchCart; client: RawClient }> {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    const client = new RawClient(bench.cart.board, DEVICE)
    await bench.reach(machine.STATE_UNHOMED)
    await bench.wait(1000)
    return { bench, client }
}

/** Sends a command and waits for its report. @returns reason and value */
async function ask(
    bench: BenchCart,
    client: RawClient,
    command: number,
    ...values: number[]
): Promise<[number, number] | undefined> {
    const fromUs = bench.nowUs
    client.command(command, ...values)
    await bench.wait(50)
    return client.answerTo(command, fromUs)
}

test("are announced each 500 ms, and read in one packet or one by one", async () => {
    const { bench, client } = await bootedWith()
    const before = client.of(0, 0).length
    await bench.wait(5000)
    const announced = client.of(0, 0).slice(before)
    assert.is(announced.length, 10)
    // The classes of services/*.md, in the order of their service index.
    assert.is(announced[0]!.subarray(4).toString("hex"), "a7c2f114936b2e15c8d4a9161e5fd317")
    client.send(SERVICE_CART, ALL)
    client.send(SERVICE_CART, STATE)
    client.send(SERVICE_CALIBRATION, ALL)
    await bench.wait(50)
    const status = client.of(SERVICE_CART, ALL)[0]!
    assert.is(status.length, 60)
    assert.is(status[0], machine.STATE_UNHOMED)
    assert.is(status.readUInt16LE(28), CONTRACT_VERSION)
    assert.equal([...client.of(SERVICE_CART, STATE)[0]!], [machine.STATE_UNHOMED])
    const calibration = client.of(SERVICE_CALIBRATION, ALL)[0]!
    // A new board has the nominal calibration.
    const values = [0, 4, 8, 12, 16].map(at => calibration.readUInt32LE(at))
    assert.equal(values, [0, 12_000_000, 51_200_000, 1000, 0])
    assert.is(calibration[20], 0)
    bench.cart.board.stopVm()
})

test("a whole pullback by a client: each command has its report, each change of state one event", async () => {
    const { bench, client } = await bootedWith()
    client.stayPresent()
    assert.equal(await ask(bench, client, machine.COMMAND_CONTROL), [codes.GOOD, 0])
    assert.equal(await ask(bench, client, machine.COMMAND_HOME), [codes.GOOD, 0])
    await bench.reach(machine.STATE_READY)
    for (const [register, value] of [
        [SPEED, 2_000_000],
        [LENGTH, 5_000_000],
    ] as const) {
        client.set(register, value)
        // One request in a control loop.
        await bench.wait(20)
    }
    for (const [command, state] of [
        [machine.COMMAND_LIVE, machine.STATE_LIVE],
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        assert.equal(await ask(bench, client, command), [codes.GOOD, 0])
        await bench.reach(state)
        // Changes that follow each other faster share one event.
        await bench.wait(100)
    }
    await bench.reach(machine.STATE_COMPLETED)
    // The last lines are sent first.
    await bench.wait(300)
    const description = bench.cart.receiver.description!
    assert.is(description.speed_nm_s, 2_000_000)
    assert.is(description.window_end_nm - description.window_start_nm, 5_000_000)
    assert.equal(await ask(bench, client, machine.COMMAND_RETURN), [codes.GOOD, 0])
    client.holds = true
    await bench.reach(machine.STATE_READY)
    await bench.wait(200)
    const events = client.reports
        .filter(r => r.serviceIndex === SERVICE_CART && (r.command & 0x80ff) === EVENT_STATUS)
        .map(r => `${r.command} ${r.payload[0]}`)
    const states = events.map(text => Number(text.split(" ")[1]))
    assert.equal(states.filter((state, i) => state !== states[i - 1]).slice(-8), [
        ...[machine.STATE_HOMING, machine.STATE_READY, machine.STATE_LIVE],
        ...[machine.STATE_ARMED, machine.STATE_PULLING, machine.STATE_COMPLETED],
        ...[machine.STATE_RETURNING, machine.STATE_READY],
    ])
    // Each has a number of its own.
    assert.is(new Set(events).size, events.length)
    bench.cart.board.stopVm()
})

test("shows the commands that are possible: by state, and by who is in control", async () => {
    const { bench, client } = await bootedWith()
    const possible = async (): Promise<number[]> => {
        const fromUs = bench.nowUs
        client.send(SERVICE_CART, POSSIBLE)
        await bench.wait(30)
        const mask = client.of(SERVICE_CART, POSSIBLE, fromUs)[0]!.readUInt32LE()
        return Array.from({ length: 32 }, (_, n) => n).filter(n => mask & (1 << n))
    }
    const { COMMAND_STOP, COMMAND_CONTROL, COMMAND_PAUSE_SOUND } = machine
    assert.equal(await possible(), [COMMAND_STOP, COMMAND_CONTROL, COMMAND_PAUSE_SOUND])
    client.stayPresent()
    await ask(bench, client, COMMAND_CONTROL)
    assert.equal(await possible(), [
        ...[machine.COMMAND_HOME, COMMAND_STOP, machine.COMMAND_ACKNOWLEDGE],
        ...[machine.COMMAND_RELEASE, COMMAND_CONTROL, COMMAND_PAUSE_SOUND],
    ])
    await ask(bench, client, machine.COMMAND_HOME)
    // While the sled moves, control is not taken.
    const moving = [COMMAND_STOP, machine.COMMAND_ACKNOWLEDGE, COMMAND_PAUSE_SOUND]
    assert.equal(await possible(), moving)
    bench.cart.board.stopVm()
})

test("settings are checked against range and catheter; a refused change changes nothing and is shown [IVUS-SVC-001]", async () => {
    const { bench, client } = await bootedWith()
    const read = async (): Promise<Buffer> => {
        const fromUs = bench.nowUs
        client.send(SERVICE_SETTINGS, ALL)
        await bench.wait(50)
        return client.of(SERVICE_SETTINGS, ALL, fromUs)[0]!
    }
    const refusal = async (): Promise<number[]> => {
        const fromUs = bench.nowUs
        client.send(SERVICE_CART, ALL)
        await bench.wait(50)
        const status = client.of(SERVICE_CART, ALL, fromUs)[0]!
        return [status.readUInt16LE(16), status.readUInt16LE(18), status.readInt32LE(20)]
    }
    const before = await read()
    const settings = [0, 4, 8, 12].map(at => before.readUInt32LE(at))
    assert.equal(settings, [1_000_000, 50_000_000, 30_000, 1])
    assert.is(before.subarray(32).toString(), "array-20mhz")
    assert.is(before.readUInt32LE(20), 150_000_000)
    // Only the unit in control may change them, which another one is not.
    client.set(SPEED, 500_000)
    await bench.wait(50)
    assert.is((await refusal())[1], codes.REFUSED_NO_CONTROL)
    assert.equal(await read(), before)
    assert.equal(await ask(bench, client, machine.COMMAND_CONTROL), [codes.GOOD, 0])
    for (const [register, value, reason, nearest] of [
        [SPEED, 249_999, codes.REFUSED_ARGUMENT, 250_000],
        [SPEED, -1, codes.REFUSED_ARGUMENT, 250_000],
        [SPEED, 10_000_001, codes.REFUSED_ARGUMENT, 10_000_000],
        [LENGTH, 150_000_001, codes.REFUSED_ARGUMENT, 150_000_000],
        [0x83, 90_001, codes.REFUSED_ARGUMENT, 90_000],
        [0x83, 90_000, codes.REFUSED_SPI_RATE, undefined],
        [0x84, 3, codes.REFUSED_MOVE_KIND, 1],
    ] as const) {
        client.set(register, value)
        await bench.wait(50)
        const [command, why, near] = await refusal()
        assert.equal(
            [command, why],
            [(SERVICE_SETTINGS << 8) | register, reason],
            codes.sentenceOf(why!)
        )
        if (nearest !== undefined) assert.is(near, nearest)
        assert.equal(await read(), before)
    }
    client.set(SPEED, 500_000)
    await bench.wait(50)
    assert.is((await read()).readUInt32LE(0), 500_000)
    // The device has been silent for 150 ms: the host may replace it.
    await bench.wait(200)
    // A setup of the host replaces the settings; it is refused before homing.
    await bench.home()
    assert.is(await bench.setUp(), codes.GOOD)
    assert.is((await read()).readUInt32LE(4), 5_000_000)
    bench.cart.board.stopVm()
})

test("entries of the event log are read by number; one that the log does not have is 0", async () => {
    const { bench, client } = await bootedWith()
    const registers = async (): Promise<[newest: number, oldest: number]> => {
        const fromUs = bench.nowUs
        client.send(SERVICE_LOG, ALL)
        await bench.wait(50)
        const log = client.of(SERVICE_LOG, ALL, fromUs)[0]!
        return [log.readUInt32LE(0), log.readUInt32LE(4)]
    }
    const entry = async (number: number): Promise<number[]> => {
        const fromUs = bench.nowUs
        client.send(SERVICE_LOG, READ_ENTRY, words(number))
        await bench.wait(50)
        const report = client.of(SERVICE_LOG, READ_ENTRY, fromUs)[0]!
        assert.is(report.length, 20)
        return [
            ...[report.readUInt32LE(0), report.readUInt32LE(4), report.readUInt32LE(8)],
            ...[report.readUInt16LE(12), report.readUInt16LE(14), report.readInt32LE(16)],
        ]
    }
    client.command(machine.COMMAND_CONTROL)
    await bench.wait(200)
    const [newest, oldest] = await registers()
    assert.is(oldest, 1)
    const taken = bench.events.at(-1)!
    assert.is(taken.code, codes.EVENT_CONTROL)
    const unhomed = machine.STATE_UNHOMED
    assert.equal(await entry(newest), [
        newest,
        1,
        taken.time_ms,
        unhomed,
        codes.EVENT_CONTROL,
        machine.HOLDER_UNIT,
    ])
    assert.equal(await entry(newest + 1), [0, 0, 0, 0, 0, 0])
    bench.cart.board.stopVm()
})

test("the sled jogs only while the button is held: at rest after the last hold", async () => {
    const { bench, client } = await bootedWith()
    client.stayPresent()
    await ask(bench, client, machine.COMMAND_CONTROL)
    await ask(bench, client, machine.COMMAND_HOME)
    await bench.reach(machine.STATE_READY)
    await bench.wait(100)
    assert.equal(await ask(bench, client, machine.COMMAND_JOG, 2_000_000), [codes.GOOD, 0])
    for (let i = 0; i < 10; i++) {
        client.command(machine.COMMAND_HOLD)
        await bench.wait(50)
        assert.is(bench.stateNow, machine.STATE_JOGGING)
    }
    await bench.reach(machine.STATE_READY, 1)
    const { ruler } = bench.cart.board.rig
    const restMm = ruler.positionMm(bench.nowUs)
    await bench.wait(200)
    assert.ok(Math.abs(ruler.positionMm(bench.nowUs) - restMm) < 0.001)
    // A hold has no report, and starts nothing.
    client.command(machine.COMMAND_HOLD)
    await bench.wait(50)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.is(client.of(SERVICE_CART, CART_COMMAND + machine.COMMAND_HOLD).length, 0)
    bench.cart.board.stopVm()
})

test.run()
