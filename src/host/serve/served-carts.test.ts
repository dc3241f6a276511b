// Threads of carts: one each, kept while the cart is away for a short time, never more than 16, counts kept over failures.

import { MessageChannel } from "node:worker_threads"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { CartFigures } from "./cart-messages"
import { CARTS_MAX, type CartThread, ServedCarts } from "./served-carts"
import type { ThreadEvents } from "./served-thread"

const test = suite("served carts")

const FIGURES: CartFigures = {
    ...{ state: "ready", control: "nobody", catheter: null, alarms: [], isInsecure: false },
    ...{ run: null, lastRun: null, resultsInProgress: false, liveUrl: null, reviewUrl: null },
    ...{ runsEnded: { complete: 1 }, bytes: 1000, linesReceived: 90, linesMissing: 10 },
    ...{ delayMs: 3, heapBytes: 5e7 },
}

class TestThread implements CartThread {
    figures: CartFigures | undefined = FIGURES
    isSilent = false
    given = 0
    hasEnded = false
    constructor(readonly events: ThreadEvents) {}
    give(): void {
        this.given++
    }
    checked = 0
    check(): void {
        this.checked++
    }
    drop(limitMs: number): void {
        this.onDrop(limitMs)
    }
    onDrop: (limitMs: number) => void = () => undefined
    close(): Promise<void> {
        return this.end()
    }
    end(): Promise<void> {
        this.hasEnded = true
        return Promise.resolve()
    }
}

class Bench {
    nowMs = 0
    readonly started: { board: string; thread: TestThread }[] = []
    readonly carts = new ServedCarts({
        start: (board, events) => {
            const thread = new TestThread(events)
            this.started.push({ board, thread })
            return thread
        },
        dateMs: () => 1e12 + this.nowMs,
        nowMs: () => this.nowMs,
    })

    connect(board: string): boolean {
        const { port1 } = new MessageChannel()
        const isServed = this.carts.connected(board, "10.0.0.1", port1)
        port1.close()
        return isServed
    }

    /** The thread that was started last. */
    get last(): TestThread {
        return this.started.at(-1)!.thread
    }
}

test("a cart that connects again has its thread, until it has been away for ten minutes", () => {
    const bench = new Bench()
    bench.connect("a")
    bench.last.events.onLeft()
    bench.nowMs = 599_000
    bench.carts.check()
    bench.connect("a")
    assert.equal([bench.started.length, bench.last.given], [1, 2])
    bench.nowMs = 2e6
    bench.carts.check()
    assert.not(bench.last.hasEnded, "it is connected")
    bench.last.events.onLeft()
    bench.nowMs += 601_000
    bench.last.figures = { ...FIGURES, resultsInProgress: true }
    bench.carts.check()
    assert.not(bench.last.hasEnded, "results are being made")
    bench.last.figures = FIGURES
    bench.carts.check()
    assert.ok(bench.last.hasEnded)
    bench.connect("a")
    assert.is(bench.started.length, 2)
})

test("the counts of a cart are those of all its threads, also of one that has failed", () => {
    const bench = new Bench()
    bench.connect("a")
    bench.last.events.onFailed()
    const [failed] = bench.carts.states
    assert.equal([failed!.thread, failed!.threadFailures, failed!.address], ["none", 1, null])
    bench.connect("a")
    const [cart] = bench.carts.states
    assert.equal(cart!.totals, {
        ...{ runsEnded: { complete: 2 }, bytes: 2000, linesReceived: 180, linesMissing: 20 },
    })
    assert.equal([cart!.thread, cart!.connections, cart!.address], ["running", 2, "10.0.0.1"])
})

test("beyond 16 carts the one that has been away for longest gives its thread up; without one the cart is refused", () => {
    const bench = new Bench()
    for (let n = 0; n < CARTS_MAX; n++) assert.ok(bench.connect(`${n}`))
    assert.not(bench.connect("late"))
    for (const [i, n] of [5, 3].entries()) {
        bench.nowMs = 1000 * i
        bench.started[n]!.thread.events.onLeft()
    }
    assert.ok(bench.connect("late"))
    assert.equal(
        bench.started.filter(({ thread }) => thread.hasEnded).map(({ board }) => board),
        ["5"]
    )
})

test("each thread is checked, and all together have so much time before an exit", () => {
    const bench = new Bench()
    for (const board of ["a", "b", "c"]) bench.connect(board)
    bench.carts.check()
    const limits: number[] = []
    for (const { thread } of bench.started)
        thread.onDrop = limitMs => {
            limits.push(limitMs)
            bench.nowMs += 2000
        }
    bench.carts.drop(3000)
    assert.equal(limits, [3000, 1000, 1])
    assert.ok(bench.started.every(({ thread }) => thread.checked === 1))
})

test("of carts without a thread the first are forgotten: anybody may claim to be another one", () => {
    const bench = new Bench()
    for (let n = 0; n < 100; n++) {
        assert.ok(bench.connect(`${n}`))
        if (n > 0) bench.last.events.onFailed()
    }
    const boards = bench.carts.states.map(({ board }) => board)
    assert.equal([boards.length, boards[0], boards.at(-1)], [64, "0", "99"])
})

test.run()
