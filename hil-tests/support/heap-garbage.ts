// Responsible for: what garbage a program leaves on its VM's heap in a stretch of a run, by kind.
// Not for: what it holds (live-heap.ts), or limits.

import type { HeapKind } from "../../boards/virtual/vm/vm-heap"
import type { BenchCart } from "./bench-cart"

/** A collection frees a quarter of 64 kB or so; between two of them the program itself gives back far less at once. */
const COLLECTION_BYTES = 4096

/** Blocks of each kind that were left, and what the counts are of. */
export interface Garbage {
    readonly kinds: ReadonlyMap<HeapKind, number>
    readonly bytes: number
    readonly collections: number
    readonly allocations: number
    readonly bursts: number
}

/**
 * Looks at the heap after every alarm of the clock. What comes and goes between two looks, as the frame of a call
 * does that has returned, is not garbage; a look that a collection fell into is left out.
 */
export async function garbageOf(bench: BenchCart, us: number): Promise<Garbage> {
    const { board, receiver } = bench.cart
    const heap = board.heap!
    const kinds = new Map<HeapKind, number>()
    const firstBurst = receiver.lineBursts.length
    const first = heap.use()!
    let [last, before, bytes, collections] = [first, heap.kinds(), 0, 0]
    await bench.cart.until(() => {
        const now = heap.use()!
        if (now.allocations === last.allocations) return false
        const after = heap.kinds()
        const more = now.usedBytes - last.usedBytes
        if (more < -COLLECTION_BYTES) collections++
        else {
            bytes += more
            for (const [kind, count] of after)
                kinds.set(kind, (kinds.get(kind) ?? 0) + count - (before.get(kind) ?? 0))
        }
        last = now
        before = after
        return false
    }, bench.nowUs + us)
    return {
        kinds,
        bytes,
        collections,
        allocations: last.allocations - first.allocations,
        bursts: receiver.lineBursts.length - firstBurst,
    }
}
