// The bytes of a cart to the receiver of a command.

import type { Closing } from "../../link/closing"
import type { CartConnection } from "../../link/thread/cart-connection"
import type { RunReceiver } from "../../run/run-receiver"
import type { TakeBytes } from "../../run/run-target"

/**
 * Passes the bytes of a cart to its receiver until the connection has ended.
 * @param onBytes gets them burst by burst, before the receiver
 * @returns why the session ended; undefined where the connection just closed
 */
export async function receiveFrom(
    connection: CartConnection,
    receiver: RunReceiver,
    onBytes?: TakeBytes
): Promise<Closing | undefined> {
    receiver.record = onBytes
    connection.onBytes = bytes => receiver.push(bytes)
    const closing = await connection.ended
    receiver.finish()
    return closing
}
