// The link's thread with real sockets: sessions of carts, who is admitted, and who is refused.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { Socket } from "node:net"
import { COMMAND_LIVE } from "../../../shared/cart-machine"
import * as codes from "../../../shared/codes"
import { TYPE_COMMAND, TYPE_LINES } from "../../../shared/protocol/burst"
import { RunReceiver } from "../../run/run-receiver"
import { noLinkFaults } from "../burst-stream"
import { concat, plainRecords, TestBoard } from "../testing/test-board"
import type { TestPeer } from "../testing/test-peer"
import { UNGREETED_MAX, WAITING_MAX } from "./admission"
import { CartConnection } from "./cart-connection"
import { GREETING_MS, PROOF_MS } from "./peer"
import { BOARDS, type Caller, KEY, LinkedHost } from "./testing/linked-host"

/** A timer looks for late connections every 25 ms; the rest is the test's own machine, which does other work. */
const LATE_MS = 2000

let host: LinkedHost

const test = suite("the link's thread")
test.before(async () => {
    host = await LinkedHost.open({ cartsMax: 2 })
})
test.after(() => host.close())
test.before.each(() => {
    host.carts.length = host.refused.length = 0
})

function once(socket: Socket, event: string): Promise<void> {
    return new Promise(resolve => socket.once(event, () => resolve()))
}

/** A cart connects and proves its key. */
async function linked(idLow = 1): Promise<{ caller: Caller; connection: CartConnection }> {
    const caller = host.call({ key: KEY, idLow })
    caller.peer.hello()
    const { boardId, port } = await host.cart()
    assert.is(boardId, BOARDS[idLow - 1])
    const connection = new CartConnection(port)
    connection.onBytes = () => undefined
    return { caller, connection }
}

async function leave({ caller, connection }: Awaited<ReturnType<typeof linked>>): Promise<void> {
    caller.socket.destroy()
    await connection.ended
}

test("a cart's bytes come with its session from the hello on, and requests go to it", async () => {
    let isCut = false
    const corrupt = (bytes: Uint8Array): Uint8Array => (isCut ? bytes.subarray(0, 100) : bytes)
    const { peer, socket } = host.call({ key: KEY, corrupt })
    peer.hello()
    const { boardId, isInsecure, address, port } = await host.cart()
    assert.equal([boardId, isInsecure, address], [BOARDS[0], false, "127.0.0.1"])
    const connection = new CartConnection(port)
    const { session } = connection
    assert.ok(session.isOpen)
    const received: Buffer[] = []
    const receiver = new RunReceiver({}, session)
    connection.onBytes = bytes => {
        received.push(Buffer.from(bytes))
        receiver.push(bytes)
    }
    const board = new TestBoard().describe().lines(plainRecords(0, 8))
    peer.replay(board.bytes())
    session.command(COMMAND_LIVE)
    while (!peer.received.some(m => m.type === TYPE_COMMAND)) await once(socket, "data")
    // Then a burst with a wrong tag and one that is cut: the verdicts of the link's thread belong to the right bursts.
    const { secrets } = peer
    const more = (): TestPeer =>
        peer.burst({ type: TYPE_LINES, lines: 8 }, concat(plainRecords(8, 16)))
    peer.secrets = { ...secrets!, board_key: KEY }
    const forgedAt = Buffer.concat(peer.sent).length
    more()
    peer.secrets = secrets
    peer.sequence--
    more()
    isCut = true
    more()
    socket.end()
    assert.is(await connection.ended, undefined)
    receiver.finish()
    assert.not(session.isOpen)
    const [got, sent] = [Buffer.concat(received), Buffer.concat(peer.sent)]
    assert.is(got.length, sent.length)
    // The forged burst is marked in its tag.
    assert.equal(got.subarray(0, forgedAt), sent.subarray(0, forgedAt))
    assert.is(receiver.assembler!.counts.received, 16)
    const { faults } = receiver.stream
    assert.equal(faults, { ...noLinkFaults(), burstsForged: 1, burstsCut: 1, linesDamaged: 7 })
})

test("a keyed cart gets in beside 16 idle clients, as many half hellos and as many without the key", async () => {
    const idle = Array.from({ length: 16 }, () => host.call())
    await Promise.all(idle.map(({ socket }) => once(socket, "connect")))
    const half = Array.from({ length: 16 }, () => host.call())
    for (const { socket } of half) socket.write(Uint8Array.of(0x49, 0x56, 0x4c, 0x31, 1))
    // They know the id of a board that has a key, and cannot answer the challenge.
    const keyless = Array.from({ length: 16 }, () => host.call({ key: KEY, corrupt: onlyHello }))
    for (const { peer } of keyless) peer.hello()
    const startMs = performance.now()
    const cart = await linked()
    assert.ok(performance.now() - startMs < LATE_MS)
    const { waiting, carts } = await host.link.stats()
    assert.is(carts, 1)
    assert.ok(waiting <= WAITING_MAX)
    const quiet = [...idle, ...half].filter(({ socket }) => !socket.destroyed)
    assert.ok(quiet.length <= UNGREETED_MAX + 1, `${quiet.length}`)
    await Promise.all([...idle, ...half].map(({ closed }) => closed))
    const greetedMs = performance.now() - startMs
    assert.ok(greetedMs < GREETING_MS + LATE_MS, `${greetedMs} ms`)
    await Promise.all(keyless.map(({ closed }) => closed))
    const provenMs = performance.now() - startMs
    assert.ok(PROOF_MS - 100 < provenMs && provenMs < PROOF_MS + LATE_MS, `${provenMs} ms`)
    assert.ok(keyless.every(({ peer }) => peer.rejected === codes.REJECT_LATE))
    await leave(cart)
})

test("a flood of clients that close at once, or send too much, keeps no cart out", async () => {
    const before = await host.link.stats()
    for (let i = 0; i < 200; i++) host.call().socket.end(Buffer.alloc(i % 2 ? 2000 : 0))
    // A cart at the same address tries again, as every second.
    const trials = setInterval(() => void host.call().peer.hello(), 300)
    const connection = new CartConnection((await host.cart()).port)
    clearInterval(trials)
    connection.onBytes = () => undefined
    let after = await host.link.stats()
    while (after.waiting > 0) after = await host.link.stats()
    const made = after.connections - before.connections
    assert.ok(made > 200)
    assert.is(after.refused + after.dropped - before.refused - before.dropped, made - 1)
    // Not every one of them is told.
    assert.ok(host.refused.length <= 80)
    connection.cut()
    await connection.ended
})

test("says why it refused a cart that had greeted", async () => {
    const stranger = host.call({ key: KEY, idLow: 9 })
    stranger.peer.hello()
    await stranger.closed
    assert.is(stranger.peer.rejected, codes.REJECT_NO_KEY)
    const { boardId, closing } = await host.refusal()
    assert.equal([boardId, closing?.reason], ["0000000200000009", codes.REJECT_NO_KEY])
    assert.is(closing!.hello!.board_id_low, 9)
})

test("further carts are refused while as many as allowed are in session, also a second one of the same id", async () => {
    const carts = [await linked(1), await linked(2)]
    const third = host.call({ key: KEY, idLow: 3 })
    third.peer.hello()
    await third.closed
    assert.is(third.peer.rejected, codes.REJECT_BUSY)
    await leave(carts[1]!)
    const twin = host.call({ key: KEY, idLow: 1 })
    await once(twin.socket, "connect")
    // Nobody replaces a cart that has just sent something.
    carts[0]!.caller.peer.burst({ type: 99 }, new Uint8Array(0))
    twin.peer.hello()
    await twin.closed
    assert.is(twin.peer.rejected, codes.REJECT_BUSY)
    await leave(carts[0]!)
})

test("a cart that connects again replaces its older connection once that is silent", async () => {
    const { connection } = await linked()
    await new Promise(resolve => setTimeout(resolve, 600))
    const again = await linked()
    assert.is(await connection.ended, undefined)
    assert.ok(again.connection.session.isOpen)
    await leave(again)
})

test("a cart whose receiver ends is disconnected, and a client that rejects says why", async () => {
    const first = host.call()
    first.peer.hello()
    const { port } = await host.cart()
    port.close()
    await first.closed
    const second = await linked()
    second.connection.session.reject(codes.REJECT_OVERSIZE)
    assert.is((await second.connection.ended)?.reason, codes.REJECT_OVERSIZE)
    await second.caller.closed
    assert.is(second.caller.peer.rejected, codes.REJECT_OVERSIZE)
})

test("an error of this program with one cart ends the connection of that one only", async () => {
    const other = await linked(2)
    const caller = host.call()
    caller.peer.hello()
    const { port } = await host.cart()
    port.postMessage({ kind: "request", type: TYPE_COMMAND })
    await caller.closed
    assert.match(
        host.reports.at(-1)!,
        /^The connection of 127\.0\.0\.1 was cut by an internal error/
    )
    other.connection.session.command(COMMAND_LIVE)
    while (!other.caller.peer.received.some(m => m.type === TYPE_COMMAND))
        await once(other.caller.socket, "data")
    await leave(other)
})

function onlyHello(bytes: Uint8Array, type: number): Uint8Array | undefined {
    return type === 1 ? bytes : undefined
}

test.run()
