// Counts the garbage that a program leaves on the VM's heap during a part of a run, by block type.

import type { HeapKind } from "../../../boards/virtual/vm/vm-heap"
import type { BenchCart } from "./bench-cart"

/**
 * A garbage collection frees about a quarter of 64 kB; the program itself frees far less at a
 * time.
 */
const COLLECTION_BYTES = 4096

/** Blocks of each type left behind, and the totals. */
export interface Garbage {
    readonly kinds: ReadonlyMap<HeapKind, number>
    readonly bytes: number
    readonly collections: number
    readonly allocations: number
    readonly bursts: number
}

/**
 * Reads the heap after every clock alarm. Blocks allocated and freed between two readings (such as
 * the frame of a call that returned) are not counted; an interval with a collection is skipped.
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
