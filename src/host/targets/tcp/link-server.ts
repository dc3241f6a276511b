// The TCP server that carts connect to, plain or with TLS.

import { type Socket, type Server, createServer } from "node:net"
import { createServer as createTlsServer } from "node:tls"

/** Said wherever the results of such a link are: its lines may be anybody's. */
export const INSECURE = "INSECURE, without a key: lab bench only"

/** What this host shows to a cart that speaks TLS; both PEM. */
export interface TlsIdentity {
    readonly cert: string
    readonly key: string
}

/**
 * A server for carts, plain or with TLS.
 * @param onCart gets each connection once it can carry the link
 * @param tell gets why a handshake failed
 */
export function linkServer(
    tls: TlsIdentity | undefined,
    onCart: (socket: Socket) => void,
    tell: (line: string) => void
): Server {
    if (!tls) return createServer(onCart)
    const server = createTlsServer(
        { ...tls, handshakeTimeout: HANDSHAKE_MS, minVersion: "TLSv1.2" },
        onCart
    )
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
        tell(
            `${socket.remoteAddress ?? "a cart"} did not get through the TLS handshake (${error.code ?? error.message}); does its host setting say tls: true, and does it know who signed this certificate?`
        )
        socket.destroy()
    })
    return server
}
/** Whoever says nothing for so long in a handshake is no cart. */

export const HANDSHAKE_MS = 3000
