// Responsible for: the session with the host: connecting, headers, tags, credit, messages in and out.
// Not for: who the host is (greeting.ts), line bursts' payload (../acquisition) or what commands do (../cart).
// Specification: src/shared/protocol/README.md.

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { checkHeader, sealHeader } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { toldLayoutHash, toldReason } from "../../shared/protocol/foreign-layout"
import { LAYOUT_HASH } from "../../shared/protocol/layout-hash-value"
import {
    Command,
    COMMAND,
    CREDIT,
    payloadIsGood,
    payloadLength,
    PING,
    REJECT,
    Setup,
    SETUP,
    writePayload,
} from "../../shared/protocol/messages"
import { CATHETER } from "../../shared/acquisition/catheters"
import { pieceIsGood } from "../../shared/acquisition/pair-list"
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

/** A host that is silent for longer, though it pings every 25 ms, is not there: a pullback stops. */
export const LINK_LIMIT_MS = 85

/** Pause between two tries to reach the host. */
const RETRY_MS = 1000
/** A host that has not said by then what it has to say is none, or not ours any more. */
const SILENCE_MS = 3000
/** Messages of a host have so many lengths at most. */
const LENGTHS_MAX = 8

/** A message of the host that the cart has to answer, one of these; of the last two the payload. */
export interface Request {
    setup?: Setup
    command?: Command
    /** A piece of a list. */
    pairs?: Buffer
    catheter?: Buffer
}

/** What the header of a line burst tells of the moment of its first line. */
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
    /** When the last good message came in, in ms. */
    heard_ms = 0
    /** Why the latest connection was refused, by either side, one of wire/codes.ts. */
    refused_reason = codes.GOOD

    private state = DISCONNECTED
    private socket = new HostSocket()
    /** Counts connections, so that the rest of a burst never gets into the next one. */
    private connection = 0
    /** A burst has gone out in part: nothing else may, until it is whole. */
    private sending = false
    private retry_ms = 0
    private session = 0
    private sequence_out = 0
    private sequence_in = 0
    private credit_limit = 0
    private credit_used = 0
    private readonly layout_hash = LAYOUT_HASH
    private greeting: Greeting
    /** Of all bursts that go out. */
    private flags: number
    /** Whether bursts that go out carry a tag. */
    private sealed = false
    /** One buffer for each length of message that has come: a tag is that of a whole buffer. */
    private messages: Buffer[] = []

    constructor(
        private settings: LinkSettings,
        private onOpen: () => Promise<void>,
        private onRequest: (request: Request) => Promise<void>
    ) {
        const link = this
        this.greeting = new Greeting(settings, this.layout_hash, (type, layout, record) =>
            link.post(type, layout, record)
        )
        this.flags = this.greeting.insecure ? burst.FLAG_INSECURE : 0
        if (this.flags) console.error("no link key: INSECURE, lab bench only")
    }

    isOpen(): boolean {
        return this.state === OPEN
    }

    /** Bytes of line bursts that may still be sent. */
    credit(): number {
        return (this.credit_limit - this.credit_used) | 0
    }

    /** Connects, or takes in what has come; called by the control loop. */
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
            // The last that it said may be why it left.
            if (this.state !== CONNECTING) await this.takeInput(now_ms)
            this.state = DISCONNECTED
        } else if (this.state === CONNECTING) {
            if (this.socket.state === SOCKET_OPEN) this.greet(now_ms)
        } else {
            await this.takeInput(now_ms)
            // What came may have ended it already, for a reason of its own.
            const silent = now_ms - this.heard_ms > SILENCE_MS
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
        this.heard_ms = now_ms
        const reason = this.greeting.begin()
        if (reason !== codes.GOOD) this.reject(reason)
    }

    private async takeInput(now_ms: number): Promise<void> {
        const socket = this.socket
        if (socket.inputOverran) return this.reject(codes.REJECT_OVERSIZE)
        while (socket.inputLength >= burst.BURST_HEADER_LENGTH) {
            const input = socket.input
            const verdict = checkHeader(input, 0, this.layout_hash)
            if (verdict !== burst.HEADER_GOOD) return this.refuseHeader(verdict)
            const length = burst.BURST_HEADER_LENGTH + input.getAt(burst.PAYLOAD_LENGTH_AT, "u32")
            if (length > input.length) return this.reject(codes.REJECT_OVERSIZE)
            if (socket.inputLength < length) return
            const message = this.messageOf(length)
            message.blitAt(0, input, 0, length)
            socket.consume(length)
            const reason = await this.takeMessage(message, now_ms)
            if (reason !== codes.GOOD) return this.reject(reason)
            if (this.state !== GREETING && this.state !== OPEN) return
        }
    }

    /** A host of another build can still be told from damage, and say why it refuses. */
    private refuseHeader(verdict: number): void {
        const input = this.socket.input
        const length = this.socket.inputLength
        const told = this.state === GREETING ? toldReason(input, length) : 0
        if (told !== 0) return this.close("the host", told)
        const hash = toldLayoutHash(input, length)
        if (
            verdict === burst.HEADER_BAD_VERSION ||
            (hash !== 0 && input[burst.VERSION_AT] !== burst.PROTOCOL_VERSION)
        )
            return this.reject(codes.REJECT_VERSION)
        this.reject(
            hash !== 0 && hash !== this.layout_hash ? codes.REJECT_LAYOUT : codes.REJECT_HEADER
        )
    }

    private messageOf(length: number): Buffer {
        const known = this.messages
        // Whoever is not known yet does not choose what is kept.
        if (this.state !== OPEN) return Buffer.alloc(length)
        for (let i = 0; i < known.length; ++i) if (known[i].length === length) return known[i]
        const made = Buffer.alloc(length)
        if (known.length < LENGTHS_MAX) known.push(made)
        return made
    }

    private async takeMessage(message: Buffer, now_ms: number): Promise<number> {
        const greeting = this.greeting
        const type = message.getAt(burst.TYPE_AT, "u8")
        // Until both sides have proven themselves nobody can seal a refusal.
        if (type === burst.TYPE_REJECT && !greeting.isSealed()) return this.takeReject(message)
        if (this.state === OPEN && message.getAt(burst.SESSION_AT, "u32") !== this.session)
            return codes.REJECT_SESSION
        if (greeting.isSealed() && !greeting.seal.isAuthentic(message)) return codes.REJECT_TAG
        if (message.getAt(burst.SEQUENCE_AT, "u32") !== this.sequence_in)
            return codes.REJECT_SEQUENCE
        this.sequence_in = (this.sequence_in + 1) >>> 0
        if (type === burst.TYPE_REJECT) return this.takeReject(message)
        // Nothing is done any more for a host that has left.
        if (this.socket.state === SOCKET_CLOSED) return codes.GOOD
        if (this.state === OPEN) {
            this.heard_ms = now_ms
            return await this.takeOpen(type, message)
        }
        const reason = greeting.take(type, message)
        this.session = greeting.session
        if (reason !== codes.GOOD || !greeting.isDone()) return reason
        if (!this.takeCredit(greeting.credit_bytes)) return codes.REJECT_CREDIT
        this.state = OPEN
        this.heard_ms = now_ms
        await this.onOpen()
        return codes.GOOD
    }

    private async takeOpen(type: number, message: Buffer): Promise<number> {
        if (type === burst.TYPE_CREDIT) {
            const credit = payloadOf(message, CREDIT)
            if (!credit) return codes.REJECT_PAYLOAD
            if (!this.takeCredit(credit.limit_bytes)) return codes.REJECT_CREDIT
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
        } else if (type === burst.TYPE_PAIRS || type === burst.TYPE_CATHETER) {
            const at = burst.BURST_HEADER_LENGTH
            const length = message.length - at
            const isPiece = type === burst.TYPE_PAIRS
            const isGood = isPiece
                ? pieceIsGood(message, at, length)
                : payloadIsGood(message, at, length, CATHETER)
            if (!isGood) return codes.REJECT_PAYLOAD
            // A copy: the next message of this length takes the buffer before it has been worked off.
            const payload = message.slice(at, message.length)
            await this.onRequest(isPiece ? { pairs: payload } : { catheter: payload })
        } else return codes.REJECT_UNEXPECTED
        return codes.GOOD
    }

    /** @returns false when more may be on its way than the network here has room for */
    private takeCredit(limit: number): boolean {
        const ahead = (limit - this.credit_used) | 0
        if (ahead > this.greeting.window_bytes) return false
        this.credit_limit = limit
        return true
    }

    private takeReject(message: Buffer): number {
        const reject = payloadOf(message, REJECT)
        if (!reject) return codes.REJECT_PAYLOAD
        this.close("the host", reject.reason)
        return codes.GOOD
    }

    private reject(reason: number): void {
        this.write(this.made(burst.TYPE_REJECT, REJECT, { reason }))
        this.close("this cart", reason)
    }

    private close(who: string, reason: number): void {
        console.error("link closed by " + who + ": " + sentenceOf(reason))
        this.refused_reason = reason
        this.socket.close()
        this.state = DISCONNECTED
    }

    /** Sends a message of the control plane. @returns whether a host is there and the network took it */
    send<L extends Layout>(type: number, layout: L, record: Message<L>): boolean {
        return this.state === OPEN && this.write(this.made(type, layout, record))
    }

    /** Sends a message of the greeting. @returns the burst as it went out */
    private post<L extends Layout>(type: number, layout: L, record: Message<L>): Buffer {
        this.session = this.greeting.session
        this.sealed = this.greeting.isSealed()
        const message = this.made(type, layout, record)
        this.write(message)
        return message
    }

    private made<L extends Layout>(type: number, layout: L, record: Message<L>): Buffer {
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
     * They go one by one, since no buffer of this heap could hold them all; none of them may change before this ends.
     * @returns whether the network took it; if not, nothing has been counted
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
