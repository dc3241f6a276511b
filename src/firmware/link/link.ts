// The session with the host: connection, headers, tags, credit, and messages in both directions.
// Specification: src/shared/protocol/README.md.

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { checkHeader, sealHeader } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { foreignLayoutHash, foreignRejectReason } from "../../shared/protocol/foreign-layout"
import { LAYOUT_HASH } from "../../shared/protocol/layout-hash-value"
import {
    Command,
    COMMAND,
    CREDIT,
    payloadIsValid,
    payloadLength,
    PING,
    REJECT,
    Setup,
    SETUP,
    writePayload,
} from "../../shared/protocol/messages"
import { CATHETER } from "../../shared/acquisition/catheters"
import { CALIBRATION } from "../../shared/motion/calibration"
import { partIsValid } from "../../shared/acquisition/pair-list"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { HostSocket, SOCKET_CLOSED, SOCKET_OPEN } from "../platform/host-socket"
import { LinkSettings } from "../platform/settings"
import { Greeting } from "./greeting"
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

/** A request of the host; exactly one field is set. */
export interface Request {
    setup?: Setup
    command?: Command
    /** Payload with a part of a pair list. */
    pairs?: Buffer
    /** Payload with the data of a catheter. */
    catheter?: Buffer
    /** Payload with a calibration record. */
    calibration?: Buffer
}

/** Fields of a burst header that describe its first line. */
export interface BurstMoment {
    tick_us: number
    position_nm: number
    speed_nm_s: number
    speed_epoch: number
    lines: number
    dropped_fifo: number
    dropped_credit: number
    dropped_gate: number
}

export class Link {
    /** Time of the last valid message of the host. */
    last_message_ms = 0
    /** Why either side ended the last connection, one of the REJECT_ codes, or GOOD. */
    refused_reason = codes.GOOD

    private state = DISCONNECTED
    private socket = new HostSocket()
    /** Number of the connection: the rest of a burst must not be sent in the next one. */
    private connection = 0
    /** A burst is partly sent; no other may be sent before the rest. */
    private sending = false
    private retry_ms = 0
    private session = 0
    private sequence_out = 0
    private sequence_in = 0
    private credit_limit = 0
    private credit_used = 0
    private readonly layout_hash = LAYOUT_HASH
    private greeting: Greeting
    /** Flags of every burst sent. */
    private flags: number
    /** Whether bursts are sent with a tag. */
    private sealed = false
    /** One buffer for each length of message received, as the native HMAC takes whole buffers only. */
    private messages: Buffer[] = []

    constructor(
        private settings: LinkSettings,
        private onOpen: () => Promise<void>,
        private onRequest: (request: Request) => Promise<void>
    ) {
        const link = this
        this.refused_reason = settings.reason
        this.greeting = new Greeting(settings, this.layout_hash, (type, layout, record) =>
            link.sendGreeting(type, layout, record)
        )
        this.flags = this.greeting.insecure ? burst.FLAG_INSECURE : 0
        if (this.flags) console.error("no link key: INSECURE, lab bench only")
    }

    isOpen(): boolean {
        return this.state === OPEN
    }

    /** Bytes of line bursts that the host still allows. */
    credit(): number {
        return (this.credit_limit - this.credit_used) | 0
    }

    /** Connects, or handles received messages; called by the control loop. */
    async step(now_ms: number): Promise<void> {
        if (this.state === DISCONNECTED) {
            if (now_ms < this.retry_ms) return
            this.retry_ms = now_ms + RETRY_MS
            const host = this.settings
            this.socket.open(host.name, host.port, host.tls)
            this.connection++
            this.sending = false
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
        this.session = 0
        this.sealed = false
        this.sequence_out = 0
        this.sequence_in = 0
        this.credit_used = 0
        this.credit_limit = 0
        this.last_message_ms = now_ms
        const reason = this.greeting.begin()
        if (reason !== codes.GOOD) this.reject(reason)
    }

    private async receive(now_ms: number): Promise<void> {
        const socket = this.socket
        if (socket.inputOverran) return this.reject(codes.REJECT_OVERSIZE)
        while (socket.inputLength >= burst.BURST_HEADER_LENGTH) {
            const input = socket.input
            const verdict = checkHeader(input, 0, this.layout_hash)
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
        this.reject(
            hash !== 0 && hash !== this.layout_hash ? codes.REJECT_LAYOUT : codes.REJECT_HEADER
        )
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
        if (this.state === OPEN && message.getAt(burst.SESSION_AT, "u32") !== this.session)
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
            return await this.handleInSession(type, message)
        }
        const reason = greeting.handle(type, message)
        this.session = greeting.session
        if (reason !== codes.GOOD || !greeting.isDone()) return reason
        if (!this.setCreditLimit(greeting.credit_bytes)) return codes.REJECT_CREDIT
        this.state = OPEN
        this.last_message_ms = now_ms
        await this.onOpen()
        return codes.GOOD
    }

    private async handleInSession(type: number, message: Buffer): Promise<number> {
        if (type === burst.TYPE_CREDIT) {
            const credit = payloadOf(message, CREDIT)
            if (!credit) return codes.REJECT_PAYLOAD
            if (!this.setCreditLimit(credit.limit_bytes)) return codes.REJECT_CREDIT
        } else if (type === burst.TYPE_PING) {
            const ping = payloadOf(message, PING)
            if (!ping) return codes.REJECT_PAYLOAD
            this.send(burst.TYPE_PONG, PING, ping)
        } else if (type === burst.TYPE_SETUP) {
            const setup = payloadOf(message, SETUP)
            if (!setup) return codes.REJECT_PAYLOAD
            await this.onRequest({ setup })
        } else if (type === burst.TYPE_COMMAND) {
            const command = payloadOf(message, COMMAND)
            if (!command) return codes.REJECT_PAYLOAD
            await this.onRequest({ command })
        } else if (
            type === burst.TYPE_PAIRS ||
            type === burst.TYPE_CATHETER ||
            type === burst.TYPE_CALIBRATION
        ) {
            const at = burst.BURST_HEADER_LENGTH
            const length = message.length - at
            const isPiece = type === burst.TYPE_PAIRS
            const isCatheter = type === burst.TYPE_CATHETER
            const isGood = isPiece
                ? partIsValid(message, at, length)
                : payloadIsValid(message, at, length, isCatheter ? CATHETER : CALIBRATION)
            if (!isGood) return codes.REJECT_PAYLOAD
            // A copy, as the next message of this length overwrites the buffer.
            const payload = message.slice(at, message.length)
            const request: Request = {}
            if (isPiece) request.pairs = payload
            else if (isCatheter) request.catheter = payload
            else request.calibration = payload
            await this.onRequest(request)
        } else return codes.REJECT_UNEXPECTED
        return codes.GOOD
    }

    /** @returns false if the limit is beyond what the network of this board can queue */
    private setCreditLimit(limit: number): boolean {
        const ahead = (limit - this.credit_used) | 0
        if (ahead > this.greeting.window_bytes) return false
        this.credit_limit = limit
        return true
    }

    private handleReject(message: Buffer): number {
        const reject = payloadOf(message, REJECT)
        if (!reject) return codes.REJECT_PAYLOAD
        this.close("the host", reject.reason)
        return codes.GOOD
    }

    private reject(reason: number): void {
        this.write(this.newMessage(burst.TYPE_REJECT, REJECT, { reason }))
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
        return this.state === OPEN && this.write(this.newMessage(type, layout, record))
    }

    /** Sends a message of the greeting. @returns the burst as sent */
    private sendGreeting<L extends Layout>(type: number, layout: L, record: Message<L>): Buffer {
        this.session = this.greeting.session
        this.sealed = this.greeting.isSealed()
        const message = this.newMessage(type, layout, record)
        this.write(message)
        return message
    }

    private newMessage<L extends Layout>(type: number, layout: L, record: Message<L>): Buffer {
        const length = payloadLength(layout)
        const message = Buffer.alloc(burst.BURST_HEADER_LENGTH + length)
        writePayload(message, burst.BURST_HEADER_LENGTH, layout, record)
        this.stamp(message, type, 0, length)
        sealHeader(message, this.layout_hash)
        if (this.sealed) this.greeting.seal.tag(message)
        return message
    }

    private stamp(header: Buffer, type: number, flags: number, payload_length: number): void {
        header.setAt(burst.MAGIC_AT, "u32", burst.BURST_MAGIC)
        header.setAt(burst.VERSION_AT, "u8", burst.PROTOCOL_VERSION)
        header.setAt(burst.TYPE_AT, "u8", type)
        header.setAt(burst.HEADER_LENGTH_AT, "u8", burst.BURST_HEADER_LENGTH)
        header.setAt(burst.FLAGS_AT, "u8", flags | this.flags)
        header.setAt(burst.SESSION_AT, "u32", this.session)
        header.setAt(burst.SEQUENCE_AT, "u32", this.sequence_out)
        header.setAt(burst.PAYLOAD_LENGTH_AT, "u32", payload_length)
    }

    private write(message: Buffer): boolean {
        if (this.sending || !this.socket.write(message)) return false
        this.sequence_out = (this.sequence_out + 1) >>> 0
        return true
    }

    /**
     * Sends a line burst: `parts[0]` is its header, written here, the others are its records.
     * They are sent one by one, as no buffer of this heap could hold them all, and must not change until this returns.
     * @returns whether the network accepted the burst; if not, nothing is counted
     */
    async sendLines(
        parts: Buffer[],
        payload_length: number,
        moment: BurstMoment,
        flags: number
    ): Promise<boolean> {
        const header = parts[0]
        this.stamp(header, burst.TYPE_LINES, flags, payload_length)
        header.setAt(burst.TICK_AT, "u32", moment.tick_us)
        header.setAt(burst.POSITION_AT, "i32", moment.position_nm)
        header.setAt(burst.SPEED_AT, "i32", moment.speed_nm_s)
        header.setAt(burst.EPOCH_AT, "u16", moment.speed_epoch)
        header.setAt(burst.LINES_AT, "u16", moment.lines)
        header.setAt(burst.DROPPED_FIFO_AT, "u16", moment.dropped_fifo)
        header.setAt(burst.DROPPED_CREDIT_AT, "u16", moment.dropped_credit)
        header.setAt(burst.DROPPED_GATE_AT, "u16", moment.dropped_gate)
        sealHeader(header, this.layout_hash)
        if (this.sealed) this.greeting.seal.tagParts(parts)
        if (!this.write(header)) return false
        const connection = this.connection
        const socket = this.socket
        this.sending = true
        for (let i = 1; i < parts.length; ++i)
            while (!socket.write(parts[i])) {
                if (socket.state === SOCKET_CLOSED) return false
                await ds.sleep(1)
                if (this.connection !== connection) return false
            }
        this.sending = false
        this.credit_used = (this.credit_used + burst.BURST_HEADER_LENGTH + payload_length) >>> 0
        return true
    }
}
