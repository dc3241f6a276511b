// The TCP server that carts connect to, plain or with TLS.

import { type Socket, type Server, createServer } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { RunError } from "../../errors"

/** The port at which a cart looks for its host unless its settings name another. */
export const DEFAULT_PORT = 7316

/** Added wherever results of a link without a key are shown: anybody may have sent them. */
export const INSECURE = "INSECURE, without a key: lab bench only"

/** Time that a client has for the TLS handshake. */
const HANDSHAKE_MS = 3000

/** Certificate and private key that this host uses for TLS, both PEM. */
export interface TlsIdentity {
    readonly cert: string
    readonly key: string
}

/**
 * Creates a server for carts, plain or with TLS.
 * @param onCart gets each connection once it can carry the link
 * @param report gets the reason of each failed handshake
 */
export function linkServer(
    tls: TlsIdentity | undefined,
    onCart: (socket: Socket) => void,
    report: (line: string) => void
): Server {
    if (!tls) return createServer(onCart)
    const server = createTlsServer(
        { ...tls, handshakeTimeout: HANDSHAKE_MS, minVersion: "TLSv1.2" },
        onCart
    )
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
        report(
            `The TLS handshake with ${socket.remoteAddress ?? "a cart"} failed (${error.code ?? error.message}); check that the cart's host setting says tls: true and that the cart trusts the signer of this certificate.`
        )
        socket.destroy()
    })
    return server
}

/**
 * Listens on a port; 0 takes any free one.
 * @returns the port
 * @throws RunError when the port cannot be opened
 */
export function listen(server: Server, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            const why =
                error.code === "EADDRINUSE"
                    ? "another program uses it"
                    : error.code === "EACCES"
                      ? "no permission"
                      : error.message
            reject(
                new RunError(
                    `Port ${port} cannot be opened (${why}); stop that program or choose another port with --port.`
                )
            )
        })
        server.listen(port, () => {
            const address = server.address()
            resolve(typeof address === "object" && address ? address.port : port)
        })
    })
}
