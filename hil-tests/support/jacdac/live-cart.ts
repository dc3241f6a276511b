// A virtual cart that fires or rests, in real time, with its Jacdac bus on a TCP port.

import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serveCable } from "../../../boards/virtual/network/cable-server"
import { RealClock, SYSTEM_CLOCK } from "../../../boards/virtual/vm/real-clock"
import { STATE_LIVE } from "../../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED, REQUEST } from "../carts/bench-cart"

export interface LiveCart {
    readonly bench: BenchCart
    readonly port: number
    /** Resolves when the first program connects. */
    readonly connected: Promise<unknown>
    /** Time stands still between two calls; within one, it follows the real time. */
    run(reached: () => boolean, limitS: number): Promise<boolean>
    stop(): void
}

/**
 * @param port 0 for a free one; left out, that of `devs devtools`
 * @param rests homed, with nobody in control; otherwise the host is in control and fires
 */
export async function liveCart(port?: number, rests = false): Promise<LiveCart> {
    // A busy machine slows the cart's time down instead of making its loop late.
    const clock = new RealClock(SYSTEM_CLOCK, 0)
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, clock })
    await bench.home()
    if (rests) {
        bench.cart.session.giveBackControl()
        await bench.wait(100)
    } else await bench.pullTo(STATE_LIVE)
    const { board } = bench.cart
    const server = await serveCable(board.cable, port)
    return {
        bench,
        port: (server.address() as AddressInfo).port,
        connected: once(server, "connection"),
        run: async (reached, limitS) => {
            clock.begin()
            const done = await clock.run(reached, clock.nowUs + 1e6 * limitS)
            clock.end()
            return done
        },
        stop: () => {
            server.close()
            board.stopVm()
        },
    }
}
