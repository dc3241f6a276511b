// Responsible for: the board's one TCP socket: bytes out without ever blocking, bytes in up to a bound.
// Not for: what the bytes mean (../link).
// Works on the natives, since the library's Socket queues input without bound and throws when its
// output is full (packages/net/src/sockets.ts, send()).

import * as ds from "@devicescript/core"

type SocketNatives = typeof ds & {
    _socketOpen(host: string, port: number): number
    _socketClose(): number
    _socketWrite(data: Buffer): number
    _socketOnEvent(event: string, arg?: any): void
}

export const SOCKET_CLOSED = 0
export const SOCKET_OPENING = 1
export const SOCKET_OPEN = 2

/** Input that may wait to be read; the longest message of a host takes far less. */
const INPUT_MAX = 1024

/** Takes a chunk that is not the host's; only the virtual board has such (virtual-bridge.ts). */
class SocketTap {
    take: ((data: Buffer) => boolean) | undefined = undefined
}
export const socketTap = new SocketTap()

export class HostSocket {
    state = SOCKET_CLOSED
    /** Bytes that have come in and not been taken; `inputLength` of them count. */
    input = Buffer.alloc(INPUT_MAX)
    inputLength = 0
    /** More came in than fits: the peer does not keep to the protocol. */
    inputOverran = false
    /** Why the socket closed last. */
    lastError = ""

    /** @param tls whether the runtime is to speak TLS; it knows that by a port below zero */
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

    /** Hands bytes to the network. @returns whether all were taken; if not, none were */
    write(data: Buffer): boolean {
        if (this.state !== SOCKET_OPEN) return false
        return (ds as SocketNatives)._socketWrite(data) === 0
    }

    /** Drops the first `count` bytes of the input. */
    consume(count: number): void {
        const rest = this.inputLength - count
        if (rest > 0) this.input.blitAt(0, this.input, count, rest)
        this.inputLength = rest
    }

    private onEvent(event: string, arg: any): void {
        if (event === "open") this.state = SOCKET_OPEN
        else if (event === "data") this.take(arg as Buffer)
        else if (event === "close" || event === "error") {
            this.state = SOCKET_CLOSED
            if (event === "error") this.lastError = arg + ""
        }
    }

    private take(data: Buffer): void {
        if (socketTap.take && socketTap.take(data)) return
        if (this.inputLength + data.length > INPUT_MAX) {
            this.inputOverran = true
            return
        }
        this.input.blitAt(this.inputLength, data, 0, data.length)
        this.inputLength += data.length
    }
}
