// Responsible for: what the firmware really holds of its VM's heap, garbage left out, at a moment of a run.
// Not for: reading the heap (boards/virtual/vm/vm-heap.ts), or limits.

import type { HeapUse } from "../../boards/virtual/vm/vm-heap"
import type { BenchCart } from "./bench-cart"

/** So many loops that each part of the program comes to rest at the same time once: control loop and pump have periods of their own. */
const WATCH_US = 200_000

/** Least and most that it holds within some loops. Only what comes next to a collection counts, so this is slow. */
export interface LiveHeap {
    readonly leastBytes: number
    readonly mostBytes: number
    /** Free when it held most. */
    readonly spareBytes: number
}

export async function liveHeap(bench: BenchCart): Promise<LiveHeap> {
    const { board, clock } = bench.cart
    const heap = board.heap
    let use: HeapUse | undefined = heap?.use()
    if (!heap || !use) throw new Error("no program is loaded")
    let [least, most] = [Infinity, 0]
    heap.collectAlways(true)
    // What was garbage before is gone after the first allocation.
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
        leastBytes: least,
        mostBytes: most,
        spareBytes: use.sizeBytes - most,
    }
}
