// The thread of a cart with faults, for tests: when a run begins, that of one board fails, and that of another does nothing for a while.

import { parentPort, workerData } from "node:worker_threads"
import type { CartTask, FromCart } from "../cart-messages"

export const FAILING_BOARD = "0000000200000002"
export const SLOW_BOARD = "0000000200000003"
/** The bytes of a run wait for so long. */
export const SLOW_MS = 1500

if (parentPort) {
    const { boardId } = (workerData as { data: CartTask }).data
    const main = parentPort
    const send = main.postMessage.bind(main)
    main.postMessage = (message: FromCart) => {
        send(message)
        if (message.kind !== "say" || !message.notice.text.startsWith("a run began")) return
        if (boardId === FAILING_BOARD)
            setImmediate(() => {
                throw new Error("broken on purpose")
            })
        if (boardId === SLOW_BOARD)
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS)
    }
    await import("../cart/cart-thread")
}
