// Serves pages to browsers: HTTP for their files, WebSockets by path; beyond this machine over TLS only.

import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo, Server as TcpServer } from "node:net"
import type { Duplex } from "node:stream"
import { type WebSocket, WebSocketServer } from "ws"
import type { HttpHandler } from "./console-files"
import { REQUEST_MAX_BYTES } from "./console-request"
import { hasAllowedHost, hasAllowedOrigin, type Place, THIS_MACHINE, urlOf } from "./place"
import type { SessionToken } from "./server/session-token"
import { tlsPort } from "./tls-port"

/** The pages cannot be served; the message says why and what to do. */
export class PageServerError extends Error {}

/** The WebSockets of one path. */
export interface PageSockets {
    /** Whether no further page may connect. */
    readonly isFull: boolean
    add(socket: WebSocket): void
    /** Disconnects all pages. */
    close(): void
}

export interface PageServer {
    readonly url: string
    readonly port: number
    close(): Promise<void>
}

export interface PageServerOptions {
    /** 0 for any free port. */
    readonly port: number
    /** What is served, for an error. */
    readonly name: string
    /** The option that chooses the port, for an error. */
    readonly option: string
    /** WebSockets show it in the query of their path: `?token=…`. Left out, they need none. */
    readonly token?: SessionToken
    /** Left out: this machine only. */
    readonly place?: Place
}

/**
 * @param sockets by path
 * @throws PageServerError when the port is not available
 */
export async function servePages(
    files: HttpHandler,
    sockets: ReadonlyMap<string, PageSockets>,
    options: PageServerOptions
): Promise<PageServer> {
    const { place = THIS_MACHINE } = options
    const tls = place.tls && tlsPort(place.tls, files)
    const server = tls?.server ?? createServer(files)
    const tcp: TcpServer = tls?.tcp ?? server
    await listen(tcp, options)
    const { port } = tcp.address() as AddressInfo
    const upgrader = new WebSocketServer({
        noServer: true,
        maxPayload: REQUEST_MAX_BYTES,
        perMessageDeflate: false,
    })
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const [path = "", query = ""] = (request.url ?? "").split("?")
        const isAllowed =
            hasAllowedHost(request, port, place) &&
            hasAllowedOrigin(request, port, place) &&
            (!options.token || options.token.matches(new URLSearchParams(query).get("token")))
        const to = sockets.get(path)
        if (isAllowed && to && !to.isFull)
            return upgrader.handleUpgrade(request, socket, head, ws => to.add(ws))
        const status = !isAllowed
            ? "403 Forbidden"
            : to
              ? "503 Service Unavailable"
              : "404 Not Found"
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    })
    return {
        ...{ url: urlOf(place, port), port },
        close: async () => {
            for (const one of sockets.values()) one.close()
            await new Promise<void>(resolve => {
                tcp.close(() => resolve())
                ;(tls ?? server).closeAllConnections()
            })
        },
    }
}

/** Before what takes a while. @throws PageServerError when the port is not available */
export async function checkPort(options: PageServerOptions): Promise<void> {
    const server = createServer()
    await listen(server, options)
    await new Promise<void>(resolve => server.close(() => resolve()))
}

function listen(server: TcpServer, options: PageServerOptions): Promise<void> {
    const { port, name, option, place = THIS_MACHINE } = options
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            const reason =
                error.code === "EADDRINUSE"
                    ? "another program uses it"
                    : (error.code ?? error.message)
            if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
                return reject(
                    new PageServerError(
                        `This machine has no address ${place.address} to serve the ${name} on; name one of its own, or 0.0.0.0 for all.`
                    )
                )
            reject(
                new PageServerError(
                    `The ${name} cannot be served on port ${port} (${reason}); choose another port with ${option}, or 0 for any free port.`
                )
            )
        })
        server.listen(port, place.address, resolve)
    })
}
