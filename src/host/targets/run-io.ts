// What a run gives to and takes from its caller while it lasts.

import type { Progress, TakeBytes } from "../run/run-target"

export interface RunIo {
    readonly progress: Progress
    /** Takes the bytes from the board as they are received. */
    readonly onBytes?: TakeBytes
    /** When aborted, the cart is stopped, and the run ends once the cart reports standstill. */
    readonly stop?: AbortSignal
}
