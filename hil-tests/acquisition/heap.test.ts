// The firmware's heap over a long pullback: it must not grow with the number of bursts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { HeapKind } from "../../boards/virtual/vm/vm-heap"
import * as machine from "../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { dataPathHeap } from "../bench/data-path"
import { liveHeap } from "../support/carts/live-heap"

const test = suite("the firmware's heap")

/** 7,680 lines/s make about 140 bursts per second. */
const FIRST = 1000
const LAST = 10_000

test("does not grow from 1,000 to 10,000 bursts", async () => {
    const bench = await BenchCart.boot({ ...REQUEST, lengthMm: 80 }, EVEN_SLED)
    await bench.home()
    await bench.pull()
    const { receiver } = bench.cart
    const after = async (bursts: number) => {
        await bench.cart.until(() => receiver.lineBursts.length >= bursts, bench.nowUs + 90e6)
        assert.ok(receiver.lineBursts.length >= bursts)
        return liveHeap(bench)
    }
    const first = await after(FIRST)
    const last = await after(LAST)
    assert.is(bench.stateNow, machine.STATE_PULLING)
    console.log(`${last.minBytes} to ${last.maxBytes} B in use, ${last.freeBytes} B free`)
    // One smallest allocation, 8 bytes; a leak of one per burst would be 72 kB.
    const growth = last.minBytes - first.minBytes
    assert.ok(growth <= 8, `${growth} bytes more`)
    bench.cart.board.stopVm()
})

// Measured without the virtual board's buses: they answer with packets, which real hardware does
// not do.
test("the data path alone: 10,000 bursts leave no live memory; the garbage per burst is call frames and the tag's 32 bytes", async () => {
    const { first, last, bursts, garbage } = await dataPathHeap()
    const { kinds } = garbage
    const list = [...kinds].map(([kind, n]) => `${n} × ${kind}`).join(", ")
    console.log(
        `${first.minBytes} B in use, ${last.minBytes} B after ${bursts} more bursts; garbage of ${garbage.bursts}: ${list}`
    )
    assert.is(last.minBytes, first.minBytes)
    assert.ok(garbage.bursts > 50, `${garbage.bursts} bursts`)
    const count = (kind: HeapKind): number => kinds.get(kind) ?? 0
    // The native HMAC returns a new buffer; a buffer per block or burst would exceed one per burst.
    assert.ok(count("buffer") <= garbage.bursts, list)
    for (const kind of kinds.keys())
        if (kind !== "buffer" && kind !== "call frame") assert.is(count(kind), 0, list)
})

test.run()
