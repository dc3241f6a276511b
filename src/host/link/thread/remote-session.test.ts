// A receiver in another thread counts what one in the link's own thread counts, whatever happens to the bytes and however they are cut
// into pieces.

import { EventEmitter } from "node:events"
import type { Socket } from "node:net"
import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { RunReceiver } from "../../run/run-receiver"
import { fixedIdentity } from "../host-identity"
import { HostSession } from "../host-session"
import { KEY } from "../testing/met-board"
import { applyDamage, damage } from "../testing/stream-damage"
import { concat, plainRecords, TestBoard } from "../testing/test-board"
import { TestPeer } from "../testing/test-peer"
import { CartConnection } from "./cart-connection"
import { Peer } from "./peer"
import type { LinkedCart } from "./thread-messages"

const LINES = 4
const RUNS = 60

/** A board that opens a session with whom it sends to, and then sends a run. */
function board(key: Uint8Array | undefined): {
    peer: TestPeer
    take(): Uint8Array[]
    sendRun(): void
} {
    const waiting: Uint8Array[] = []
    const peer = new TestPeer(
        bytes => void waiting.push(Uint8Array.from(bytes)),
        key ? { key } : {}
    )
    return {
        peer,
        take: () => waiting.splice(0),
        sendRun: () => {
            const run = new TestBoard().describe()
            for (let line = 0; line < 6 * LINES; line += LINES)
                run.lines(plainRecords(line, line + LINES))
            peer.replay(run.end({ lines_fired: 6 * LINES, lines_sent: 6 * LINES }).bytes())
        },
    }
}

const identity = (key: Uint8Array | undefined) =>
    fixedIdentity(key, count => new Uint8Array(count).fill(9))

/** The run as one thread receives it, from the altered bytes. */
function direct(key: Uint8Array | undefined, alter: (all: Uint8Array) => Uint8Array): RunReceiver {
    const { peer, take, sendRun } = board(key)
    const session = new HostSession(bytes => peer.receive(bytes), identity(key))
    const receiver = new RunReceiver({}, session)
    peer.hello()
    while (!peer.open) for (const bytes of take()) receiver.push(bytes)
    sendRun()
    receiver.push(alter(concat(take())))
    session.connectionLost()
    receiver.finish()
    return receiver
}

/** The same over a message port, in pieces of these lengths in turn. */
async function remote(
    key: Uint8Array | undefined,
    alter: (all: Uint8Array) => Uint8Array,
    pieces: readonly number[]
): Promise<RunReceiver> {
    const { peer, take, sendRun } = board(key)
    const socket = new EventEmitter()
    Object.assign(socket, {
        ...{ setNoDelay: () => socket, writableLength: 0, isPaused: () => false },
        ...{ end: () => socket, destroy: () => socket },
        write: (bytes: Uint8Array) => peer.receive(bytes),
    })
    let cart: LinkedCart | undefined
    new Peer(socket as unknown as Socket, "here", identity(key), {
        onBytes: () => undefined,
        onOpen: opened => (cart = opened),
        onEnd: () => undefined,
        onError: error => {
            throw error
        },
    })
    peer.hello()
    while (!cart) {
        for (const bytes of take()) socket.emit("data", Buffer.from(bytes))
        await new Promise(resolve => setTimeout(resolve, 1))
    }
    sendRun()
    const all = alter(concat(take()))
    for (let at = 0, i = 0; at < all.length; i++) {
        const to = at + pieces[i % pieces.length]!
        // As those of a socket, which own their memory.
        const piece = Uint8Array.from(all.subarray(at, to))
        socket.emit("data", Buffer.from(piece.buffer))
        at = to
    }
    socket.emit("close")
    const connection = new CartConnection(cart.port)
    const receiver = new RunReceiver({}, connection.session)
    connection.onBytes = bytes => receiver.push(bytes)
    await connection.ended
    receiver.finish()
    return receiver
}

const countsOf = ({ stream, assembler, bytes, dropped }: RunReceiver): unknown => ({
    ...{ faults: stream.faults, counts: assembler?.counts, gaps: assembler?.gaps, bytes, dropped },
})

const test = suite("a session from another thread")

for (const [name, key] of Object.entries({ "with a key": KEY, "without a key": undefined }))
    test(`counts as one in the same thread ${name}, whatever happens to the bytes`, async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.array(damage, { maxLength: 4 }),
                fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
                async (damages, pieces) => {
                    const alter = (all: Uint8Array): Uint8Array =>
                        damages.reduce((bytes, d) => applyDamage(bytes, d, all), all)
                    const there = await remote(key, alter, pieces)
                    assert.equal(countsOf(there), countsOf(direct(key, alter)))
                }
            ),
            { numRuns: RUNS }
        )
    })

test.run()
