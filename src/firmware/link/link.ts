// Responsible for: the session with the host: connecting, headers, credit, messages in and out.
// Not for: the payload of line bursts (../acquisition) or what commands do (../cart).
// Specification: src/wire/README.md.

import * as ds from "@devicescript/core"
import * as burst from "../../wire/burst"
import { judgeHeader, sealHeader } from "../../wire/burst"
import { Field, Message } from "../../wire/bytes"
import { layoutHash } from "../../wire/layout-hash"
import {
    ACCEPT,
    Command,
    COMMAND,
    CREDIT,
    HELLO,
    payloadIsGood,
    payloadLength,
    PING,
    readPayload,
    REJECT,
    Setup,
    SETUP,
    writePayload,
} from "../../wire/messages"
import { pieceIsGood } from "../../wire/pair-list"
import * as reasons from "../../wire/reasons"
import { sentenceOf } from "../../wire/reasons"
import { HostSocket, SOCKET_CLOSED, SOCKET_OPEN } from "../platform/host-socket"

export const FIRMWARE_VERSION = 0x000100

const DISCONNECTED = 0
const CONNECTING = 1
const GREETING = 2
const OPEN = 3

/** Pause between two tries to reach the host. */
const RETRY_MS = 1000

/** A message of the host that the cart has to answer: a setup, a command, or a piece of a list of pairs. */
export interface Request {
    setup: Setup | undefined
    command: Command | undefined
    pairs: Buffer | undefined
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
    /** Why the last session ended, one of wire/reasons.ts, 0 if the host closed it. */
    ended_reason = 0

    private state = DISCONNECTED
    private socket = new HostSocket()
    private retry_ms = 0
    private session = 0
    private sequence_out = 0
    private sequence_in = 0
    private credit_limit = 0
    private credit_used = 0
    private readonly layout_hash = layoutHash()

    constructor(
        private host: string,
        private port: number,
        private onOpen: () => Promise<void>,
        private onRequest: (request: Request) => Promise<void>
    ) {}

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
            this.socket.open(this.host, this.port)
            this.state = CONNECTING
        } else if (this.socket.state === SOCKET_CLOSED) {
            this.state = DISCONNECTED
        } else if (this.state === CONNECTING) {
            if (this.socket.state === SOCKET_OPEN) this.greet(now_ms)
        } else await this.takeInput(now_ms)
    }

    private greet(now_ms: number): void {
        this.state = GREETING
        this.session = 0
        this.sequence_out = 0
        this.sequence_in = 0
        this.credit_used = 0
        this.credit_limit = 0
        this.heard_ms = now_ms
        const id = Buffer.from(ds.deviceIdentifier("self"), "hex")
        this.send(burst.TYPE_HELLO, HELLO, {
            layout_hash: this.layout_hash,
            board_id_low: id.getAt(0, "u32"),
            board_id_high: id.getAt(4, "u32"),
            firmware_version: FIRMWARE_VERSION,
            nonce_0: 0,
            nonce_1: 0,
            nonce_2: 0,
            nonce_3: 0,
        })
    }

    private async takeInput(now_ms: number): Promise<void> {
        const socket = this.socket
        if (socket.inputOverran) return this.reject(reasons.REJECT_OVERSIZE)
        while (socket.inputLength >= burst.BURST_HEADER_LENGTH) {
            const input = socket.input
            const verdict = judgeHeader(input, 0, this.layout_hash)
            if (verdict === burst.HEADER_BAD_VERSION)
                return this.reject(reasons.REJECT_VERSION)
            if (verdict !== burst.HEADER_GOOD)
                return this.reject(reasons.REJECT_HEADER)
            const length =
                burst.BURST_HEADER_LENGTH +
                input.getAt(burst.PAYLOAD_LENGTH_AT, "u32")
            if (length > input.length)
                return this.reject(reasons.REJECT_OVERSIZE)
            if (socket.inputLength < length) return
            let reason = reasons.GOOD
            try {
                reason = await this.takeMessage(input, length, now_ms)
            } finally {
                // A request that ends in a fault is used up too: taken twice it would end the link.
                // The socket may have closed, and its input with it, while it was carried out.
                if (socket.inputLength >= length) socket.consume(length)
            }
            if (reason !== reasons.GOOD) return this.reject(reason)
        }
    }

    private async takeMessage(
        input: Buffer,
        length: number,
        now_ms: number
    ): Promise<number> {
        const type = input.getAt(burst.TYPE_AT, "u8")
        if (input.getAt(burst.SEQUENCE_AT, "u32") !== this.sequence_in)
            return reasons.REJECT_SEQUENCE
        this.sequence_in = (this.sequence_in + 1) >>> 0
        if (this.state === GREETING) {
            if (type !== burst.TYPE_ACCEPT) return reasons.REJECT_UNEXPECTED
            const accept = this.payload(input, length, ACCEPT)
            if (!accept) return reasons.REJECT_PAYLOAD
            this.session = accept.session
            this.credit_limit = accept.credit_bytes
            this.state = OPEN
            this.heard_ms = now_ms
            await this.onOpen()
            return reasons.GOOD
        }
        if (input.getAt(burst.SESSION_AT, "u32") !== this.session)
            return reasons.REJECT_SESSION
        this.heard_ms = now_ms
        if (type === burst.TYPE_CREDIT) {
            const credit = this.payload(input, length, CREDIT)
            if (!credit) return reasons.REJECT_PAYLOAD
            this.credit_limit = credit.limit_bytes
        } else if (type === burst.TYPE_PING) {
            const ping = this.payload(input, length, PING)
            if (!ping) return reasons.REJECT_PAYLOAD
            this.send(burst.TYPE_PONG, PING, ping)
        } else if (type === burst.TYPE_SETUP) {
            const setup = this.payload(input, length, SETUP)
            if (!setup) return reasons.REJECT_PAYLOAD
            await this.onRequest({
                setup,
                command: undefined,
                pairs: undefined,
            })
        } else if (type === burst.TYPE_COMMAND) {
            const command = this.payload(input, length, COMMAND)
            if (!command) return reasons.REJECT_PAYLOAD
            await this.onRequest({
                setup: undefined,
                command,
                pairs: undefined,
            })
        } else if (type === burst.TYPE_PAIRS) {
            const at = burst.BURST_HEADER_LENGTH
            if (!pieceIsGood(input, at, length - at))
                return reasons.REJECT_PAYLOAD
            // A copy: the socket's input may be another one's before it has been worked off.
            await this.onRequest({
                setup: undefined,
                command: undefined,
                pairs: input.slice(at, length),
            })
        } else return reasons.REJECT_UNEXPECTED
        return reasons.GOOD
    }

    private payload<F extends readonly Field[]>(
        input: Buffer,
        length: number,
        fields: F
    ): Message<F> | undefined {
        const at = burst.BURST_HEADER_LENGTH
        if (!payloadIsGood(input, at, length - at, fields)) return undefined
        return readPayload(input, at, fields)
    }

    private reject(reason: number): void {
        console.error("link closed: " + sentenceOf(reason))
        this.ended_reason = reason
        this.send(burst.TYPE_REJECT, REJECT, { reason })
        this.socket.close()
        this.state = DISCONNECTED
    }

    /** Sends a message of the control plane. @returns whether the network took it */
    send<F extends readonly Field[]>(
        type: number,
        fields: F,
        record: Message<F>
    ): boolean {
        const length = payloadLength(fields)
        const message = Buffer.alloc(burst.BURST_HEADER_LENGTH + length)
        writePayload(message, burst.BURST_HEADER_LENGTH, fields, record)
        this.stamp(message, type, 0, length)
        sealHeader(message, this.layout_hash)
        return this.write(message)
    }

    private stamp(
        header: Buffer,
        type: number,
        flags: number,
        payload_length: number
    ): void {
        header.setAt(burst.MAGIC_AT, "u32", burst.BURST_MAGIC)
        header.setAt(burst.VERSION_AT, "u8", burst.PROTOCOL_VERSION)
        header.setAt(burst.TYPE_AT, "u8", type)
        header.setAt(burst.HEADER_LENGTH_AT, "u8", burst.BURST_HEADER_LENGTH)
        header.setAt(burst.FLAGS_AT, "u8", flags | burst.FLAG_INSECURE)
        header.setAt(burst.SESSION_AT, "u32", this.session)
        header.setAt(burst.SEQUENCE_AT, "u32", this.sequence_out)
        header.setAt(burst.PAYLOAD_LENGTH_AT, "u32", payload_length)
    }

    private write(message: Buffer): boolean {
        if (!this.socket.write(message)) return false
        this.sequence_out = (this.sequence_out + 1) >>> 0
        return true
    }

    /**
     * Writes the header of a line burst into the front of `message` and sends it.
     * @returns whether the network took it; if not, nothing has been counted
     */
    sendLines(message: Buffer, moment: BurstMoment, flags: number): boolean {
        const payload_length = message.length - burst.BURST_HEADER_LENGTH
        this.stamp(message, burst.TYPE_LINES, flags, payload_length)
        message.setAt(burst.TICK_AT, "u32", moment.tick_us)
        message.setAt(burst.POSITION_AT, "i32", moment.position_nm)
        message.setAt(burst.SPEED_AT, "i32", moment.speed_nm_s)
        message.setAt(burst.EPOCH_AT, "u16", moment.speed_epoch)
        message.setAt(burst.LINES_AT, "u16", moment.lines)
        message.setAt(burst.DROPPED_FIFO_AT, "u16", moment.dropped_fifo)
        message.setAt(burst.DROPPED_CREDIT_AT, "u16", moment.dropped_credit)
        message.setAt(burst.DROPPED_GATE_AT, "u16", moment.dropped_gate)
        sealHeader(message, this.layout_hash)
        if (!this.write(message)) return false
        this.credit_used = (this.credit_used + message.length) >>> 0
        return true
    }
}
