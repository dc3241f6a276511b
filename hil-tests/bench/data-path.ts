// Responsible for: the data path alone in the VM (src/firmware/bench/pump.ts), and what its bursts leave on the heap.
// Not for: judging.

import { BenchCart, REQUEST } from "../support/bench-cart"
import { buildBenchProgram } from "../support/bench-program"
import { type Garbage, garbageOf } from "../support/heap-garbage"
import { type LiveHeap, liveHeap } from "../support/live-heap"

const FIRST = 1000
/** So many more show what would stay of each. */
const MORE = 10_000
/** Well within what the host's credit lasts without it, and the silence that the link bears. */
const ALONE_US = 300_000

export interface DataPathHeap {
    readonly first: LiveHeap
    readonly last: LiveHeap
    /** Bursts between the two. */
    readonly bursts: number
    /** Of a stretch in which the host says nothing: its messages make garbage too, which is not the bursts'. */
    readonly garbage: Garbage
}

export async function dataPathHeap(): Promise<DataPathHeap> {
    const bytecodeFile = await buildBenchProgram("pump")
    const bench = await BenchCart.boot(REQUEST, { bytecodeFile })
    const { cart } = bench
    const { lineBursts } = cart.receiver
    const after = async (bursts: number): Promise<LiveHeap> => {
        const came = await cart.until(() => lineBursts.length >= bursts, bench.nowUs + 120e6)
        if (!came) throw new Error(`only ${lineBursts.length} bursts came`)
        return liveHeap(bench)
    }
    const first = await after(FIRST)
    const from = lineBursts.length
    const last = await after(from + MORE)
    const bursts = lineBursts.length - from
    cart.stopPinging()
    // What it had said before is worked off.
    await bench.wait(20)
    const garbage = await garbageOf(bench, ALONE_US)
    cart.board.stopVm()
    return { first, last, bursts, garbage }
}
