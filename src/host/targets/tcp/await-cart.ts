// Waits for one real cart to connect over TCP.

import type { Socket } from "node:net"
import { Interrupted, RunError } from "../../errors"
import type { HostIdentity } from "../../link/host-identity"
import { linkServer, listen, type TlsIdentity } from "./link-server"

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
    readonly identity: HostIdentity
}

/**
 * Listens until the cart has connected.
 * @param waitS time limit; left out, none
 * @param cancelled rejects when the user does not want to wait any longer
 * @throws RunError when the port cannot be opened or the cart does not connect in time
 */
export async function awaitCart(
    { host, port, tls }: TcpTarget,
    report: (line: string) => void,
    waitS = Infinity,
    cancelled?: Promise<never>
): Promise<Socket> {
    let connected: (socket: Socket) => void
    const cart = new Promise<Socket>(resolve => (connected = resolve))
    const server = linkServer(
        tls,
        socket => {
            const from = socket.remoteAddress?.replace(/^::ffff:/, "")
            if (from === host) connected(socket)
            else socket.destroy()
        },
        report
    )
    const bound = await listen(server, port)
    report(`waiting for the cart at ${host} on port ${bound}`)
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_, reject) => {
        if (waitS === Infinity) return
        const sentence = `No cart at ${host} connected within ${waitS} s; check its supply and network, and that its host setting names this machine and port ${bound}.`
        timer = setTimeout(() => reject(new RunError(sentence)), waitS * 1000)
    })
    try {
        return await Promise.race([cart, timeout, ...(cancelled ? [cancelled] : [])])
    } finally {
        clearTimeout(timer)
        server.close()
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
