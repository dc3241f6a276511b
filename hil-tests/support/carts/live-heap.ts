// Measures the live heap of the firmware, without garbage, at one moment of a run.

import type { HeapUse } from "../../../boards/virtual/vm/vm-heap"
import type { BenchCart } from "./bench-cart"

/**
 * Long enough that control loop and pump, which have different periods, are both idle at least
 * once.
 */
const WATCH_US = 200_000

/**
 * Smallest and largest live heap within some loops. Slow: it collects garbage at every allocation.
 */
export interface LiveHeap {
    readonly minBytes: number
    readonly maxBytes: number
    /** Free bytes at the maximum. */
    readonly freeBytes: number
}

export async function liveHeap(bench: BenchCart): Promise<LiveHeap> {
    const { board, clock } = bench.cart
    const heap = board.heap
    let use: HeapUse | undefined = heap?.use()
    if (!heap || !use) throw new Error("no program is loaded")
    let [least, most] = [Infinity, 0]
    heap.collectAlways(true)
    // The first allocation collects older garbage.
    const before = use.allocations
    const untilUs = clock.nowUs + WATCH_US
    await bench.cart.until(() => {
        use = heap.use()!
        if (use.allocations === before) return false
        least = Math.min(least, use.usedBytes)
        most = Math.max(most, use.usedBytes)
        return false
    }, untilUs)
    heap.collectAlways(false)
    return {
        minBytes: least,
        maxBytes: most,
        freeBytes: use.sizeBytes - most,
    }
}
