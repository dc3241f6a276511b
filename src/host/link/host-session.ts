// Responsible for: the host's half of a session: accept, credit, pings, setups and commands to the board.
// Not for: what the board sends (../run/run-receiver.ts) or sockets.

import * as burst from "../../wire/burst"
import { sealHeader } from "../../wire/burst"
import { putNumber } from "../../wire/bytes"
import type { Field, Message } from "../../wire/bytes"
import { layoutHash } from "../../wire/layout-hash"
import * as messages from "../../wire/messages"

/** Bytes of line bursts that may be on their way at once: 0.9 s at 30 frames/s × 256 × 280. */
export const CREDIT_WINDOW = 2 << 20

/** How often a host shows that it is there; the board stops a pullback after 90 ms of silence. */
export const PING_INTERVAL_US = 25_000

export class HostSession {
    private open = false
    private session = 0
    private sequence = 0
    private received = 0
    private granted = 0
    private serial = 0
    private readonly hash = layoutHash()

    /** @param send hands bytes to the transport */
    constructor(private readonly send: (bytes: Uint8Array) => void) {}

    get isOpen(): boolean {
        return this.open
    }

    /** The connection is gone, and with it the session. */
    lost(): void {
        this.open = false
    }

    /**
     * Answers a hello; one that comes again in an open session is not answered.
     * @param session number of the new session, never 0
     */
    accept(session: number): void {
        if (this.open) return
        this.session = session
        this.sequence = 0
        this.received = 0
        this.granted = CREDIT_WINDOW
        this.message(burst.TYPE_ACCEPT, messages.ACCEPT, {
            layout_hash: this.hash,
            session,
            credit_bytes: this.granted,
        })
        this.open = true
    }

    reject(reason: number): void {
        this.message(burst.TYPE_REJECT, messages.REJECT, { reason })
        this.open = false
    }

    /** A line burst of so many bytes was taken in and dealt with: the board may send as much again. */
    consumed(bytes: number): void {
        this.received = (this.received + bytes) >>> 0
        const limit = (this.received + CREDIT_WINDOW) >>> 0
        // A grant for each burst would double the messages; an eighth of the window is early enough.
        if ((limit - this.granted) >>> 0 < CREDIT_WINDOW / 8) return
        this.granted = limit
        this.message(burst.TYPE_CREDIT, messages.CREDIT, { limit_bytes: limit })
    }

    ping(value: number): void {
        if (this.open)
            this.message(burst.TYPE_PING, messages.PING, { value: value >>> 0 })
    }

    setup(setup: messages.Setup): void {
        this.message(burst.TYPE_SETUP, messages.SETUP, setup)
    }

    /**
     * @param argument of a jog or a change of speed, in nm/s
     * @returns the serial number under which a refusal would come back
     */
    command(command: number, argument = 0): number {
        const serial = ++this.serial
        this.message(burst.TYPE_COMMAND, messages.COMMAND, {
            command,
            serial,
            argument,
        })
        return serial
    }

    private message<F extends readonly Field[]>(
        type: number,
        fields: F,
        record: Message<F>
    ): void {
        const length = messages.payloadLength(fields)
        const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + length)
        const view = bytes
        messages.writePayload(view, burst.BURST_HEADER_LENGTH, fields, record)
        putNumber(view, burst.MAGIC_AT, "u32", burst.BURST_MAGIC)
        putNumber(view, burst.VERSION_AT, "u8", burst.PROTOCOL_VERSION)
        putNumber(view, burst.TYPE_AT, "u8", type)
        putNumber(view, burst.HEADER_LENGTH_AT, "u8", burst.BURST_HEADER_LENGTH)
        putNumber(view, burst.SESSION_AT, "u32", this.session)
        putNumber(view, burst.SEQUENCE_AT, "u32", this.sequence)
        putNumber(view, burst.PAYLOAD_LENGTH_AT, "u32", length)
        sealHeader(view, this.hash)
        this.sequence = (this.sequence + 1) >>> 0
        this.send(bytes)
    }
}
