// Switches on every virtual board of this process with the settings of a calibrated one, as a real board that was used before.

import { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { BenchCart } from "../carts/bench-cart"

/** Calibrates a board once; later ones of the same seed have its sled, so that they need no calibration. */
export async function keepCalibration(): Promise<void> {
    const bench = await BenchCart.boot()
    await bench.home()
    await bench.calibrate()
    const { board } = bench.cart
    board.stopVm()
    const settings = Uint8Array.from(board.settings)
    const boot = VirtualBoard.boot.bind(VirtualBoard)
    VirtualBoard.boot = options => boot({ settings, ...options })
}
