// The board's TCP socket: writes that never block, and bounded input.
// Uses the natives: the library's Socket queues input without bound and throws when its output queue is full
// (packages/net/src/sockets.ts, send()).

import * as ds from "@devicescript/core"

type SocketNatives = typeof ds & {
    _socketOpen(host: string, port: number): number
    _socketClose(): number
    _socketWrite(data: Buffer): number
    _socketOnEvent(event: string, arg?: any): void
}

export const SOCKET_CLOSED = 0
const SOCKET_OPENING = 1
export const SOCKET_OPEN = 2

/** Bytes of input that can wait; the longest message of a host is far shorter. */
const INPUT_MAX = 1024

/** Receives the chunks that are not the host's. Only the virtual board sends such (virtual-bridge.ts). */
class SocketTap {
    take: ((data: Buffer) => boolean) | undefined = undefined
}
export const socketTap = new SocketTap()

export class HostSocket {
    state = SOCKET_CLOSED
    /** Received bytes; the first `inputLength` are valid. */
    input = Buffer.alloc(INPUT_MAX)
    inputLength = 0
    /** More was received than fits: the peer violates the protocol. */
    inputOverran = false
    /** Why the socket was closed. */
    lastError = ""

    /** @param tls the runtime uses TLS if the port is negative */
    open(host: string, port: number, tls: boolean): void {
        const socket = this
        const natives = ds as SocketNatives
        natives._socketOnEvent = (event, arg) => socket.onEvent(event, arg)
        this.state = SOCKET_OPENING
        this.inputLength = 0
        this.inputOverran = false
        this.lastError = ""
        if (natives._socketOpen(host, tls ? -port : port) !== 0) {
            this.state = SOCKET_CLOSED
            this.lastError = "the network is not available"
        }
    }

    close(): void {
        if (this.state === SOCKET_CLOSED) return
        this.state = SOCKET_CLOSED
        ;(ds as SocketNatives)._socketClose()
    }

    /** @returns whether the network accepted all bytes; otherwise it accepted none */
    write(data: Buffer): boolean {
        if (this.state !== SOCKET_OPEN) return false
        return (ds as SocketNatives)._socketWrite(data) === 0
    }

    /** Removes the first `count` bytes of the input. */
    consume(count: number): void {
        const rest = this.inputLength - count
        if (rest > 0) this.input.blitAt(0, this.input, count, rest)
        this.inputLength = rest
    }

    private onEvent(event: string, arg: any): void {
        if (event === "open") this.state = SOCKET_OPEN
        else if (event === "data") this.append(arg as Buffer)
        else if (event === "close" || event === "error") {
            this.state = SOCKET_CLOSED
            if (event === "error") this.lastError = arg + ""
        }
    }

    private append(data: Buffer): void {
        if (socketTap.take && socketTap.take(data)) return
        if (this.inputLength + data.length > INPUT_MAX) {
            this.inputOverran = true
            return
        }
        this.input.blitAt(this.inputLength, data, 0, data.length)
        this.inputLength += data.length
    }
}
