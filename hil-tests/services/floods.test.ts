// Floods of packets on the Jacdac bus during a pullback: the program goes on, the loop keeps its period, dropped replies are counted.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as codes from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import {
    CART_COMMAND,
    GET_REGISTER,
    SERVICE_CALIBRATION,
    SERVICE_CART,
    SERVICE_CONTROL,
    SERVICE_SETTINGS,
} from "../../src/shared/service-table"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { LoopTimes } from "../support/jacdac/loop-times"
import { takeControlFor } from "../support/carts/silent-host"
import { RawClient, words } from "../support/jacdac/raw-client"

const STATUS = GET_REGISTER | 0x180
const DROPPED = GET_REGISTER | 0x18a
const HOME = CART_COMMAND + machine.COMMAND_HOME
const STOP = CART_COMMAND + machine.COMMAND_STOP
const DEVICE = 0xf100d
const PACKETS = 1000
const PERIOD_US = 500
const FLOOD_MS = (PACKETS * PERIOD_US) / 1000
/** The VM sends five packets at once, then one each 20 ms. */
const SENT_MAX = 5 + FLOOD_MS / 20
/** Sleeps are whole ms of the VM's clock, with the loop's transfers between them (display.test.ts). */
const LOOP_MAX_MS = 13

type Packet = readonly [service: number, command: number, payload?: Uint8Array]

const FLOODS: readonly [string, (i: number) => Packet][] = [
    ["reads of the status", () => [SERVICE_CART, STATUS]],
    [
        "reads of all services",
        i => [[SERVICE_CART, SERVICE_SETTINGS, SERVICE_CALIBRATION][i % 3]!, STATUS],
    ],
    ["unknown commands", () => [SERVICE_CART, 0xfe]],
    ["commands of wrong length", () => [SERVICE_CART, HOME]],
    ["commands that are refused", () => [SERVICE_CART, HOME, words(DEVICE)]],
    ["requests for announcements", () => [SERVICE_CONTROL, 0]],
]

const test = suite("floods of packets")

async function droppedReplies(bench: BenchCart, client: RawClient): Promise<number> {
    await bench.wait(200)
    const fromUs = bench.nowUs
    client.send(SERVICE_CART, DROPPED)
    await bench.wait(50)
    return client.of(SERVICE_CART, DROPPED, fromUs)[0]!.readUInt32LE()
}

function flood(bench: BenchCart, client: RawClient, packet: (i: number) => Packet): void {
    for (let i = 0; i < PACKETS; i++)
        bench.cart.clock.at(bench.nowUs + PERIOD_US * i, () => client.send(...packet(i)))
}

test("1,000 packets, one each 0.5 ms, of each kind: neither a restart nor a late loop, replies dropped and counted [IVUS-SVC-002]", async () => {
    let panics = 0
    const bench = await BenchCart.boot(REQUEST, {
        ...EVEN_SLED,
        onLog: line => void (panics += line.includes("PANIC") ? 1 : 0),
    })
    await bench.home()
    const client = new RawClient(bench.cart.board, DEVICE)
    await bench.wait(600)
    await bench.pull({ ...REQUEST, lengthMm: 6 })
    const loops = new LoopTimes(bench.cart.board)
    for (const [name, packet] of FLOODS) {
        const droppedBefore = await droppedReplies(bench, client)
        const before = client.reports.length
        flood(bench, client, packet)
        await bench.wait(FLOOD_MS)
        const sent = client.reports.length - before
        assert.ok(sent > SENT_MAX - 5 && sent <= SENT_MAX + 1, `${sent} packets to ${name}`)
        const dropped = (await droppedReplies(bench, client)) - droppedBefore
        // One announcement a flood is nobody's reply; up to four replies were sent after its end.
        assert.ok(dropped > PACKETS - SENT_MAX - 6 && dropped < PACKETS, `${dropped} to ${name}`)
        if (name === FLOODS[0]![0])
            assert.is(client.of(SERVICE_CART, STATUS).length + dropped, PACKETS)
        assert.is(bench.stateNow, machine.STATE_PULLING, name)
    }
    assert.ok(loops.worstMs < LOOP_MAX_MS, `${loops.worstMs} ms`)
    assert.is(panics, 0)
    // A stop is never dropped: 0.25 s into a flood, it is executed by the next loop or the one after it.
    flood(bench, client, () => [SERVICE_CART, STATUS])
    await bench.wait(FLOOD_MS / 2)
    client.send(SERVICE_CART, STOP)
    await bench.wait(25)
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    assert.is(bench.status?.fault, codes.GOOD)
    await bench.wait(500)
    assert.is(bench.cart.receiver.end?.outcome, codes.EVENT_STOPPED)
    bench.cart.board.stopVm()
})

test("1,000 changes of a setting: one a loop is carried out, the rest refused", async () => {
    const bench = await BenchCart.homed()
    const client = new RawClient(bench.cart.board, DEVICE)
    await bench.wait(600)
    await takeControlFor(client, bench)
    const loops = new LoopTimes(bench.cart.board)
    flood(bench, client, i => [
        SERVICE_SETTINGS,
        0x81,
        words(DEVICE, 2_000_000 + 500_000 * (i % 2)),
    ])
    await bench.wait(FLOOD_MS)
    assert.ok(loops.worstMs < LOOP_MAX_MS, `${loops.worstMs} ms`)
    // The last reports leave, one each 20 ms.
    await bench.wait(200)
    client.send(SERVICE_CART, STATUS)
    await bench.wait(50)
    const status = client.of(SERVICE_CART, STATUS).at(-1)!
    assert.is(status[0], machine.STATE_READY)
    assert.is(status.readUInt16LE(18), codes.REFUSED_BUSY)
    client.send(SERVICE_SETTINGS, STATUS)
    await bench.wait(50)
    // The default is 1 mm/s.
    assert.ok(client.of(SERVICE_SETTINGS, STATUS).at(-1)!.readUInt32LE(0) > 1_000_000)
    bench.cart.board.stopVm()
})

test.run()
