// A virtual cart with its Jacdac bus on port 8082, until Ctrl-C: node --import tsx src/tools/services/virtual-cart.ts [--rest]
// It fires with its host in control; with --rest it is homed and nobody is in control, so that a client can take it.

import { liveCart } from "../../../hil-tests/support/jacdac/live-cart"
import { STATE_NAMES } from "../../shared/cart-machine"

const { bench, port, run } = await liveCart(undefined, process.argv.includes("--rest"))
console.log(`The Jacdac bus of a virtual cart is on port ${port}; Ctrl-C ends it.`)
for (let shown = -1; ;) {
    await run(() => bench.stateNow !== shown, Infinity)
    shown = bench.stateNow!
    console.log(STATE_NAMES[shown])
}
