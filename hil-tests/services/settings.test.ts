// The settings of the next pullback: only the unit in control changes them, and reading changes nothing.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import {
    CART_COMMAND,
    GET_REGISTER,
    SERVICE_CART,
    SERVICE_SETTINGS,
} from "../../src/shared/service-table"
import { BenchCart } from "../support/carts/bench-cart"
import { takeControlFor, whileHostIsSilent } from "../support/carts/silent-host"
import { NONE, plug } from "../support/carts/plugged"
import { RawClient } from "../support/jacdac/raw-client"

const SETTINGS = GET_REGISTER | 0x180
const STATUS = GET_REGISTER | 0x180
const SET_SPEED = 0x81
const UNIT = 0x55
const STRANGER = 0x66

const test = suite("settings")

/** A homed cart with a bedside unit in control and another device on the bus. */
async function withUnit(): Promise<{ bench: BenchCart; unit: RawClient; stranger: RawClient }> {
    const bench = await BenchCart.homed()
    const unit = new RawClient(bench.cart.board, UNIT)
    const stranger = new RawClient(bench.cart.board, STRANGER)
    await bench.wait(600)
    await takeControlFor(unit, bench)
    return { bench, unit, stranger }
}

async function speedNmPerS(bench: BenchCart, client: RawClient): Promise<number> {
    const fromUs = bench.nowUs
    client.send(SERVICE_SETTINGS, SETTINGS)
    await bench.wait(30)
    return client.of(SERVICE_SETTINGS, SETTINGS, fromUs)[0]!.readUInt32LE(0)
}

test("of another device are refused: the pullback has the speed that the unit in control chose [IVUS-CTL-002]", async () => {
    const { bench, unit, stranger } = await withUnit()
    unit.set(SET_SPEED, 2_000_000)
    await bench.wait(30)
    stranger.set(SET_SPEED, 9_000_000)
    await bench.wait(30)
    const answer = stranger.of(SERVICE_SETTINGS, SET_SPEED).at(-1)!
    assert.is(answer.readUInt32LE(0), codes.REFUSED_CONTROL)
    assert.is(await speedNmPerS(bench, stranger), 2_000_000)
    bench.cart.board.stopVm()
})

test("are kept while the catheter is unplugged, whoever reads them", async () => {
    const { bench, unit } = await withUnit()
    unit.set(SET_SPEED, 2_000_000)
    await bench.wait(30)
    plug(bench, NONE)
    await bench.wait(300)
    assert.is(await speedNmPerS(bench, unit), 2_000_000)
    plug(bench, { id: "array-20mhz", serial: 0x89abcdef })
    await bench.wait(300)
    assert.is(await speedNmPerS(bench, unit), 2_000_000)
    bench.cart.board.stopVm()
})

test("end the setup of the host, which does not pull with other settings than those shown", async () => {
    const { bench, unit } = await withUnit()
    unit.set(SET_SPEED, 2_000_000)
    await bench.wait(30)
    unit.vanish()
    // A unit in control has left after 3 s of silence.
    await bench.wait(3200)
    bench.cart.session.takeControl()
    await bench.wait(100)
    assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
    bench.cart.board.stopVm()
})

test("a unit's live is refused without a host, and nothing fires [IVUS-SVC-001, IVUS-LNK-001]", async () => {
    const { bench, unit } = await withUnit()
    await whileHostIsSilent(bench, async () => {
        unit.command(machine.COMMAND_LIVE)
        await bench.wait(30)
    })
    assert.is(unit.answerTo(machine.COMMAND_LIVE)?.[0], codes.REFUSED_NO_HOST)
    assert.is(bench.cart.board.transmit.count, 0)
    assert.is(bench.stateNow, machine.STATE_READY)
    bench.cart.board.stopVm()
})

test("possible commands are those that the service has, and none but a stop while the sled brakes", async () => {
    const { bench, unit } = await withUnit()
    const possible = async (): Promise<number[]> => {
        const fromUs = bench.nowUs
        unit.send(SERVICE_CART, STATUS)
        await bench.wait(5)
        const mask = unit.of(SERVICE_CART, STATUS, fromUs)[0]!.readUInt32LE(4)
        return Array.from({ length: 32 }, (_, n) => n).filter(n => mask & (1 << n))
    }
    const inReady = await possible()
    for (const command of [machine.COMMAND_CALIBRATE, machine.COMMAND_SPEED])
        assert.not(inReady.includes(command))
    assert.ok(inReady.includes(machine.COMMAND_JOG))
    unit.command(machine.COMMAND_HOME)
    await bench.wait(500)
    unit.send(SERVICE_CART, CART_COMMAND + machine.COMMAND_STOP)
    // The stop is carried out by the next loop; braking from 5 mm/s takes 60 ms.
    await bench.wait(20)
    assert.equal(await possible(), [machine.COMMAND_STOP, machine.COMMAND_PAUSE_SOUND])
    await bench.wait(300)
    assert.ok((await possible()).includes(machine.COMMAND_HOME))
    bench.cart.board.stopVm()
})

test.run()
