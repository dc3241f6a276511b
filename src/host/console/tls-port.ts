// A port that speaks TLS only: plain HTTP gets one sentence, and everything else nothing.

import { createServer as createHttpServer, type RequestListener, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { createServer, type Server as TcpServer, type Socket } from "node:net"
import type { Identity } from "./server/own-certificate"

/** First byte of a TLS handshake. */
const HANDSHAKE = 0x16
/** A connection that says nothing is closed. */
const SILENT_MS = 10_000

export interface TlsPort {
    readonly tcp: TcpServer
    /** Of requests over TLS. */
    readonly server: Server
    closeAllConnections(): void
}

export function tlsPort(identity: Identity, files: RequestListener): TlsPort {
    const server = createTlsServer({ ...identity, minVersion: "TLSv1.2" }, files)
    const plain = createHttpServer((_request, response) => {
        response.writeHead(400, { "Content-Type": "text/plain", Connection: "close" })
        response.end(
            "This console answers beyond its machine over TLS only; open it with https://."
        )
    })
    const sockets = new Set<Socket>()
    const tcp = createServer(socket => {
        sockets.add(socket)
        socket.on("close", () => sockets.delete(socket))
        socket.on("error", () => socket.destroy())
        socket.setTimeout(SILENT_MS, () => socket.destroy())
        socket.once("data", first => {
            socket.setTimeout(0)
            socket.removeAllListeners("timeout")
            socket.pause()
            socket.unshift(first)
            const to = first[0] === HANDSHAKE ? server : plain
            to.emit("connection", socket)
            process.nextTick(() => socket.resume())
        })
    })
    return {
        ...{ tcp, server },
        closeAllConnections: () => sockets.forEach(socket => socket.destroy()),
    }
}
