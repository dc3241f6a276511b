// The VM's TCP socket in memory: one end for the program, the other for its peer.

import { EventEmitter } from "node:events"

/** The VM's only TCP socket, seen from its peer. Call its methods only from clock alarms. */
export interface VmSocket {
    readonly host: string
    readonly port: number
    /** Whether the program requested TLS; the bytes here are plain in both cases. */
    readonly tls: boolean
    /** Called with bytes from the VM; set it before {@link accept}. */
    onData: (bytes: Uint8Array) => void
    /** Called when the VM closes the socket. */
    onEnd: () => void
    accept(): void
    refuse(reason: string): void
    /** Sends bytes to the VM as one chunk. */
    send(bytes: Uint8Array): void
    /** Closes the connection from the peer's side. */
    end(): void
}

/** State of the VM that a socket depends on. */
export interface SocketHost {
    isStopped(): boolean
    /** Runs `action` now, or when the VM is no longer stalled. */
    whenNotStalled(action: () => void): void
}

export interface OpenedSocket {
    /** The socket object of Node that the program gets. */
    readonly socket: object
    readonly peer: VmSocket
    readonly state: object
    /** Sends one chunk directly to the program; undefined unless connected. */
    chunk(): ((bytes: Uint8Array) => void) | undefined
}

/** Whether the connection is possible still, and established; an object of its own, so that a snapshot finds it. */
interface Connection {
    open: boolean
    connected: boolean
}

export function openSocket(host: string, port: number, tls: boolean, vm: SocketHost): OpenedSocket {
    const socket = new EventEmitter()
    const state: Connection = { open: true, connected: false }
    const close = (event: () => void): void => {
        if (!state.open || vm.isStopped()) return
        state.open = false
        event()
    }
    const peer: VmSocket = {
        host,
        port,
        tls,
        onData: () => undefined,
        onEnd: () => undefined,
        accept: () => {
            if (!state.open || vm.isStopped()) return
            state.connected = true
            socket.emit("connect")
        },
        refuse: reason =>
            close(() => {
                socket.emit("error", new Error(reason))
                socket.emit("close", true)
            }),
        send: bytes => vm.whenNotStalled(() => void (state.open && socket.emit("data", bytes))),
        end: () => close(() => socket.emit("close", false)),
    }
    const chunk = (bytes: Uint8Array): void => void socket.emit("data", bytes)
    Object.assign(socket, {
        write: (bytes: Uint8Array) => state.open && peer.onData(bytes),
        end: () => {
            if (!state.open) return
            state.open = false
            peer.onEnd()
        },
    })
    return { socket, peer, state, chunk: () => (state.open && state.connected ? chunk : undefined) }
}
