// A process with several carts: each connects to a host and sends a capture at the rate at which its lines were fired.

import { readFileSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { type BurstHeader, BurstStream } from "../../../src/host/link/burst-stream"
import { TestPeer } from "../../../src/host/link/testing/test-peer"
import {
    FLAG_TEST_LINES,
    TYPE_HELLO,
    TYPE_LINES,
    TYPE_PROOF,
} from "../../../src/shared/protocol/burst"
import { KEY } from "../../support/cli/serving-host"

interface Sent {
    readonly header: BurstHeader
    readonly payload: Uint8Array
}

const [port, capture, carts] = process.argv.slice(2)
const bursts = burstsOf(readFileSync(capture!))
await Promise.all(Array.from({ length: Number(carts) }, (_, n) => play(n + 1)))

function burstsOf(bytes: Uint8Array): Sent[] {
    const found: Sent[] = []
    const stream = new BurstStream(({ header, payload }) => {
        if (header.type !== TYPE_HELLO && header.type !== TYPE_PROOF)
            found.push({ header, payload })
    })
    stream.push(bytes)
    stream.end()
    return found
}

function happened(socket: Socket, event: "close" | "drain"): Promise<void> {
    return new Promise(resolve => socket.once(event, () => resolve()))
}

/** A cart connects and proves its key, again if it was cut off: the host admits few of one address at a time. */
async function opened(idLow: number): Promise<{ socket: Socket; peer: TestPeer }> {
    for (;;) {
        const socket = connect(Number(port), "127.0.0.1")
        const peer = new TestPeer(bytes => void socket.write(bytes), { key: KEY, idLow })
        socket.on("data", bytes => {
            peer.receive(bytes)
            // Nobody looks at them later.
            peer.received.length = Math.min(peer.received.length, 8)
        })
        socket.on("error", () => socket.destroy())
        socket.once("connect", () => void peer.hello())
        const open = new Promise<void>(resolve => (peer.onOpen = resolve))
        await Promise.race([open, happened(socket, "close")])
        if (!socket.destroyed) return { socket, peer }
    }
}

async function play(idLow: number): Promise<void> {
    const { socket, peer } = await opened(idLow)
    let begin: { tickUs: number; ms: number } | undefined
    for (const { header, payload } of bursts) {
        if (header.type === TYPE_LINES && !(header.flags & FLAG_TEST_LINES)) {
            begin ??= { tickUs: header.tick_us, ms: performance.now() }
            const dueMs = begin.ms + (header.tick_us - begin.tickUs) / 1000
            const waitMs = dueMs - performance.now()
            // Also when this one is late: the other carts of this process go on.
            if (waitMs > 1) await new Promise(resolve => setTimeout(resolve, waitMs))
            else await new Promise(resolve => setImmediate(resolve))
            while (socket.writableNeedDrain && !socket.destroyed)
                await Promise.race([happened(socket, "drain"), happened(socket, "close")])
        }
        if (socket.destroyed) throw new Error(`cart ${idLow} was cut: reject ${peer.rejected}`)
        const { session, sequence } = peer
        peer.burst({ ...header, session, sequence, flags: header.flags & FLAG_TEST_LINES }, payload)
        peer.sent.length = 0
    }
    console.log(`${performance.timeOrigin + performance.now()}`)
    await new Promise<void>(resolve => socket.end(() => resolve()))
}
