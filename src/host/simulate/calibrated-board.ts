// Calibrates the virtual board of a seed, as an engineer does before a technician gets the cart.

import { allowsAll } from "../run/operator"
import { CalibrationClient } from "../run/calibration-client"
import { QUICK } from "../run/sled-calibration"
import { builtBytecodeOf } from "../targets/virtual/bytecode"
import { VirtualCart } from "../targets/virtual/virtual-cart"
import { silentBoard } from "../targets/virtual/virtual-one-shot"
import { finishedClient } from "../targets/one-shot-client"

/** Homing from the far end, strokes, and homing again, of the cart's time. */
const LIMIT_US = 200e6

/**
 * @returns the settings of a board that has been calibrated and switched off
 * @throws RunError when it cannot be calibrated
 */
export async function calibratedSettings(catheterId: string, seed: number): Promise<Uint8Array> {
    let client!: CalibrationClient
    const cart = await VirtualCart.boot({
        ...silentBoard({ seed }),
        bytecodeFile: builtBytecodeOf(catheterId),
        catheterId,
        listener: ({ session }) => {
            client = new CalibrationClient(session, allowsAll(), QUICK)
            return client.listener
        },
    })
    await cart.until(() => client.done || client.failure !== undefined, LIMIT_US)
    const { settings } = cart.board
    cart.board.stopVm()
    finishedClient(client)
    return settings
}
