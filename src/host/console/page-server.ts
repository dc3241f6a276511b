// Serves pages to browsers on this machine: HTTP for their files, WebSockets by path.

import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { type WebSocket, WebSocketServer } from "ws"
import { ADDRESS, hasAllowedHost, hasAllowedOrigin, type HttpHandler } from "./console-files"
import { REQUEST_MAX_BYTES } from "./console-request"
import type { SessionToken } from "./server/session-token"

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
    const server = createServer(files)
    await listen(server, options)
    const { port } = server.address() as AddressInfo
    const upgrader = new WebSocketServer({
        noServer: true,
        maxPayload: REQUEST_MAX_BYTES,
        perMessageDeflate: false,
    })
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const [path = "", query = ""] = (request.url ?? "").split("?")
        const isAllowed =
            hasAllowedHost(request, port) &&
            hasAllowedOrigin(request, port) &&
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
        url: `http://${ADDRESS}:${port}/`,
        close: async () => {
            for (const one of sockets.values()) one.close()
            await new Promise<void>(resolve => {
                server.close(() => resolve())
                server.closeAllConnections()
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

function listen(server: Server, { port, name, option }: PageServerOptions): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            const reason =
                error.code === "EADDRINUSE"
                    ? "another program uses it"
                    : (error.code ?? error.message)
            reject(
                new PageServerError(
                    `The ${name} cannot be served on port ${port} (${reason}); choose another port with ${option}, or 0 for any free port.`
                )
            )
        })
        server.listen(port, ADDRESS, resolve)
    })
}
