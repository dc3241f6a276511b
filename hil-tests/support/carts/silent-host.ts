// A host that says nothing for a while, so that a bedside unit may take control from it.

import { COMMAND_CONTROL } from "../../../src/shared/cart-machine"
import type { RawClient } from "../jacdac/raw-client"
import type { BenchCart } from "./bench-cart"

/** Longest silence of a host, plus the interval of its messages, plus a loop. */
const LOST_MS = 125

/** The host sends no pings meanwhile; its session stays open. */
export async function whileHostIsSilent(bench: BenchCart, act: () => Promise<void>): Promise<void> {
    const { session } = bench.cart
    const { ping } = session
    session.ping = () => undefined
    await bench.wait(LOST_MS)
    await act()
    session.ping = ping
    await bench.wait(50)
}

/** A bedside unit that stays present takes control from the host, which is silent for a moment. */
export async function takeControlFor(unit: RawClient, bench: BenchCart): Promise<void> {
    unit.stayPresent()
    await whileHostIsSilent(bench, async () => {
        unit.command(COMMAND_CONTROL)
        await bench.wait(50)
    })
}
