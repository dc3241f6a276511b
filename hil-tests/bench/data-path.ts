// Runs the data path alone in the VM (src/firmware/bench/pump.ts) and measures what its bursts
// leave on the heap.

import { BenchCart, REQUEST } from "../support/carts/bench-cart"
import { buildBenchProgram } from "../support/carts/bench-program"
import { type Garbage, garbageOf } from "../support/carts/heap-garbage"
import { type LiveHeap, liveHeap } from "../support/carts/live-heap"

const FIRST = 1000
/** Number of extra bursts; enough to show a leak. */
const MORE = 10_000
/** Covered by the host's credit, and shorter than the link timeout. */
const ALONE_US = 300_000

export interface DataPathHeap {
    readonly first: LiveHeap
    readonly last: LiveHeap
    /** Bursts between the two. */
    readonly bursts: number
    /** Measured while the host sends nothing, since its messages also make garbage. */
    readonly garbage: Garbage
}

export async function dataPathHeap(): Promise<DataPathHeap> {
    const bytecodeFile = await buildBenchProgram("pump")
    const bench = await BenchCart.boot(REQUEST, { bytecodeFile })
    const { cart } = bench
    const { lineBursts } = cart.receiver
    const after = async (bursts: number): Promise<LiveHeap> => {
        const arrived = await cart.until(() => lineBursts.length >= bursts, bench.nowUs + 120e6)
        if (!arrived) throw new Error(`only ${lineBursts.length} bursts arrived`)
        return liveHeap(bench)
    }
    const first = await after(FIRST)
    const from = lineBursts.length
    const last = await after(from + MORE)
    const bursts = lineBursts.length - from
    cart.stopPinging()
    // Lets the program process the earlier messages.
    await bench.wait(20)
    const garbage = await garbageOf(bench, ALONE_US)
    cart.board.stopVm()
    return { first, last, bursts, garbage }
}
