// The link's thread with real sockets: sessions of carts, who is admitted, and a receiver that takes nothing.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mkdtempSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { COMMAND_LIVE } from "../../../shared/cart-machine"
import { TYPE_COMMAND } from "../../../shared/protocol/burst"
import { RunReceiver } from "../../run/run-receiver"
import { noLinkFaults } from "../burst-stream"
import { KeyStore } from "../key-store"
import { plainRecords, TestBoard } from "../testing/test-board"
import { TestPeer, type TestPeerOptions } from "../testing/test-peer"
import { CartConnection } from "./cart-connection"
import { type Link, openLink } from "./open-link"
import type { LinkedCart, RefusedPeer } from "./thread-messages"

const KEY = new Uint8Array(32).fill(3)
const BOARD = "0000000200000001"

const folder = mkdtempSync(join(tmpdir(), "ivus-link-"))
const keys = new KeyStore(folder)
keys.save(BOARD, KEY)
let link: Link
let onCart: (cart: LinkedCart) => void
const onRefused: (peer: RefusedPeer) => void = () => undefined

const test = suite("the link's thread")
test.before(async () => {
    link = await openLink({
        ...{ port: 0, insecure: false, keys: folder },
        onCart: cart => onCart(cart),
        onRefused: peer => onRefused(peer),
        report: () => undefined,
    })
})
test.after(async () => {
    await link.close()
    rmSync(folder, { recursive: true })
})

interface Caller {
    readonly peer: TestPeer
    readonly socket: Socket
    readonly closed: Promise<void>
}

function call(options: TestPeerOptions = { key: KEY }): Caller {
    const socket = connect(link.port, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), options)
    socket.on("data", bytes => peer.receive(bytes))
    socket.on("error", () => undefined)
    const closed = new Promise<void>(resolve => socket.on("close", () => resolve()))
    return { peer, socket, closed }
}

function nextCart(): Promise<LinkedCart> {
    return new Promise(resolve => (onCart = resolve))
}

test("a cart's bytes come with its session, and requests go to it", async () => {
    const cart = nextCart()
    const { peer, socket } = call()
    peer.hello()
    const { boardId, isInsecure, port } = await cart
    assert.equal([boardId, isInsecure], [BOARD, false])
    const connection = new CartConnection(port)
    assert.ok(connection.session.isOpen)
    const receiver = new RunReceiver({}, connection.session)
    connection.onBytes = bytes => receiver.push(bytes)
    const board = new TestBoard()
    board.describe()
    board.lines(plainRecords(0, 8))
    peer.replay(board.bytes())
    connection.session.command(COMMAND_LIVE)
    while (!peer.received.some(m => m.type === TYPE_COMMAND)) await once(socket, "data")
    socket.end()
    assert.is(await connection.ended, undefined)
    receiver.finish()
    assert.is(receiver.lineBursts.length, 1)
    assert.equal(receiver.stream.faults, noLinkFaults())
})

function once(socket: Socket, event: string): Promise<void> {
    return new Promise(resolve => socket.once(event, () => resolve()))
}

test.run()
