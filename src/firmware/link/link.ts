// The connection to the host: connects, checks each received message, and ends a session that breaks the rules.
// Specification: src/shared/protocol/README.md.

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { checkHeader } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { foreignLayoutHash, foreignRejectReason } from "../../shared/protocol/foreign-layout"
import { LAYOUT_HASH } from "../../shared/protocol/layout-hash-value"
import { REJECT } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import {
    closeSocket,
    consumeInput,
    input,
    input_length,
    input_overran,
    openSocket,
    SOCKET_CLOSED,
    SOCKET_OPEN,
    socket_state,
} from "../platform/host-socket"
import { LinkSettings } from "../platform/settings"
import {
    beginGreeting,
    first_credit_bytes,
    greetingIsDone,
    handleGreeting,
    openGreeting,
} from "./greeting"
import { handleInSession, Request } from "./incoming"
import {
    beginConnection,
    beginSequence,
    sealed,
    sendMessage,
    session,
    setCreditLimit,
} from "./outgoing"
import { payloadOf } from "./payload"
import { isAuthentic } from "./session-key"

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

/** Time of the last valid message of the host. */
export let last_message_ms = 0
/** Why either side ended the last connection, one of the REJECT_ codes, or GOOD. */
let refused_reason = codes.GOOD

let state = DISCONNECTED
let retry_ms = 0
let sequence_in = 0
/** One buffer for each length of message received, as the native HMAC takes whole buffers only. */
const messages: Buffer[] = []
let settings: LinkSettings
let onOpen: () => Promise<void>
let onRequest: (request: Request) => Promise<void>

/** To be called once, before any other function of this file. */
export function openLink(
    link_settings: LinkSettings,
    whenOpen: () => Promise<void>,
    handleRequest: (request: Request) => Promise<void>
): void {
    settings = link_settings
    onOpen = whenOpen
    onRequest = handleRequest
    refused_reason = settings.reason
    openGreeting(settings)
}

/** Why the last connection was refused, which is then forgotten. */
export function takeRefusedReason(): number {
    const reason = refused_reason
    refused_reason = codes.GOOD
    return reason
}

export function linkIsOpen(): boolean {
    return state === OPEN
}

/** Whether a session is open and its host is not silent. */
export function hostIsPresent(): boolean {
    return state === OPEN && ds.millis() - last_message_ms <= LINK_LIMIT_MS
}

/** Connects, or handles received messages; called by the control loop. */
export async function stepLink(now_ms: number): Promise<void> {
    if (state === DISCONNECTED) {
        if (now_ms < retry_ms) return
        retry_ms = now_ms + RETRY_MS
        openSocket(settings.name, settings.port, settings.tls)
        beginConnection()
        state = CONNECTING
    } else if (socket_state === SOCKET_CLOSED) {
        // The host's last message may be the reason why it closed the connection.
        if (state !== CONNECTING) await receive(now_ms)
        state = DISCONNECTED
    } else if (state === CONNECTING) {
        if (socket_state === SOCKET_OPEN) greet(now_ms)
    } else {
        await receive(now_ms)
        // A received message may have ended the session already.
        const silent = now_ms - last_message_ms > SILENCE_MS
        if (silent && state !== DISCONNECTED) reject(codes.REJECT_LATE)
    }
}

function greet(now_ms: number): void {
    state = GREETING
    sequence_in = 0
    beginSequence()
    last_message_ms = now_ms
    const reason = beginGreeting()
    if (reason !== codes.GOOD) reject(reason)
}

async function receive(now_ms: number): Promise<void> {
    if (input_overran) return reject(codes.REJECT_OVERSIZE)
    while (input_length >= burst.BURST_HEADER_LENGTH) {
        const verdict = checkHeader(input, 0, LAYOUT_HASH)
        if (verdict !== burst.HEADER_GOOD) return rejectHeader(verdict)
        const length = burst.BURST_HEADER_LENGTH + input.getAt(burst.PAYLOAD_LENGTH_AT, "u32")
        if (length > input.length) return reject(codes.REJECT_OVERSIZE)
        if (input_length < length) return
        const message = bufferFor(length)
        message.blitAt(0, input, 0, length)
        consumeInput(length)
        const reason = await handleMessage(message, now_ms)
        if (reason !== codes.GOOD) return reject(reason)
        if (state !== GREETING && state !== OPEN) return
    }
}

/** Distinguishes a host built with another layout, whose reject can still be read, from a damaged header. */
function rejectHeader(verdict: number): void {
    const reason = state === GREETING ? foreignRejectReason(input, input_length) : 0
    if (reason !== 0) return close("the host", reason)
    const hash = foreignLayoutHash(input, input_length)
    if (
        verdict === burst.HEADER_BAD_VERSION ||
        (hash !== 0 && input[burst.VERSION_AT] !== burst.PROTOCOL_VERSION)
    )
        return reject(codes.REJECT_VERSION)
    reject(hash !== 0 && hash !== LAYOUT_HASH ? codes.REJECT_LAYOUT : codes.REJECT_HEADER)
}

function bufferFor(length: number): Buffer {
    // An unauthenticated host must not decide which buffers are kept.
    if (state !== OPEN) return Buffer.alloc(length)
    for (let i = 0; i < messages.length; ++i) if (messages[i].length === length) return messages[i]
    const created = Buffer.alloc(length)
    if (messages.length < MESSAGE_LENGTHS_MAX) messages.push(created)
    return created
}

async function handleMessage(message: Buffer, now_ms: number): Promise<number> {
    const type = message.getAt(burst.TYPE_AT, "u8")
    // Before both sides are authenticated a reject has no tag.
    if (type === burst.TYPE_REJECT && !sealed) return handleReject(message)
    if (state === OPEN && message.getAt(burst.SESSION_AT, "u32") !== session)
        return codes.REJECT_SESSION
    if (sealed && !isAuthentic(message)) return codes.REJECT_TAG
    if (message.getAt(burst.SEQUENCE_AT, "u32") !== sequence_in) return codes.REJECT_SEQUENCE
    sequence_in = (sequence_in + 1) >>> 0
    if (type === burst.TYPE_REJECT) return handleReject(message)
    // Requests of a host that has disconnected are not executed.
    if (socket_state === SOCKET_CLOSED) return codes.GOOD
    if (state === OPEN) {
        last_message_ms = now_ms
        return await handleInSession(type, message, onRequest)
    }
    const reason = handleGreeting(type, message)
    if (reason !== codes.GOOD || !greetingIsDone()) return reason
    if (!setCreditLimit(first_credit_bytes)) return codes.REJECT_CREDIT
    state = OPEN
    last_message_ms = now_ms
    await onOpen()
    return codes.GOOD
}

function handleReject(message: Buffer): number {
    const reject = payloadOf(message, REJECT)
    if (!reject) return codes.REJECT_PAYLOAD
    close("the host", reject.reason)
    return codes.GOOD
}

function reject(reason: number): void {
    sendMessage(burst.TYPE_REJECT, REJECT, { reason })
    close("this cart", reason)
}

function close(who: string, reason: number): void {
    console.error("link closed by " + who + ": " + sentenceOf(reason))
    refused_reason = reason
    closeSocket()
    state = DISCONNECTED
}

/** Sends a message if a session is open. @returns whether the network accepted it */
export function sendToHost<L extends Layout>(type: number, layout: L, record: Message<L>): boolean {
    return state === OPEN && sendMessage(type, layout, record)
}
