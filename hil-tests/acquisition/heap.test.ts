// Responsible for: the firmware's heap over a long pullback: it must not grow with what was sent.
// Not for: how much of it there is (bench/bench.ts prints it).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { HeapKind } from "../../boards/virtual/vm/vm-heap"
import * as machine from "../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/bench-cart"
import { dataPathHeap } from "../bench/data-path"
import { liveHeap } from "../support/live-heap"

const test = suite("the firmware's heap")

/** Some 140 bursts a second come of 7,680 lines. */
const FIRST = 1000
const LAST = 10_000

test("holds after 10,000 bursts what it held after 1,000", async () => {
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
    console.log(`${last.leastBytes} to ${last.mostBytes} B held, ${last.spareBytes} B spare`)
    // One smallest allocation, 8 bytes, in all: one that stays for each burst would be 72 kB.
    const grown = last.leastBytes - first.leastBytes
    assert.ok(grown <= 8, `${grown} bytes more`)
    bench.cart.board.stopVm()
})

// The buses of the virtual board bring their answers as packets, which metal does not: they are left out here.
test("of the data path alone, 10,000 bursts leave nothing; the garbage of one is frames of calls and the tag's 32 bytes", async () => {
    const { first, last, bursts, garbage } = await dataPathHeap()
    const { kinds } = garbage
    const told = [...kinds].map(([kind, n]) => `${n} × ${kind}`).join(", ")
    console.log(
        `${first.leastBytes} B held, ${last.leastBytes} B after ${bursts} bursts more; garbage of ${garbage.bursts}: ${told}`
    )
    assert.is(last.leastBytes, first.leastBytes)
    assert.ok(garbage.bursts > 50, `${garbage.bursts} bursts`)
    const count = (kind: HeapKind): number => kinds.get(kind) ?? 0
    // The native HMAC hands over a new buffer; a block or a burst in one of its own would be more than one a burst.
    assert.ok(count("buffer") <= garbage.bursts, told)
    for (const kind of kinds.keys())
        if (kind !== "buffer" && kind !== "call frame") assert.is(count(kind), 0, told)
})

test.run()
