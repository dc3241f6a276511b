// Records of lengths other than 256 codes through firmware and link: every line, every CRC, the
// heap.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { LINE_HEADER_LENGTH, PAIRS_RECIPROCAL_14 } from "../../src/shared/acquisition/line-record"
import { catheterFor } from "../../src/host/sequence/pullback-request"
import { type PullbackRequest } from "../../src/host/sequence/pullback-request"
import { lineLength } from "../../src/shared/acquisition/image-format"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { liveHeap } from "../support/carts/live-heap"

const test = suite("records of any length")

const SHORT = { ...REQUEST, lengthMm: 1, speedMmPerS: 2 }
const CHANNEL_DATA: PullbackRequest = {
    ...SHORT,
    frameRateHz: 2.2,
    channelDataPairs: { list: PAIRS_RECIPROCAL_14 },
}

/** Pulls, and compares what was fired, sent and received. */
async function pulled(bench: BenchCart, request: PullbackRequest): Promise<number> {
    await bench.pull(request)
    const { receiver } = bench.cart
    await bench.reach(machine.STATE_COMPLETED)
    await bench.cart.until(() => bench.ended, bench.nowUs + 2e6)
    const { description, end, assembler, stream } = receiver
    const { counts } = assembler!
    assert.is(description?.record_length, lineLength(catheterFor(request)!))
    assert.is(end?.lines_fired, bench.cart.board.engine.firing.fired)
    assert.is(end?.lines_sent, end?.lines_fired)
    assert.is(counts.received, end?.lines_fired)
    assert.is(counts.missing, 0)
    assert.is(stream.faults.linesDamaged, 0)
    assert.is(stream.faults.burstsMissing, 0)
    assert.ok(assembler!.frames.length > 0)
    await bench.command(machine.COMMAND_RETURN)
    await bench.reach(machine.STATE_READY)
    return counts.received
}

test("224 samples per line: a pullback of a 60 MHz rotor is complete", async () => {
    const request = { ...SHORT, catheterId: "rotational-60mhz" }
    const bench = await BenchCart.boot(request, EVEN_SLED)
    await bench.home()
    await pulled(bench, request)
    const { description } = bench.cart.receiver
    assert.is(description?.samples_per_line, 224)
    assert.is(description?.record_length, LINE_HEADER_LENGTH + 224 + 4)
    // Two blocks of 16 lines. Bursts with fewer are sent at a change of speed, at the end, and
    // possibly at the start, if the pump's waiting time expires first.
    const sizes = bench.cart.receiver.lineBursts.map(b => b.lines)
    assert.is(Math.max(...sizes), 32)
    assert.ok(sizes.filter(lines => lines < 32).length <= 3 * 32)
})

test("A-lines and channel data alternately: all lines of both arrive and no memory leaks", async () => {
    const bench = await BenchCart.boot(SHORT, EVEN_SLED)
    await bench.home()
    await pulled(bench, SHORT)
    const first = await liveHeap(bench)
    for (let i = 0; i < 3; i++) {
        await pulled(bench, CHANNEL_DATA)
        await pulled(bench, SHORT)
    }
    const last = await liveHeap(bench)
    console.log(
        `${first.minBytes} B in use at first, ${last.minBytes} B after, ${last.freeBytes} B free`
    )
    // A number beyond 31 bits is an object of 8 bytes, and about ten counters and clocks pass that size at some time. A leaked
    // buffer is larger.
    assert.ok(Math.abs(last.minBytes - first.minBytes) <= 96)
})

test.run()
