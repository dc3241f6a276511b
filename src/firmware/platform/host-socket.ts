// The board's TCP socket to the host: writes that never block, and bounded input.
// Uses the natives: the library's Socket queues input without bound and throws when its output queue is full
// (packages/net/src/sockets.ts, send()). The runtime has one socket, so this is a module with state and not a class.

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

export let socket_state = SOCKET_CLOSED
/** Received bytes; the first `input_length` are valid. */
export const input = Buffer.alloc(INPUT_MAX)
export let input_length = 0
/** More was received than fits: the peer violates the protocol. */
export let input_overran = false

/** Receives the chunks that are not the host's. Only the virtual board sends such (virtual-bridge.ts). */
let tap: ((data: Buffer) => boolean) | undefined = undefined

/** @param take returns whether the chunk was its own; then the host's input does not get it */
export function tapSocket(take: (data: Buffer) => boolean): void {
    tap = take
}

/** @param tls the runtime uses TLS if the port is negative */
export function openSocket(host: string, port: number, tls: boolean): void {
    const natives = ds as SocketNatives
    // An assignment outside a function has no effect.
    natives._socketOnEvent = onEvent
    socket_state = SOCKET_OPENING
    input_length = 0
    input_overran = false
    if (natives._socketOpen(host, tls ? -port : port) !== 0) socket_state = SOCKET_CLOSED
}

export function closeSocket(): void {
    if (socket_state === SOCKET_CLOSED) return
    socket_state = SOCKET_CLOSED
    ;(ds as SocketNatives)._socketClose()
}

/** @returns whether the network accepted all bytes; otherwise it accepted none */
export function writeSocket(data: Buffer): boolean {
    return socket_state === SOCKET_OPEN && (ds as SocketNatives)._socketWrite(data) === 0
}

/** Removes the first `count` bytes of the input. */
export function consumeInput(count: number): void {
    const rest = input_length - count
    if (rest > 0) input.blitAt(0, input, count, rest)
    input_length = rest
}

/** The events are data, open, close and error. One function, as each block of A-lines on the virtual board comes in two pieces. */
function onEvent(event: string, arg: any): void {
    if (event !== "data") {
        socket_state = event === "open" ? SOCKET_OPEN : SOCKET_CLOSED
        return
    }
    const data = arg as Buffer
    if (tap && tap(data)) return
    if (input_length + data.length > INPUT_MAX) {
        input_overran = true
        return
    }
    input.blitAt(input_length, data, 0, data.length)
    input_length += data.length
}
