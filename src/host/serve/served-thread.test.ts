// The main thread's side of the thread of a cart: its questions, its silence, and how it ends.

import { MessageChannel } from "node:worker_threads"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { FromCart } from "./cart-messages"
import type { Notice } from "./notice"
import { ServedThread, SILENT_MS } from "./served-thread"
import type { Obedience } from "./testing/obedient-cart-thread"

const PROGRAM = new URL("testing/obedient-cart-thread.ts", import.meta.url).href
const TASK: Omit<Obedience, "sends"> = {
    ...{ boardId: "0000000200000001", runs: "", references: "", bedside: false },
    ...{ onDiskFull: "stop", verbose: false, asks: true },
}

class Bench {
    nowMs = 0
    readonly told: Notice[] = []
    /** Questions that are open, with their answers. */
    readonly open = new Map<string, () => void>()
    readonly events: string[] = []
    private notify = (): void => undefined
    readonly thread: ServedThread

    /** @param sends what the thread sends when {@link connect} is called */
    constructor(...sends: readonly FromCart[]) {
        benches.push(this)
        this.thread = new ServedThread({
            ...{ task: { ...TASK, sends } as Obedience, program: PROGRAM },
            ...{ nowMs: () => this.nowMs, log: () => undefined },
            say: notice => this.changed(() => this.told.push(notice)),
            ask: (what, _question, yes) => {
                this.changed(() => this.open.set(what, yes))
                return () => this.changed(() => this.open.delete(what))
            },
            events: {
                onLeft: () => this.changed(() => this.events.push("left")),
                onFailed: () => this.changed(() => this.events.push("failed")),
            },
        })
    }

    connect(): this {
        this.thread.give(new MessageChannel().port1)
        return this
    }

    async until(isReached: () => boolean): Promise<void> {
        while (!isReached()) await new Promise<void>(resolve => (this.notify = resolve))
    }

    private changed(change: () => void): void {
        change()
        this.notify()
    }
}

const benches: Bench[] = []

const asks = (question: number, what: string): FromCart => ({
    ...{ kind: "ask", question, what, text: "Yes?" },
})

const test = suite("the thread of a served cart")
// A thread that a failed test leaves would keep this program from ending.
test.after.each(async () => {
    for (const { thread } of benches.splice(0)) await thread.end()
})

test("its questions are asked and taken back, an answer goes to it, none stays when it ends", async () => {
    const bench = new Bench(asks(1, "one"), asks(2, "two"), { kind: "take back", question: 1 })
    await bench.connect().until(() => bench.open.has("two") && !bench.open.has("one"))
    bench.open.get("two")!()
    await bench.until(() => bench.events.includes("left"))
    bench.connect()
    await bench.until(() => bench.open.has("one"))
    await bench.thread.close()
    assert.equal([...bench.open.keys()], [])
    assert.equal(bench.events, ["left"])
})

test("is named once when it does not report, ended after a minute, and its run is then named", async () => {
    const bench = new Bench({ kind: "left" })
    await bench.connect().until(() => bench.events.includes("left"))
    bench.nowMs = SILENT_MS
    bench.thread.check()
    assert.equal([bench.thread.isSilent, bench.told], [false, []])
    bench.nowMs = 60_000
    for (let n = 0; n < 3; n++) bench.thread.check()
    assert.equal(
        bench.told.map(({ text }) => text),
        ["its thread has not reported for 10 s"]
    )
    assert.ok(bench.thread.isSilent)
    bench.nowMs++
    bench.thread.check()
    await bench.until(() => bench.events.includes("failed"))
    assert.match(bench.told.at(-1)!.text, /^its thread has failed \(it ended by itself\); the cart/)
})

test("the program waits for what it brings to the disk before an exit, but not for ever", async () => {
    const bench = new Bench({ kind: "left" })
    await bench.connect().until(() => bench.events.includes("left"))
    const fromMs = performance.now()
    bench.thread.drop(5000)
    const waitedMs = performance.now() - fromMs
    assert.ok(waitedMs >= 49 && waitedMs < 5000, `${waitedMs} ms`)
    bench.thread.drop(1)
    await bench.thread.end()
    assert.equal(bench.events, ["left"])
})

test.run()
