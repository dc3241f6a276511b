// Responsible for: records of other lengths than 256 codes through firmware and link: every line, every CRC, the heap.
// Not for: what element data show (channel-data-pullback.test.ts), rotors (rotor.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { LINE_HEADER_LENGTH, PAIRS_RECIPROCAL_14 } from "../../src/shared/acquisition/line-record"
import { catheterFor } from "../../src/host/sequence/pullback-request"
import { type PullbackRequest } from "../../src/host/sequence/pullback-request"
import { lineLength } from "../../src/shared/acquisition/sequence"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/bench-cart"
import { liveHeap } from "../support/live-heap"

const test = suite("records of any length")

const SHORT = { ...REQUEST, lengthMm: 1, speedMmPerS: 2 }
const ELEMENTS: PullbackRequest = {
    ...SHORT,
    frameRateHz: 2.2,
    channelDataPairs: { list: PAIRS_RECIPROCAL_14 },
}

/** Pulls, and holds what fired, was sent and came against each other. */
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
    await bench.ask(machine.COMMAND_RETURN)
    await bench.reach(machine.STATE_READY)
    return counts.received
}

test("224 samples: a rotor of 60 MHz is pulled whole", async () => {
    const request = { ...SHORT, catheterId: "rotational-60mhz" }
    const bench = await BenchCart.boot(request, EVEN_SLED)
    await bench.home()
    await pulled(bench, request)
    const { description } = bench.cart.receiver
    assert.is(description?.samples_per_line, 224)
    assert.is(description?.record_length, LINE_HEADER_LENGTH + 224 + 4)
    // Two blocks of 16 lines. Fewer go at a change of speed, at the end, and at the very first if the pump has found nothing to
    // send for as long as it lets lines wait; that is a matter of phase.
    const sizes = bench.cart.receiver.lineBursts.map(b => b.lines)
    assert.is(Math.max(...sizes), 32)
    assert.ok(sizes.filter(lines => lines < 32).length <= 3 * 32)
})

test("A-lines and element data in turn: all lines of both, and no memory is lost", async () => {
    const bench = await BenchCart.boot(SHORT, EVEN_SLED)
    await bench.home()
    await pulled(bench, SHORT)
    const first = await liveHeap(bench)
    for (let i = 0; i < 3; i++) {
        await pulled(bench, ELEMENTS)
        await pulled(bench, SHORT)
    }
    const last = await liveHeap(bench)
    console.log(
        `${first.leastBytes} B held at first, ${last.leastBytes} B after, ${last.spareBytes} B spare`
    )
    assert.ok(Math.abs(last.leastBytes - first.leastBytes) <= 64)
})

test.run()
