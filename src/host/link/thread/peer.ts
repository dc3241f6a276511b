// One connection in the link's thread: greeting, session, pings and silence, and its bytes to the thread that uses the cart.

import type { Socket } from "node:net"
import { MessageChannel, type MessagePort } from "node:worker_threads"
import * as burst from "../../../shared/protocol/burst"
import * as messages from "../../../shared/protocol/messages"
import { REJECT_LATE, REJECT_OVERSIZE } from "../../../shared/codes"
import { type Burst, BurstStream } from "../burst-stream"
import type { Closing } from "../closing"
import { foreignHello, type HelloBeginning } from "../foreign-hello"
import { boardIdOf, type HostIdentity } from "../host-identity"
import { CREDIT_WINDOW, HostSession, PROOF_DELAY_US } from "../host-session"
import type { CartBytes, CartEnded, CartOpened, LinkedCart, ToCart } from "./thread-messages"

/** Time from the connection to the end of the hello. */
export const GREETING_MS = 1000
/** Time from the hello to the proof of the key. */
export const PROOF_MS = 2000
/** A cart sends its status ten times a second; one that sends nothing for this long is gone. */
export const SILENCE_MS = 3000
/** Bytes that a client may send before it has proven to be a cart. */
const GREETING_BYTES_MAX = 1024
/** The hello of every firmware version is shorter. */
const HELLO_BYTES_MAX = 320
/** Time for the last message to be sent before the connection is cut. */
const LINGER_MS = 500
/**
 * Bytes that the receiving thread has not taken yet; beyond, nothing more is read from the cart. Its line bursts stop earlier, by the
 * credit; its other messages fill the rest in some minutes.
 */
const WAITING_MAX = CREDIT_WINDOW + (1 << 20)
/** A client that reads nothing of what it is sent is cut off. */
const UNSENT_MAX = 1 << 18

/** What a connection reports. */
export interface PeerEvents {
    onBytes(count: number): void
    onOpen(cart: LinkedCart): void
    /** The connection has ended. */
    onEnd(): void
    /** An error that should not be; the connection is cut. */
    onError(error: Error): void
}

export class Peer {
    boardId: string | undefined
    closing: Closing | undefined
    /** When the latest bytes were received, ms. */
    receivedMs: number
    /** When the present step of the greeting began. */
    private stepMs: number
    private hello: HelloBeginning | undefined
    /** Everything before the session opened. */
    private greeting = Buffer.alloc(0)
    private trusts: number[] = []
    private port: MessagePort | undefined
    /** Sent to the receiving thread and not taken there. */
    private waiting = 0
    private readonly session: HostSession
    /** Made for the first bytes: it costs memory, and most who connect to a port send nothing. */
    private stream: BurstStream | undefined

    constructor(
        private readonly socket: Socket,
        readonly address: string,
        identity: HostIdentity,
        private readonly events: PeerEvents
    ) {
        this.receivedMs = this.stepMs = performance.now()
        socket.setNoDelay(true)
        this.session = new HostSession(
            bytes => void socket.write(bytes),
            identity,
            (reason, by) => this.refused(reason, by),
            action => void setTimeout(action, PROOF_DELAY_US / 1000)
        )
        socket.on("data", bytes => this.guarded(() => this.receive(bytes)))
        socket.on("error", () => socket.destroy())
        socket.on("close", () => {
            this.guarded(() => this.end())
            events.onEnd()
        })
    }

    get isOpen(): boolean {
        return this.session.isOpen
    }

    /** Whether the session has opened, also if it has ended since. */
    get wasOpen(): boolean {
        return this.port !== undefined
    }

    get isGreeted(): boolean {
        return this.hello !== undefined
    }

    cut(): void {
        this.socket.destroy()
    }

    ping(nowMs: number): void {
        if (this.isOpen) this.session.ping(nowMs * 1000)
        if (this.socket.writableLength > UNSENT_MAX) this.socket.destroy()
    }

    /** Whether the connection is late; nothing that waits in its socket is counted, so look again once it was read. */
    isLate(nowMs: number): boolean {
        if (this.closing) return false
        if (this.isOpen) return !this.socket.isPaused() && nowMs - this.receivedMs > SILENCE_MS
        return nowMs - this.stepMs > (this.isGreeted ? PROOF_MS : GREETING_MS)
    }

    rejectLate(): void {
        this.session.reject(REJECT_LATE)
    }

    private receive(bytes: Buffer): void {
        this.events.onBytes(bytes.length)
        this.receivedMs = performance.now()
        if (this.port) {
            this.push(bytes)
            return this.forward(bytes)
        }
        // A client that has not proven to be a cart fills no memory.
        if (this.closing) return
        if (this.greeting.length + bytes.length > GREETING_BYTES_MAX)
            return this.session.reject(REJECT_OVERSIZE)
        this.greeting = Buffer.concat([this.greeting, bytes])
        if (!this.hello && this.greeting.length <= HELLO_BYTES_MAX) {
            const foreign = foreignHello(this.greeting)
            if (foreign) {
                this.greeted(foreign)
                return this.session.reject(foreign.reason)
            }
        }
        this.push(bytes)
        if (this.session.isOpen) this.open()
    }

    private push(bytes: Uint8Array): void {
        this.stream ??= new BurstStream(
            b => this.take(b),
            b => this.isTrusted(b)
        )
        this.stream.push(bytes)
    }

    private take(b: Burst): void {
        if (b.header.type === burst.TYPE_HELLO && !this.hello) {
            const { payload } = b
            if (messages.payloadIsValid(payload, 0, payload.length, messages.HELLO))
                this.greeted(messages.readPayload(payload, 0, messages.HELLO))
        }
        this.session.receive(b)
    }

    private greeted(hello: HelloBeginning): void {
        const { layout_hash, board_id_low, board_id_high, firmware_version } = hello
        this.hello = { layout_hash, board_id_low, board_id_high, firmware_version }
        this.boardId = boardIdOf(hello)
        this.stepMs = performance.now()
    }

    private isTrusted(b: Burst): boolean {
        const isTrusted = this.session.isTrusted(b)
        this.trusts.push(isTrusted ? 1 : 0)
        return isTrusted
    }

    private open(): void {
        const { port1, port2 } = new MessageChannel()
        const { isInsecure, lastSerial } = this.session
        this.port = port1
        port1.on("message", (message: ToCart) => this.guarded(() => this.handle(message)))
        // The thread that used the cart has ended: without its host the cart stops by itself.
        port1.on("close", () => this.socket.destroy())
        // The thread ends with its connections, whatever becomes of the ports.
        port1.unref()
        const opened: CartOpened = { kind: "opened", isInsecure, serial: lastSerial }
        port1.postMessage(opened)
        this.forward(this.greeting)
        this.greeting = Buffer.alloc(0)
        const { address, boardId } = this
        this.events.onOpen({ boardId: boardId!, address, isInsecure, port: port2 })
    }

    private forward(chunk: Buffer): void {
        const { buffer, byteOffset, length } = chunk
        // A chunk that owns its memory is given away; nothing here refers to it any more.
        const owns = byteOffset === 0 && buffer.byteLength === length
        const bytes = owns ? new Uint8Array(buffer) : Uint8Array.from(chunk)
        const message: CartBytes = {
            kind: "bytes",
            bytes,
            trusts: this.takeTrusts(),
            isOpen: this.isOpen,
        }
        this.port!.postMessage(message, [bytes.buffer as ArrayBuffer])
        this.waiting += length
        if (this.waiting > WAITING_MAX) this.socket.pause()
    }

    private takeTrusts(): Uint8Array {
        const trusts = Uint8Array.from(this.trusts)
        this.trusts = []
        return trusts
    }

    private handle(message: ToCart): void {
        if (message.kind === "request") this.session.request(message.type, message.payload)
        else if (message.kind === "taken") this.taken(message.bytes, message.consumed)
        else if (message.kind === "reject") this.session.reject(message.reason)
        else if (message.atOnce) this.socket.destroy()
        else this.leave()
    }

    private taken(bytes: number, consumed: number): void {
        this.waiting -= bytes
        if (consumed > 0) this.session.consumed(consumed)
        if (!this.socket.isPaused() || this.waiting > WAITING_MAX / 2) return
        this.receivedMs = performance.now()
        this.socket.resume()
    }

    private refused(reason: number, by: "board" | "host"): void {
        this.closing = { reason, by, hello: this.hello }
        this.leave()
    }

    private leave(): void {
        this.socket.end()
        setTimeout(() => this.socket.destroy(), LINGER_MS).unref()
    }

    private end(): void {
        this.session.connectionLost()
        this.stream?.end()
        const { closing } = this
        const ended: CartEnded = { kind: "ended", trusts: this.takeTrusts(), closing }
        this.port?.postMessage(ended)
    }

    /** An error of this program with one cart is no other's trouble. */
    private guarded(action: () => void): void {
        try {
            action()
        } catch (error) {
            this.events.onError(error as Error)
            this.socket.destroy()
        }
    }
}
