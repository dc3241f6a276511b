// The TCP server that carts connect to, plain or with TLS.

import { type Socket, type Server, createServer } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { RunError } from "../../errors"

/** Certificate and private key that this host uses for TLS, both PEM. */
export interface TlsIdentity {
    readonly cert: string
    readonly key: string
}

/** Time that a client has for the TLS handshake. */
const HANDSHAKE_MS = 3000

/** What a server does with its connections. */
export interface ServerEvents {
    /** A client has connected; with TLS before the handshake. */
    onConnection(socket: Socket): void
    /** The connection can carry the link. @param raw the socket that `onConnection` got */
    onReady(socket: Socket, raw: Socket): void
    /** Gets the reason of each failed handshake. */
    report(line: string): void
}

export function tcpServer(tls: TlsIdentity | undefined, events: ServerEvents): Server {
    if (!tls)
        return createServer(socket => {
            events.onConnection(socket)
            events.onReady(socket, socket)
        })
    const server = createTlsServer({
        ...tls,
        handshakeTimeout: HANDSHAKE_MS,
        minVersion: "TLSv1.2",
    })
    // A TLS socket has the address and the ports of the connection that it wraps.
    const raw = new Map<string, Socket>()
    server.on("connection", (socket: Socket) => {
        const name = endsOf(socket)
        raw.set(name, socket)
        socket.on("close", () => {
            if (raw.get(name) === socket) raw.delete(name)
        })
        events.onConnection(socket)
    })
    server.on("secureConnection", socket =>
        events.onReady(socket, raw.get(endsOf(socket)) ?? socket)
    )
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
        // A connection that is gone was cut off here, or by the client before it had said anything.
        if (socket.remoteAddress === undefined) return
        events.report(
            `The TLS handshake with ${addressOf(socket)} failed (${error.code ?? error.message}); check that the cart's host setting says tls: true and that the cart trusts the signer of this certificate.`
        )
        socket.destroy()
    })
    return server
}

/** The address of a client; an IPv4 address in its usual form. */
export function addressOf({ remoteAddress }: Socket): string {
    return remoteAddress?.replace(/^::ffff:/, "") ?? "?"
}

function endsOf({ remoteAddress, remotePort }: Socket): string {
    return `${remoteAddress} ${remotePort}`
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
