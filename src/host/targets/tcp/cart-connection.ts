// The session with one cart that has connected over TCP.

import type { Socket } from "node:net"
import { REJECT_LATE } from "../../../shared/codes"
import type { Closing } from "../../link/closing"
import { type ForeignHello, foreignHello } from "../../link/foreign-hello"
import type { HostIdentity } from "../../link/host-identity"
import { HostSession, PING_INTERVAL_US, PROOF_DELAY_US } from "../../link/host-session"
import type { RunReceiver } from "../../run/run-receiver"
import type { TakeBytes } from "../../run/run-target"

/** A cart sends its status ten times a second; one that sends nothing for this long is gone. */
export const SILENCE_MS = 3000
/** The hello of every firmware version is shorter. */
const GREETING_BYTES = 320
/** Time for the last message to be sent before the connection is cut. */
const LINGER_MS = 500

/**
 * Attends one connected cart: bytes in, messages out. The session ends when the cart closes it, when either side refuses,
 * or when the cart falls silent.
 * @param make gets the session and returns the receiver of its bytes
 * @returns a promise of why the session ended; undefined where the connection just closed
 */
export function attendCart(
    socket: Socket,
    identity: HostIdentity,
    make: (session: HostSession) => {
        receiver: RunReceiver
        onBytes?: TakeBytes
    }
): { ended: Promise<Closing | undefined> } {
    socket.setNoDelay(true)
    let closing: Closing | undefined
    let first = Buffer.alloc(0)
    let foreign: ForeignHello | undefined
    let receivedMs = performance.now()
    const session = new HostSession(
        bytes => void socket.write(bytes),
        identity,
        (reason, by) => {
            closing = { reason, by }
            socket.end()
            setTimeout(() => socket.destroy(), LINGER_MS)
        },
        action => void setTimeout(action, PROOF_DELAY_US / 1000)
    )
    const { receiver, onBytes } = make(session)
    const pinging = setInterval(() => {
        const nowMs = performance.now()
        session.ping(nowMs * 1000)
        if (nowMs - receivedMs > SILENCE_MS) session.reject(REJECT_LATE)
    }, PING_INTERVAL_US / 1000)
    const ended = new Promise<Closing | undefined>(resolve => {
        socket.on("data", bytes => {
            // A client that has not proven to be a cart does not stay connected by sending.
            if (session.isOpen) receivedMs = performance.now()
            // The hello of another firmware version is recognised, to name it in the refusal.
            if (!receiver.hello && first.length <= GREETING_BYTES) {
                first = Buffer.concat([first, bytes])
                foreign = foreignHello(first)
                if (foreign) session.reject(foreign.reason)
            }
            onBytes?.(bytes)
            receiver.push(bytes)
        })
        socket.on("error", () => socket.destroy())
        socket.on("close", () => {
            clearInterval(pinging)
            session.connectionLost()
            receiver.finish()
            resolve(closing && { ...closing, hello: receiver.hello ?? foreign })
        })
    })
    return { ended }
}
