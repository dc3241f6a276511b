// The connection to one cart, in any thread: its bytes come from the link's thread, and what is sent goes there.

import { type MessagePort, receiveMessageOnPort } from "node:worker_threads"
import type { Closing } from "../closing"
import type { BurstCheck, CartSession } from "../cart-session"
import { RemoteSession } from "./remote-session"
import type { FromCart, ToCart } from "./thread-messages"

export class CartConnection {
    /** Open from the start on. */
    readonly session: CartSession & BurstCheck
    /** Why the session ended, once the connection has ended; undefined where the connection just closed. */
    readonly ended: Promise<Closing | undefined>
    private readonly remote: RemoteSession
    private end!: (closing: Closing | undefined) => void
    private take: ((bytes: Uint8Array) => void) | undefined

    /** @param port of a cart whose session has opened; it may have come through other threads */
    constructor(private readonly port: MessagePort) {
        this.remote = this.session = new RemoteSession(message => port.postMessage(message))
        this.ended = new Promise(resolve => (this.end = resolve))
        // The first message was sent before the port was given away.
        const first = receiveMessageOnPort(port)?.message as FromCart | undefined
        if (first?.kind === "opened") this.remote.opened(first)
        // Also when the link's thread has ended.
        port.on("close", () => this.lost())
    }

    /** Gets all bytes of the cart, from its hello on; they begin to flow once this is set. */
    set onBytes(take: (bytes: Uint8Array) => void) {
        if (!this.take) this.port.on("message", (message: FromCart) => this.receive(message))
        this.take = take
    }

    /** Ends the connection once everything is sent. */
    close(): void {
        this.post({ kind: "close", atOnce: false })
    }

    /** Cuts the connection at once. */
    cut(): void {
        this.post({ kind: "close", atOnce: true })
    }

    private receive(message: FromCart): void {
        if (message.kind === "bytes") {
            const { bytes, trusts, isOpen } = message
            this.remote.pass(bytes, trusts, isOpen, () => this.take!(bytes))
        } else if (message.kind === "ended") {
            this.remote.ended(message.trusts)
            this.end(message.closing)
            this.port.close()
        }
    }

    private lost(): void {
        this.remote.ended(new Uint8Array(0))
        this.end(undefined)
    }

    private post(message: ToCart): void {
        this.port.postMessage(message)
    }
}
