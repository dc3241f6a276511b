// A host whose other threads are held up: its pings go on, its runs lose counted A-lines only, and no healthy cart is called silent.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { randomBytes } from "node:crypto"
import { connect } from "node:net"
import { REJECT_LATE } from "../../../shared/codes"
import { PING_INTERVAL_US } from "../host-session"
import { startThread } from "../../start-thread"
import { RunReceiver } from "../../run/run-receiver"
import { fixedIdentity } from "../host-identity"
import { TestPeer } from "../testing/test-peer"
import { CartConnection } from "./cart-connection"
import { LinkServer } from "./link-server"
import { SILENCE_MS } from "./peer"
import type { CartReport, CartTask } from "./testing/cart-thread"
import { KEY, LinkedHost } from "./testing/linked-host"
import type { LinkedCart } from "./thread-messages"

/** Nothing of this thread runs meanwhile. */
function block(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const test = suite("a host that is held up")

test("a run survives a receiver that takes nothing for 5 s, and each ping is in time", async () => {
    const blockedMs = 5000
    const host = await LinkedHost.open({ cartsMax: 2 })
    const silent = host.call({ key: KEY, idLow: 2 })
    silent.peer.hello()
    const other = new CartConnection((await host.cart()).port)
    other.onBytes = () => undefined
    const task: CartTask = { port: host.link.port, key: KEY, lastsMs: blockedMs + 1000 }
    const program = new URL("testing/cart-thread.ts", import.meta.url).href
    const thread = startThread(program, task)
    const reported = new Promise<CartReport>(resolve => thread.once("message", resolve))
    const connection = new CartConnection((await host.cart()).port)
    const { session } = connection
    const receiver = new RunReceiver({ onLines: (_, bytes) => session.consumed(bytes) }, session)
    connection.onBytes = bytes => receiver.push(bytes)
    while (!receiver.lineBursts.length) await new Promise(resolve => setTimeout(resolve, 10))
    block(blockedMs)
    const cart = await reported
    assert.is(await connection.ended, undefined)
    receiver.finish()
    // The limit of a cart is 85 ms, which a machine that does other work may exceed by itself; the thread was blocked 5 s.
    const { pingGapMs } = await host.link.stats()
    const sentMs = (cart.pings * PING_INTERVAL_US) / 1000
    const figures = `${cart.pings} pings, longest gap ${cart.pingGapMs} ms at the cart, ${pingGapMs} ms at the host`
    assert.ok(sentMs > 0.8 * blockedMs && cart.pingGapMs < 500, figures)
    const { received, missing } = receiver.assembler!.counts
    assert.is(received + missing, cart.linesFired)
    assert.is(missing, cart.droppedCredit)
    assert.is(receiver.dropped.credit, cart.droppedCredit)
    assert.ok(missing > 0 && received > 0)
    // A cart that is silent itself is found out meanwhile.
    assert.is((await other.ended)?.reason, REJECT_LATE)
    assert.is(silent.peer.rejected, REJECT_LATE)
    await host.close()
})

test("a thread that was held up reads what waits before it calls a cart silent", async () => {
    let take!: (cart: LinkedCart) => void
    let listening!: (port: number) => void
    const cart = new Promise<LinkedCart>(resolve => (take = resolve))
    const listens = new Promise<number>(resolve => (listening = resolve))
    const settings = { port: 0, insecure: false, keys: "" }
    const identity = fixedIdentity(KEY, count => randomBytes(count))
    const server = new LinkServer(settings, identity, message => {
        if (message.kind === "cart") take(message)
        if (message.kind === "listening") listening(message.port)
    })
    await server.listen()
    const socket = connect(await listens, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), { key: KEY })
    socket.on("data", bytes => peer.receive(bytes))
    peer.hello()
    const connection = new CartConnection((await cart).port)
    let bytes = 0
    connection.onBytes = more => (bytes += more.length)
    peer.burst({ type: 99 }, new Uint8Array(0))
    block(SILENCE_MS + 100)
    while (bytes < Buffer.concat(peer.sent).length)
        await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setTimeout(resolve, 100))
    assert.is(peer.rejected, 0)
    assert.ok(connection.session.isOpen)
    socket.destroy()
    await connection.ended
    server.close()
})

test.run()
