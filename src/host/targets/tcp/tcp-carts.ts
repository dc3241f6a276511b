// The real cart of a command: this host listens for it from the beginning to the end of the command, and it may connect again.

import { Interrupted, RunError } from "../../errors"
import { CartConnection } from "../../link/thread/cart-connection"
import { type Link, openLink } from "../../link/thread/open-link"
import type { TlsIdentity } from "../../link/thread/tcp-server"
import type { RefusedPeer } from "../../link/thread/thread-messages"
import { closingText } from "../closing-text"

/** Time for a cart to brake and to report it; from 10 mm/s it takes 0.2 s. */
export const STOP_LIMIT_MS = 3000

/** A real cart over TCP: this host listens, and the cart connects. */
export interface TcpTarget {
    readonly kind: "tcp"
    /** Address of the cart; connections from others are closed. */
    readonly host: string
    /** Port on this host; 0 takes any free one. */
    readonly port: number
    /** Left out, a link without TLS. */
    readonly tls?: TlsIdentity | undefined
    /** Whether a cart without a key is accepted: on a lab bench only. */
    readonly insecure: boolean
    /** Folder of the keys that this host shares with its carts. */
    readonly keys: string
}

interface Waiting {
    take(cart: CartConnection): void
    refuse(error: RunError): void
}

export class TcpCarts {
    private link!: Link
    /** The cart that has connected while nobody waited for it. */
    private arrived: CartConnection | undefined
    private waiting: Waiting | undefined
    /** A client without a hello is reported once: it tries again every second, if it is a cart. */
    private isSilentReported = false

    private constructor(
        private readonly host: string,
        private readonly report: (line: string) => void
    ) {}

    /** @throws RunError when the port cannot be opened */
    static async open(target: TcpTarget, report: (line: string) => void): Promise<TcpCarts> {
        const { host, port, tls, insecure, keys } = target
        const carts = new TcpCarts(host, report)
        carts.link = await openLink({
            ...{ port, tls, insecure, keys, from: host, report },
            onCart: cart => carts.takeCart(new CartConnection(cart.port)),
            onRefused: peer => carts.refuse(peer),
        })
        return carts
    }

    /**
     * Waits until the cart has connected, and its session has opened.
     * @param waitS time limit; left out, none
     * @param cancelled rejects when the user does not want to wait any longer
     * @throws RunError when the cart does not connect in time, or is refused
     */
    async next(waitS = Infinity, cancelled?: Promise<never>): Promise<CartConnection> {
        const { host, link, arrived } = this
        this.arrived = undefined
        if (arrived) return arrived
        this.report(`waiting for the cart at ${host} on port ${link.port}`)
        const cart = new Promise<CartConnection>((take, refuse) => {
            this.waiting = { take, refuse }
        })
        let timer: NodeJS.Timeout | undefined
        const timeout = new Promise<never>((_, reject) => {
            if (waitS === Infinity) return
            const sentence = `No cart at ${host} connected within ${waitS} s; check its supply and network, and that its host setting names this machine and port ${link.port}.`
            timer = setTimeout(() => reject(new RunError(sentence)), waitS * 1000)
        })
        try {
            return await Promise.race([cart, timeout, ...(cancelled ? [cancelled] : [])])
        } finally {
            clearTimeout(timer)
            this.waiting = undefined
        }
    }

    /** Stops listening; a cart without its host stops by itself. */
    close(): Promise<void> {
        return this.link.close()
    }

    private takeCart(cart: CartConnection): void {
        if (this.waiting) this.waiting.take(cart)
        else this.arrived = cart
    }

    private refuse({ closing, boardId }: RefusedPeer): void {
        // Whoever has sent no hello is no cart.
        if (closing && boardId !== undefined)
            return this.waiting?.refuse(new RunError(closingText(closing)))
        if (!this.waiting || this.isSilentReported) return
        this.isSilentReported = true
        this.report(
            `A client at ${this.host} connected and sent no hello; check that the cart runs this project's firmware.`
        )
    }
}

/** @returns a promise that rejects once `stop` is aborted */
export function rejectsOn(stop: AbortSignal): Promise<never> {
    const cancelled = new Promise<never>((_, reject) => {
        const cancel = (): void =>
            reject(new Interrupted("The command was ended before a cart had connected."))
        if (stop.aborted) cancel()
        else stop.addEventListener("abort", cancel)
    })
    // Avoids an unhandled rejection while nothing awaits it.
    cancelled.catch(() => undefined)
    return cancelled
}
