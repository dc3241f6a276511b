// The thread of a cart that does what a test asks for, and nothing else.

import { parentPort, workerData } from "node:worker_threads"
import type { CartTask, FromCart, ToCart } from "../cart-messages"

/** What it sends when it gets a connection. */
export type Obedience = CartTask & { readonly sends: readonly FromCart[] }

if (parentPort) {
    const { sends } = (workerData as { data: Obedience }).data
    const main = parentPort
    const tell = (message: FromCart): void => main.postMessage(message)
    main.on("message", (message: ToCart) => {
        if (message.kind === "cart") for (const one of sends) tell(one)
        else if (message.kind === "yes") tell({ kind: "left" })
        else if (message.kind === "close") main.close()
        else {
            // The main thread waits for it.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
            Atomics.store(message.done, 0, 1)
            Atomics.notify(message.done, 0)
        }
    })
}
