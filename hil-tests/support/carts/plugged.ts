// Plugs catheters into the line engine of a bench cart.

import type { BenchCart } from "./bench-cart"

export const NONE = { id: "", serial: 0 }
export const UNKNOWN = { id: "array-99mhz", serial: 5 }

export const plug = (bench: BenchCart, catheter: typeof NONE): void =>
    bench.cart.board.engine.plug(catheter)

export const fired = (bench: BenchCart): number => bench.cart.board.transmit.count
