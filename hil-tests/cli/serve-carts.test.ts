// `ivus serve` with four carts at once: one is hostile, the thread of one fails, and that of one is slow. The trouble of one is that
// of no other.

import { connect, type Socket } from "node:net"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { TestBoard } from "../../src/host/link/testing/test-board"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { FAILING_BOARD, SLOW_BOARD } from "../../src/host/serve/testing/faulty-cart-thread"
import { SMALL_RUN_LINES, smallRun, wholeSmallRun } from "../support/cli/small-run"
import { BOARDS, KEY, ServingHost, type TestCart } from "../support/cli/serving-host"

const PROGRAM = new URL("../../src/host/serve/testing/faulty-cart-thread.ts", import.meta.url).href
const FAILED = "its thread in the program that received it failed"
const host = await ServingHost.start({ cartProgram: PROGRAM })

const test = suite("ivus serve with four carts")
test.before.each(() => host.beginTest())
test.after(() => host.close())

async function opened(idLow: number): Promise<TestCart> {
    const cart = host.connect({ key: KEY, idLow })
    cart.peer.hello()
    await cart.opened
    return cart
}

/** Connections that never greet, and one that sends noise. */
function hostiles(): Socket[] {
    const sockets = Array.from({ length: 40 }, () => connect(host.port, "127.0.0.1"))
    for (const socket of sockets) socket.on("error", () => undefined)
    sockets[0]!.write(new Uint8Array(300).fill(0x49))
    return sockets
}

test("two carts with troubles of their own and a hostile one: the fourth loses nothing [IVUS-DAT-005]", async () => {
    const strangers = hostiles()
    const [good, failing, slow, hostile] = await Promise.all([1, 2, 3, 4].map(opened))
    // A cart with the right key whose program is broken: noise, then a description that describes nothing.
    hostile!.peer.raw(new Uint8Array(5000).fill(0xa5))
    hostile!.peer.replay(
        new TestBoard().hello().describe({ lines_per_frame: 0, samples_per_line: 0 }).bytes()
    )
    failing!.peer.replay(smallRun(2, SMALL_RUN_LINES / 2).bytes())
    slow!.peer.replay(wholeSmallRun(3))
    good!.peer.replay(wholeSmallRun(1))
    await host.waitFor(new RegExp(`^cart ${BOARDS[0]}: .* files in `, "ms"))
    await host.waitFor(new RegExp(`^cart ${BOARDS[2]}: .* files in `, "ms"))
    const failed = await host.waitFor(/its thread has failed/)
    assert.match(
        failed,
        /^cart 0000000200000002: its thread has failed \(internal error: broken on purpose\); what was received of its run is kept in /
    )
    // Its session has ended, and the cart stops by itself.
    await failing!.ended
    const records = host.folders.map(name => ({ name, record: host.record(name) }))
    assert.is(records.length, 3)
    for (const { name, record } of records) {
        const receiver = new RunReceiver()
        receiver.push(readFileSync(join(host.runs, name, "capture.ivl")))
        if (record.verdict_reason === FAILED) continue
        assert.ok([BOARDS[0], BOARDS[2]].includes(record.cart!))
        assert.ok(record.files.includes("pullback.dcm"), record.files.join())
        assert.equal([record.lines_fired, record.lines_missing], [SMALL_RUN_LINES, 0])
        assert.is(receiver.assembler!.counts.received, SMALL_RUN_LINES)
    }
    const left = records.filter(({ record }) => record.verdict_reason === FAILED)
    assert.equal(
        [left.length, left[0]!.record.verdict, left[0]!.record.writer],
        [1, "incomplete", undefined]
    )
    assert.match(failed, left[0]!.name)
    for (const { socket } of [good!, slow!, hostile!]) socket.end()
    for (const socket of strangers) socket.destroy()
})

test("a cart whose thread has failed is served by a new one, and the status has told so", async () => {
    const again = await opened(2)
    await host.waitFor(/^cart 0000000200000002: connected from /)
    const { carts } = await host.status()
    const failing = carts.find(({ board }) => board === FAILING_BOARD)!
    assert.equal([failing.thread, failing.thread_failures], ["running", 1])
    const [good, slow] = [BOARDS[0], SLOW_BOARD].map(id => carts.find(c => c.board === id)!)
    for (const { totals, thread_failures } of [good!, slow!]) {
        assert.is(thread_failures, 0)
        assert.equal([totals.lines_received, totals.lines_missing], [SMALL_RUN_LINES, 0])
        assert.is(
            Object.values(totals.runs_ended).reduce((a, b) => a + b, 0),
            1
        )
    }
    const metrics = await (await host.get("metrics")).text()
    for (const line of [
        `ivus_cart_thread_failures_total{board="${FAILING_BOARD}"} 1`,
        `ivus_cart_lines_received_total{board="${SLOW_BOARD}"} ${SMALL_RUN_LINES}`,
    ])
        assert.ok(metrics.split("\n").includes(line), `${line} in\n${metrics}`)
    const health = await host.get("healthz")
    assert.is(health.status, 200, await health.text())
    again.socket.end()
})

test.run()
