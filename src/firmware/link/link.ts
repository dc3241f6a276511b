// The connection to the host: connects, checks each received message, and ends a session that breaks the rules.
// Specification: src/shared/protocol/README.md.

import * as burst from "../../shared/protocol/burst"
import { checkHeader } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { foreignLayoutHash, foreignRejectReason } from "../../shared/protocol/foreign-layout"
import { LAYOUT_HASH } from "../../shared/protocol/layout-hash-value"
import { REJECT } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { HostSocket, SOCKET_CLOSED, SOCKET_OPEN } from "../platform/host-socket"
import { LinkSettings } from "../platform/settings"
import { Greeting } from "./greeting"
import { handleInSession, Request } from "./incoming"
import {
    beginConnection,
    beginSequence,
    openSender,
    sendGreeting,
    sendMessage,
    setCreditLimit,
} from "./outgoing"
import { payloadOf } from "./payload"

const DISCONNECTED = 0
const CONNECTING = 1
const GREETING = 2
const OPEN = 3

/** Longest silence of a host while the cart fires; the host pings every 25 ms. */
export const LINK_LIMIT_MS = 85

/** Pause between two attempts to connect. */
const RETRY_MS = 1000
/** Longest silence of a host before the session ends, also during the greeting. */
const SILENCE_MS = 3000
/** Maximum number of distinct host message lengths. */
const MESSAGE_LENGTHS_MAX = 8

export class Link {
    /** Time of the last valid message of the host. */
    last_message_ms = 0
    /** Why either side ended the last connection, one of the REJECT_ codes, or GOOD. */
    refused_reason = codes.GOOD

    private state = DISCONNECTED
    private socket = new HostSocket()
    private retry_ms = 0
    private sequence_in = 0
    private greeting: Greeting
    /** One buffer for each length of message received, as the native HMAC takes whole buffers only. */
    private messages: Buffer[] = []

    constructor(
        private settings: LinkSettings,
        private onOpen: () => Promise<void>,
        private onRequest: (request: Request) => Promise<void>
    ) {
        this.refused_reason = settings.reason
        this.greeting = new Greeting(settings, LAYOUT_HASH, sendGreeting)
        openSender(this.socket, this.greeting)
        if (this.greeting.insecure) console.error("no link key: INSECURE, lab bench only")
    }

    isOpen(): boolean {
        return this.state === OPEN
    }

    /** Connects, or handles received messages; called by the control loop. */
    async step(now_ms: number): Promise<void> {
        if (this.state === DISCONNECTED) {
            if (now_ms < this.retry_ms) return
            this.retry_ms = now_ms + RETRY_MS
            const host = this.settings
            this.socket.open(host.name, host.port, host.tls)
            beginConnection()
            this.state = CONNECTING
        } else if (this.socket.state === SOCKET_CLOSED) {
            // The host's last message may be the reason why it closed the connection.
            if (this.state !== CONNECTING) await this.receive(now_ms)
            this.state = DISCONNECTED
        } else if (this.state === CONNECTING) {
            if (this.socket.state === SOCKET_OPEN) this.greet(now_ms)
        } else {
            await this.receive(now_ms)
            // A received message may have ended the session already.
            const silent = now_ms - this.last_message_ms > SILENCE_MS
            if (silent && this.state !== DISCONNECTED) this.reject(codes.REJECT_LATE)
        }
    }

    private greet(now_ms: number): void {
        this.state = GREETING
        this.sequence_in = 0
        beginSequence()
        this.last_message_ms = now_ms
        const reason = this.greeting.begin()
        if (reason !== codes.GOOD) this.reject(reason)
    }

    private async receive(now_ms: number): Promise<void> {
        const socket = this.socket
        if (socket.inputOverran) return this.reject(codes.REJECT_OVERSIZE)
        while (socket.inputLength >= burst.BURST_HEADER_LENGTH) {
            const input = socket.input
            const verdict = checkHeader(input, 0, LAYOUT_HASH)
            if (verdict !== burst.HEADER_GOOD) return this.rejectHeader(verdict)
            const length = burst.BURST_HEADER_LENGTH + input.getAt(burst.PAYLOAD_LENGTH_AT, "u32")
            if (length > input.length) return this.reject(codes.REJECT_OVERSIZE)
            if (socket.inputLength < length) return
            const message = this.bufferFor(length)
            message.blitAt(0, input, 0, length)
            socket.consume(length)
            const reason = await this.handleMessage(message, now_ms)
            if (reason !== codes.GOOD) return this.reject(reason)
            if (this.state !== GREETING && this.state !== OPEN) return
        }
    }

    /** Distinguishes a host built with another layout, whose reject can still be read, from a damaged header. */
    private rejectHeader(verdict: number): void {
        const input = this.socket.input
        const length = this.socket.inputLength
        const reason = this.state === GREETING ? foreignRejectReason(input, length) : 0
        if (reason !== 0) return this.close("the host", reason)
        const hash = foreignLayoutHash(input, length)
        if (
            verdict === burst.HEADER_BAD_VERSION ||
            (hash !== 0 && input[burst.VERSION_AT] !== burst.PROTOCOL_VERSION)
        )
            return this.reject(codes.REJECT_VERSION)
        this.reject(hash !== 0 && hash !== LAYOUT_HASH ? codes.REJECT_LAYOUT : codes.REJECT_HEADER)
    }

    private bufferFor(length: number): Buffer {
        const kept = this.messages
        // An unauthenticated host must not decide which buffers are kept.
        if (this.state !== OPEN) return Buffer.alloc(length)
        for (let i = 0; i < kept.length; ++i) if (kept[i].length === length) return kept[i]
        const created = Buffer.alloc(length)
        if (kept.length < MESSAGE_LENGTHS_MAX) kept.push(created)
        return created
    }

    private async handleMessage(message: Buffer, now_ms: number): Promise<number> {
        const greeting = this.greeting
        const type = message.getAt(burst.TYPE_AT, "u8")
        // Before both sides are authenticated a reject has no tag.
        if (type === burst.TYPE_REJECT && !greeting.isSealed()) return this.handleReject(message)
        if (this.state === OPEN && message.getAt(burst.SESSION_AT, "u32") !== greeting.session)
            return codes.REJECT_SESSION
        if (greeting.isSealed() && !greeting.seal.isAuthentic(message)) return codes.REJECT_TAG
        if (message.getAt(burst.SEQUENCE_AT, "u32") !== this.sequence_in)
            return codes.REJECT_SEQUENCE
        this.sequence_in = (this.sequence_in + 1) >>> 0
        if (type === burst.TYPE_REJECT) return this.handleReject(message)
        // Requests of a host that has disconnected are not executed.
        if (this.socket.state === SOCKET_CLOSED) return codes.GOOD
        if (this.state === OPEN) {
            this.last_message_ms = now_ms
            return await handleInSession(type, message, this.onRequest)
        }
        const reason = greeting.handle(type, message)
        if (reason !== codes.GOOD || !greeting.isDone()) return reason
        if (!setCreditLimit(greeting.credit_bytes)) return codes.REJECT_CREDIT
        this.state = OPEN
        this.last_message_ms = now_ms
        await this.onOpen()
        return codes.GOOD
    }

    private handleReject(message: Buffer): number {
        const reject = payloadOf(message, REJECT)
        if (!reject) return codes.REJECT_PAYLOAD
        this.close("the host", reject.reason)
        return codes.GOOD
    }

    private reject(reason: number): void {
        sendMessage(burst.TYPE_REJECT, REJECT, { reason })
        this.close("this cart", reason)
    }

    private close(who: string, reason: number): void {
        console.error("link closed by " + who + ": " + sentenceOf(reason))
        this.refused_reason = reason
        this.socket.close()
        this.state = DISCONNECTED
    }

    /** Sends a message in an open session. @returns whether the network accepted it */
    send<L extends Layout>(type: number, layout: L, record: Message<L>): boolean {
        return this.state === OPEN && sendMessage(type, layout, record)
    }
}
