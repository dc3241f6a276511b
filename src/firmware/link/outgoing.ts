// Sends what the board has to say: messages, and line bursts within the credit of the host, with header, sequence number and tag.
// Specification: src/shared/protocol/README.md. There is one host, so this is a module with state and not a class.

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { LAYOUT_HASH } from "../../shared/protocol/layout-hash-value"
import { payloadLength, writePayload } from "../../shared/protocol/messages"
import { SOCKET_CLOSED, socket_state, writeSocket } from "../platform/host-socket"
import { tagBurst, tagParts } from "./session-key"

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

/** Session number of the headers; 0 before the host has chosen it. */
export let session = 0
/** Bursts must have a tag, in both directions. */
export let sealed = false
/** Bytes of line bursts that the network of this board can queue. */
let window_bytes = 0
/** Flags of every burst sent. */
let flags_of_all = 0
/** Number of the connection: the rest of a burst must not be sent in the next one. */
let connection = 0
/** A burst is partly sent; no other may be sent before the rest. */
let sending = false
let sequence = 0
let credit_limit = 0
let credit_used = 0

/**
 * To be called once, before any other function of this file.
 * @param insecure every header says that the session has no key
 */
export function openSender(insecure: boolean, window: number): void {
    window_bytes = window
    flags_of_all = insecure ? burst.FLAG_INSECURE : 0
}

export function setSession(number: number): void {
    session = number
}

export function setSealed(has_tags: boolean): void {
    sealed = has_tags
}

/** A new connection: the rest of a burst of the last one is not sent. */
export function beginConnection(): void {
    connection++
    sending = false
}

/** The connection is open: sequence numbers and credit begin again. */
export function beginSequence(): void {
    sequence = 0
    credit_limit = 0
    credit_used = 0
}

/** Bytes of line bursts that the host still allows. */
export function creditLeft(): number {
    return (credit_limit - credit_used) | 0
}

/** @returns false if the limit is beyond what the network of this board can queue */
export function setCreditLimit(limit: number): boolean {
    const ahead = (limit - credit_used) | 0
    if (ahead > window_bytes) return false
    credit_limit = limit
    return true
}

/** Sends a message. @returns whether the network accepted it */
export function sendMessage<L extends Layout>(
    type: number,
    layout: L,
    record: Message<L>
): boolean {
    return write(newMessage(type, layout, record))
}

/** Sends a message of the greeting. @returns the burst as sent */
export function sendGreeting<L extends Layout>(
    type: number,
    layout: L,
    record: Message<L>
): Buffer {
    const message = newMessage(type, layout, record)
    write(message)
    return message
}

function newMessage<L extends Layout>(type: number, layout: L, record: Message<L>): Buffer {
    const length = payloadLength(layout)
    const message = Buffer.alloc(burst.BURST_HEADER_LENGTH + length)
    writePayload(message, burst.BURST_HEADER_LENGTH, layout, record)
    stamp(message, type, 0, length)
    sealHeader(message, LAYOUT_HASH)
    if (sealed) tagBurst(message)
    return message
}

function stamp(header: Buffer, type: number, flags: number, payload_length: number): void {
    header.setAt(burst.MAGIC_AT, "u32", burst.BURST_MAGIC)
    header.setAt(burst.VERSION_AT, "u8", burst.PROTOCOL_VERSION)
    header.setAt(burst.TYPE_AT, "u8", type)
    header.setAt(burst.HEADER_LENGTH_AT, "u8", burst.BURST_HEADER_LENGTH)
    header.setAt(burst.FLAGS_AT, "u8", flags | flags_of_all)
    header.setAt(burst.SESSION_AT, "u32", session)
    header.setAt(burst.SEQUENCE_AT, "u32", sequence)
    header.setAt(burst.PAYLOAD_LENGTH_AT, "u32", payload_length)
}

function write(message: Buffer): boolean {
    if (sending || !writeSocket(message)) return false
    sequence = (sequence + 1) >>> 0
    return true
}

/**
 * Sends a line burst: `parts[0]` is its header, written here, the others are its records.
 * They are sent one by one, as no buffer of this heap could hold them all, and must not change until this returns.
 * @returns whether the network accepted the burst; if not, nothing is counted
 */
export async function sendLines(
    parts: Buffer[],
    payload_length: number,
    moment: BurstMoment,
    flags: number
): Promise<boolean> {
    const header = parts[0]
    stamp(header, burst.TYPE_LINES, flags, payload_length)
    header.setAt(burst.TICK_AT, "u32", moment.tick_us)
    header.setAt(burst.POSITION_AT, "i32", moment.position_nm)
    header.setAt(burst.SPEED_AT, "i32", moment.speed_nm_s)
    header.setAt(burst.EPOCH_AT, "u16", moment.speed_epoch)
    header.setAt(burst.LINES_AT, "u16", moment.lines)
    header.setAt(burst.DROPPED_FIFO_AT, "u16", moment.dropped_fifo)
    header.setAt(burst.DROPPED_CREDIT_AT, "u16", moment.dropped_credit)
    header.setAt(burst.DROPPED_GATE_AT, "u16", moment.dropped_gate)
    sealHeader(header, LAYOUT_HASH)
    if (sealed) tagParts(parts)
    if (!write(header)) return false
    const connection_of_burst = connection
    sending = true
    for (let i = 1; i < parts.length; ++i)
        while (!writeSocket(parts[i])) {
            if (socket_state === SOCKET_CLOSED) return false
            await ds.sleep(1)
            if (connection !== connection_of_burst) return false
        }
    sending = false
    credit_used = (credit_used + burst.BURST_HEADER_LENGTH + payload_length) >>> 0
    return true
}
