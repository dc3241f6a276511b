// When a connection is late, and when nothing more is read from it or sent to it.

import { EventEmitter } from "node:events"
import type { Socket } from "node:net"
import { mock } from "node:test"
import type { MessagePort } from "node:worker_threads"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { REJECT_LATE, REJECT_OVERSIZE } from "../../../shared/codes"
import { fixedIdentity } from "../host-identity"
import { CREDIT_WINDOW } from "../host-session"
import { KEY } from "../testing/met-board"
import { TestPeer } from "../testing/test-peer"
import { GREETING_MS, Peer, PROOF_MS, SILENCE_MS } from "./peer"

/** A socket that says what was done to it. */
class TestSocket extends EventEmitter {
    writableLength = 0
    paused = false
    destroyed = false
    write: (bytes: Uint8Array) => void = () => undefined
    readonly setNoDelay = (): void => undefined
    readonly end = (): void => undefined
    readonly isPaused = (): boolean => this.paused
    readonly pause = (): void => void (this.paused = true)
    readonly resume = (): void => void (this.paused = false)
    readonly destroy = (): void => void (this.destroyed = true)

    receive(bytes: Uint8Array): void {
        this.emit("data", Buffer.from(Uint8Array.from(bytes).buffer))
    }
}

class Bench {
    readonly socket = new TestSocket()
    port: MessagePort | undefined
    readonly peer = new Peer(
        this.socket as unknown as Socket,
        "here",
        fixedIdentity(KEY, count => new Uint8Array(count).fill(9)),
        {
            onBytes: () => undefined,
            onOpen: ({ port }) => void (this.port = port),
            onEnd: () => undefined,
            onError: error => {
                throw error
            },
        }
    )
    readonly cart = new TestPeer(bytes => this.socket.receive(bytes), { key: KEY })

    constructor() {
        this.socket.write = bytes => void this.toCart.push(Uint8Array.from(bytes))
    }
    private readonly toCart: Uint8Array[] = []

    async open(): Promise<this> {
        if (!this.peer.isGreeted) this.cart.hello()
        while (!this.peer.isOpen) {
            for (const bytes of this.toCart.splice(0)) this.cart.receive(bytes)
            await new Promise(resolve => setTimeout(resolve, 1))
        }
        return this
    }

    close(): void {
        this.socket.emit("close")
        this.port?.close()
    }

    /** Whether it is late after so long a time, and a millisecond later. */
    lateAround(ms: number): boolean[] {
        return [ms, ms + 1].map(after => this.peer.isLate(nowMs + after))
    }
}

let nowMs = 0

const test = suite("a connection in the link's thread")
// While this suite runs: other files are loaded before it, and run after it.
let stopClock: (() => void) | undefined
test.before(() => {
    const clock = mock.method(performance, "now", () => nowMs)
    stopClock = () => clock.mock.restore()
})
test.after(() => stopClock?.())

test("is late when its hello, its proof or its next bytes take too long", async () => {
    const bench = new Bench()
    assert.equal(bench.lateAround(GREETING_MS), [false, true])
    nowMs += 900
    bench.cart.hello()
    assert.ok(bench.peer.isGreeted && !bench.peer.isOpen)
    assert.equal(bench.lateAround(PROOF_MS), [false, true])
    nowMs += 1900
    await bench.open()
    assert.equal(bench.lateAround(SILENCE_MS), [false, true])
    nowMs += 2900
    bench.cart.burst({ type: 99 }, new Uint8Array(0))
    assert.equal(bench.lateAround(SILENCE_MS), [false, true])
    bench.close()
})

test("is not late while nothing is read from it, as its receiver takes nothing", async () => {
    const bench = await new Bench().open()
    const piece = Buffer.alloc(1 << 20)
    let sent = 0
    for (; !bench.socket.paused; sent += piece.length) bench.socket.receive(piece)
    assert.ok(sent > CREDIT_WINDOW)
    nowMs += 100 * SILENCE_MS
    assert.not(bench.peer.isLate(nowMs))
    // Most of it is taken; then it has the usual time again.
    bench.port!.postMessage({ kind: "taken", bytes: sent - piece.length, consumed: 0 })
    while (bench.socket.paused) await new Promise(resolve => setImmediate(resolve))
    assert.equal(bench.lateAround(SILENCE_MS), [false, true])
    bench.close()
})

test("is cut soon when the client that was refused does not close it", async () => {
    const bench = new Bench()
    const waits = mock.method(globalThis, "setTimeout", (action: () => void) => {
        action()
        return { unref: () => undefined }
    })
    bench.peer.rejectLate()
    waits.mock.restore()
    assert.is(bench.peer.closing!.reason, REJECT_LATE)
    assert.ok(bench.socket.destroyed)
    assert.not(bench.peer.isLate(nowMs + SILENCE_MS), "it is told once")
    bench.close()
})

test("is refused when it sends much before it has proven to be a cart", () => {
    const bench = new Bench()
    bench.socket.receive(new Uint8Array(1000))
    assert.is(bench.peer.closing, undefined)
    bench.socket.receive(new Uint8Array(100))
    assert.is(bench.peer.closing!.reason, REJECT_OVERSIZE)
    bench.close()
})

test("is cut when the client reads nothing of what it is sent", async () => {
    const bench = await new Bench().open()
    bench.socket.writableLength = 1 << 18
    bench.peer.ping(nowMs)
    assert.not(bench.socket.destroyed)
    bench.socket.writableLength++
    bench.peer.ping(nowMs)
    assert.ok(bench.socket.destroyed)
    bench.close()
})

test.run()
