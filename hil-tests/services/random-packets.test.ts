// Random packets to each service of the cart: codes, lengths and contents that no client would send.
import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../src/shared/cart-machine"
import {
    GET_REGISTER,
    SERVICE_CART,
    SERVICE_SETTINGS,
    SET_REGISTER,
} from "../../src/shared/service-table"
import {
    codeOf,
    isRegister,
    serviceSpec,
    type ServicePacket,
} from "../../src/tools/services/service-specs"
import { BenchCart } from "../support/carts/bench-cart"
import { LoopTimes } from "../support/jacdac/loop-times"
import { RawClient } from "../support/jacdac/raw-client"

const test = suite("random packets")

/** Longest payload of one packet in a frame. */
const LENGTH_MAX = 236
/** More packets per second than the bus carries on average, so that replies have to be dropped. */
const INTERVAL_MS = 2
const PACKETS = 1500
/** A control loop has 10 ms and is late at 20 ms (src/firmware/cart/interlocks.ts). */
const LOOP_LIMIT_MS = 15
/** Time for the last replies. */
const QUIET_MS = 200
/** Restarts the program when nothing moves or fires: the second packet of Jacdac's control service that does something. */
const CONTROL_RESET = 0x82
const CONTROL_RESET_IN = 0x80 | SET_REGISTER

const CART = serviceSpec("pullback-cart")
const SETTINGS = serviceSpec("pullback-settings")

interface RandomPacket {
    readonly service: number
    readonly code: number
    readonly payload: Uint8Array
}

/** Services by their index on the cart's device; 0 is Jacdac's control service. */
const SERVED = [undefined, CART, SETTINGS, serviceSpec("event-log"), serviceSpec("calibration")]

/** Bytes of a packet with this format of numbers. */
const lengthOf = ({ packFormat = "" }: ServicePacket): number =>
    [...packFormat.matchAll(/\d+/g)].reduce((sum, [bits]) => sum + Number(bits) / 8, 0)

/** Packets of one seed; about a fifth has a code and a length of its service. */
function* randomPackets(seed: number): Generator<RandomPacket> {
    const generator = xoroshiro128plus(seed)
    const below = (end: number): number => uniformInt(generator, 0, end - 1)
    const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!
    for (;;) {
        // Some to services that do not exist.
        const service = below(SERVED.length + 2)
        const known = oneOf((SERVED[service] ?? CART).packets)
        const access = isRegister(known) ? oneOf([GET_REGISTER, SET_REGISTER]) : 0
        const knownCode = access | known.identifier
        const code = oneOf([knownCode, knownCode, knownCode ^ (1 << below(16)), below(0x10000)])
        const right = lengthOf(known)
        const length = oneOf([right, right, 0, 1, right + 1, below(LENGTH_MAX + 1)])
        const fill = oneOf([0, 0xff, 0x7f, undefined, undefined])
        const payload = Uint8Array.from({ length }, () => fill ?? below(256))
        // Powers of two, some of which are within a range.
        if (service > 2 && fill === 0 && length > 0) payload[below(length)] = 1 << below(8)
        // Two packets with the same device could take control and then move the sled, as a unit may; 0 is no device.
        if (service <= 2 && fill !== 0)
            for (let i = 0; i < Math.min(4, length); i++) payload[i] = below(256)
        yield { service, code, payload }
    }
}

/** Whether it is a stop or a standby, which are taken from anybody. */
const stops = ({ service, code }: RandomPacket): boolean =>
    service === SERVICE_CART && (code === codeOf(CART, "stop") || code === codeOf(CART, "standby"))
const isReset = ({ service, code }: RandomPacket): boolean =>
    service === 0 && (code === CONTROL_RESET || code === CONTROL_RESET_IN)

/** Sends packets to the cart, except those that may do something. @returns a client that still gets answers */
async function flooded(bench: BenchCart, seed: number): Promise<RawClient> {
    const { board } = bench.cart
    const client = new RawClient(board, CART.classIdentifier)
    await bench.wait(1000)
    const loop = new LoopTimes(board)
    const packets = randomPackets(seed)
    for (let n = 0; n < PACKETS; n++) {
        const packet = packets.next().value as RandomPacket
        if (stops(packet) || isReset(packet)) continue
        client.send(packet.service, packet.code, packet.payload)
        await bench.wait(INTERVAL_MS)
    }
    assert.is(bench.cart.panic, undefined)
    assert.equal(bench.cart.closings, [], "the host's session goes on")
    assert.ok(loop.worstMs < LOOP_LIMIT_MS, `${loop.worstMs} ms from loop to loop`)
    await bench.wait(QUIET_MS)
    assert.is((await read(bench, client, SERVICE_CART, codeOf(CART, "state")))[0], bench.stateNow)
    return client
}

/** The value of a register. */
async function read(
    bench: BenchCart,
    client: RawClient,
    service: number,
    register: number
): Promise<Buffer> {
    const fromUs = bench.nowUs
    client.send(service, GET_REGISTER | register)
    await bench.wait(QUIET_MS)
    return client.of(service, GET_REGISTER | register, fromUs)[0]!
}

test("while nobody is in control random packets move nothing, fire nothing, and leave settings within their limits [IVUS-SVC-001]", async () => {
    const bench = await BenchCart.boot()
    await bench.reach(machine.STATE_UNHOMED)
    const { board } = bench.cart
    const standMm = board.rig.sled.positionMm
    const client = await flooded(bench, 1)
    board.settle()
    assert.is(board.rig.sled.positionMm, standMm)
    assert.is(board.transmit.count, 0)
    assert.is(bench.stateNow, machine.STATE_UNHOMED)
    for (const { name, identifier, fields } of SETTINGS.packets.filter(p => p.kind === "rw")) {
        const { absoluteMin, absoluteMax } = fields[0]!
        const bytes = await read(bench, client, SERVICE_SETTINGS, identifier)
        const value = bytes.readUIntLE(0, bytes.length)
        assert.ok(value >= absoluteMin! && value <= absoluteMax!, `${name} is ${value}`)
    }
})

test("random packets while the cart fires: no line is lost, and it goes on firing [IVUS-SVC-001]", async () => {
    const bench = await BenchCart.homed()
    const { board, receiver } = bench.cart
    await bench.pullTo(machine.STATE_LIVE)
    const standMm = board.rig.sled.positionMm
    await flooded(bench, 2)
    board.settle()
    assert.is(bench.stateNow, machine.STATE_LIVE)
    assert.is(board.rig.sled.positionMm, standMm)
    bench.ended = false
    await bench.command(machine.COMMAND_STANDBY)
    await bench.cart.until(() => bench.ended, bench.nowUs + 2e6)
    const { end } = receiver
    assert.is(end?.lines_sent, end?.lines_fired)
    assert.is(end?.lines_fired, board.transmit.count)
})

test.run()
