// Prints the held and free heap of both cart programs after boot, while imaging and after 10,000
// bursts.

import * as machine from "../../src/shared/cart-machine"
import { LINE_ENGINE_PROGRAM, UN0RICK_PROGRAM } from "../../src/shared/programs"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { liveHeap } from "../support/carts/live-heap"

const BURSTS = 10_000
/**
 * At these rates 10,000 bursts take one minute (line engine) and two minutes (un0rick) of cart
 * time.
 */
const CARTS = [
    [LINE_ENGINE_PROGRAM, REQUEST],
    [UN0RICK_PROGRAM, { ...REQUEST, catheterId: "single-un0rick", frameRateHz: 8 }],
] as const

/**
 * Prints the held bytes (without garbage) and the free bytes of the 64 kB VM heap for each program.
 */
export async function printHeap(): Promise<void> {
    console.log(
        `${"VM heap of 64 kB".padEnd(52)}${"held, B".padStart(10)}${"free, B".padStart(10)}`
    )
    for (const [program, request] of CARTS) {
        const bench = await BenchCart.boot(request, EVEN_SLED)
        const print = async (when: string): Promise<void> => {
            const { maxBytes, freeBytes } = await liveHeap(bench)
            const figures = [maxBytes, freeBytes].map(n => n.toLocaleString("en-US").padStart(10))
            console.log(`${program.source}, ${when}`.padEnd(52) + figures.join(""))
        }
        await bench.reach(machine.STATE_UNHOMED)
        await print("after boot, not homed")
        await bench.home()
        await bench.pullTo(machine.STATE_LIVE)
        await bench.wait(300)
        await print("live")
        const { receiver, board } = bench.cart
        const { lineBursts } = receiver
        const allocations = (): number => board.heap!.use()!.allocations
        const before = allocations()
        const enough = lineBursts.length + BURSTS
        if (!(await bench.cart.until(() => lineBursts.length >= enough, bench.nowUs + 600e6)))
            throw new Error(`${program.source} sent fewer than ${BURSTS} bursts in 600 s.`)
        const perBurst = (allocations() - before) / BURSTS
        await print(`live, ${BURSTS.toLocaleString("en-US")} bursts later`)
        console.log(
            `  allocations per burst, with control loop and virtual buses: ${perBurst.toFixed(0)}`
        )
        board.stopVm()
    }
}
