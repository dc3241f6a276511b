// The host's half of a link session: authentication, credit, pings, setups and commands. Specification:
// src/shared/protocol/README.md, "Authentication" and "Session".

import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { COMMAND_DATE } from "../../shared/cart-machine"
import { putNumber, type Layout, type Message } from "../../shared/protocol/bytes"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { CONTRACT_VERSION, versionReason } from "../../shared/versions"
import {
    NONCE_LENGTH,
    putWords,
    type SessionSecrets,
    sessionSecrets,
} from "../../shared/protocol/session"
import type { Burst } from "./burst-stream"
import type { BurstCheck } from "./cart-session"
import { hashing, hasValidTag, secretsEqual, tagOf } from "./seal"
import { boardIdOf, type HostIdentity } from "./host-identity"
import { SessionRequests } from "./session-requests"

/** Bytes of line bursts that may be in transit at once: 0.9 s at 30 frames/s × 256 lines × 280 bytes. */
export const CREDIT_WINDOW = 2 << 20

/** Interval of pings; the board stops a pullback after 85 ms without one. */
export const PING_INTERVAL_US = 25_000

/** Delay between challenge and proof; the board polls its socket every 10 ms. */
export const PROOF_DELAY_US = 20_000

/** Progress of a session; each message is valid in one stage only. */
type Stage = "awaiting-hello" | "challenged" | "open" | "closed"

const PROOF_AT = 4 * 4

export class HostSession extends SessionRequests implements BurstCheck {
    private stage: Stage = "awaiting-hello"
    private session = 0
    private sequence = 0
    private received = 0
    private granted = 0
    private window = CREDIT_WINDOW
    private secrets: SessionSecrets | undefined
    private nonce: Uint8Array = new Uint8Array(NONCE_LENGTH)
    private insecure = false
    private boardId = ""
    private readonly hash = layoutHash()

    /**
     * @param transmit passes bytes to the transport
     * @param delay runs its action {@link PROOF_DELAY_US} later: the board's runtime queues each received piece until
     * the program runs, and a challenge and a proof in pieces of one byte would overflow its queue; by default at
     * once
     * @param onClosed called once when either side rejects the session, with the code (codes.ts); close the transport
     * then
     */
    constructor(
        private readonly transmit: (bytes: Uint8Array) => void,
        private readonly identity: HostIdentity,
        private readonly onClosed: (reason: number, by: "board" | "host") => void = () => undefined,
        private readonly delay: (action: () => void) => void = action => action()
    ) {
        super()
    }

    get isOpen(): boolean {
        return this.stage === "open"
    }

    get isInsecure(): boolean {
        return this.insecure
    }

    /** The connection was lost, and the session with it; the next hello starts a new one. */
    connectionLost(): void {
        this.stage = "awaiting-hello"
        this.secrets = undefined
        this.insecure = false
        this.session = 0
        this.sequence = 0
    }

    /**
     * Whether a complete burst may be used: it is the next step of the handshake, or carries the session's tag.
     * {@link BurstStream} calls this before it checks the sequence number.
     */
    readonly isTrusted = ({ header, bytes }: Burst): boolean => {
        if (header.type === burst.TYPE_HELLO) return true
        if (this.stage !== "open" && header.type === burst.TYPE_REJECT) return true
        if (this.insecure) return this.isOpen
        return this.secrets !== undefined && hasValidTag(this.secrets.board_key, bytes)
    }

    /** Handles the messages that open and close a session; the receiver handles all others. */
    receive(b: Burst): void {
        const { type } = b.header
        if (type === burst.TYPE_HELLO) this.takeHello(b)
        else if (type === burst.TYPE_PROOF) this.takeProof(b)
        else if (type === burst.TYPE_REJECT) {
            const reject = readWhole(b, messages.REJECT)
            if (reject) this.close(reject.reason, "board")
        } else if (!this.isOpen && this.stage !== "closed") this.reject(codes.REJECT_UNEXPECTED)
    }

    private takeHello(b: Burst): void {
        if (this.stage === "closed") return
        if (this.stage !== "awaiting-hello") return this.reject(codes.REJECT_UNEXPECTED)
        const hello = readWhole(b, messages.HELLO)
        const least = burst.BURST_HEADER_LENGTH + burst.PAYLOAD_MAX
        if (!hello || hello.window_bytes < least) return this.reject(codes.REJECT_PAYLOAD)
        const reason = versionReason(
            hello.firmware_version >>> 8,
            CONTRACT_VERSION,
            codes.REJECT_HOST_OLDER
        )
        if (reason !== codes.GOOD) return this.reject(reason)
        if (hello.layout_hash !== this.hash) return this.reject(codes.REJECT_LAYOUT)
        this.boardId = boardIdOf(hello)
        if (this.identity.isBusy?.(this.boardId)) return this.reject(codes.REJECT_BUSY)
        this.window = Math.min(CREDIT_WINDOW, hello.window_bytes)
        const key = this.identity.keyOf(this.boardId)
        if (b.header.flags & burst.FLAG_INSECURE) {
            if (!this.identity.insecure || key) return this.reject(codes.REJECT_INSECURE)
            this.session = this.identity.nextSession()
            this.insecure = true
            return this.accept()
        }
        if (!key) return this.reject(codes.REJECT_NO_KEY)
        this.challenge(b.bytes, hello, key)
    }

    /**
     * Challenges the board. The host proves its key first, so that a host without the key learns nothing from the
     * board.
     */
    private challenge(helloBytes: Uint8Array, hello: messages.Hello, key: Uint8Array): void {
        this.session = this.identity.nextSession()
        this.nonce = this.identity.random(NONCE_LENGTH)
        const challenge = { layout_hash: this.hash, session: this.session }
        putWords(challenge, "nonce", this.nonce)
        const sent = this.message(
            burst.TYPE_CHALLENGE,
            messages.CHALLENGE,
            challenge as messages.Challenge
        )
        this.secrets = sessionSecrets(hashing, key, helloBytes, sent)
        const { nonce_0, nonce_1, nonce_2, nonce_3 } = hello
        const proof = { nonce_0, nonce_1, nonce_2, nonce_3 }
        putWords(proof, "proof", this.secrets.host_proof)
        this.stage = "challenged"
        const { secrets } = this
        this.delay(() => {
            // A new connection may have replaced this one meanwhile.
            if (this.stage !== "challenged" || this.secrets !== secrets) return
            this.message(burst.TYPE_PROOF, messages.PROOF, proof as messages.Proof)
        })
    }

    private takeProof(b: Burst): void {
        if (this.stage === "closed") return
        if (this.stage !== "challenged" || !this.secrets)
            return this.reject(codes.REJECT_UNEXPECTED)
        if (!readWhole(b, messages.PROOF)) return this.reject(codes.REJECT_PAYLOAD)
        const { board_proof } = this.secrets
        const given = b.payload.subarray(PROOF_AT, PROOF_AT + board_proof.length)
        if (
            !secretsEqual(b.payload.subarray(0, NONCE_LENGTH), this.nonce) ||
            !secretsEqual(given, board_proof)
        )
            return this.reject(codes.REJECT_KEY)
        // Another board may have connected meanwhile.
        if (this.identity.isBusy?.(this.boardId)) return this.reject(codes.REJECT_BUSY)
        this.accept()
    }

    private accept(): void {
        this.received = 0
        this.granted = this.window
        this.askedForControl = false
        this.stage = "open"
        this.message(burst.TYPE_ACCEPT, messages.ACCEPT, {
            layout_hash: this.hash,
            session: this.session,
            credit_bytes: this.granted,
        })
        const { unixS } = this.identity
        // As i32: the argument of a command is signed.
        if (unixS) this.command(COMMAND_DATE, unixS() | 0)
    }

    reject(reason: number): void {
        if (this.stage === "closed") return
        this.message(burst.TYPE_REJECT, messages.REJECT, { reason })
        this.close(reason, "host")
    }

    private close(reason: number, by: "board" | "host"): void {
        if (this.stage === "closed") return
        this.stage = "closed"
        this.onClosed(reason, by)
    }

    consumed(bytes: number): void {
        if (!this.isOpen) return
        this.received = (this.received + bytes) >>> 0
        const limit = (this.received + this.window) >>> 0
        // One grant a burst would double the number of messages; one for an eighth of the window is early enough.
        if ((limit - this.granted) >>> 0 < this.window / 8) return
        this.granted = limit
        this.message(burst.TYPE_CREDIT, messages.CREDIT, { limit_bytes: limit })
    }

    ping(value: number): void {
        if (this.isOpen) this.message(burst.TYPE_PING, messages.PING, { value: value >>> 0 })
    }

    /** Serial number of the latest command. */
    get lastSerial(): number {
        return this.serial
    }

    /** Sends a message whose payload a session in another thread has made. */
    request(type: number, payload: Uint8Array): void {
        if (this.isOpen) this.burst(type, payload)
    }

    private message<L extends Layout>(type: number, fields: L, record: Message<L>): Uint8Array {
        const payload = new Uint8Array(messages.payloadLength(fields))
        messages.writePayload(payload, 0, fields, record)
        return this.burst(type, payload)
    }

    private burst(type: number, payload: Uint8Array): Uint8Array {
        const { length } = payload
        const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + length)
        bytes.set(payload, burst.BURST_HEADER_LENGTH)
        putNumber(bytes, burst.MAGIC_AT, "u32", burst.BURST_MAGIC)
        putNumber(bytes, burst.VERSION_AT, "u8", burst.PROTOCOL_VERSION)
        putNumber(bytes, burst.TYPE_AT, "u8", type)
        putNumber(bytes, burst.HEADER_LENGTH_AT, "u8", burst.BURST_HEADER_LENGTH)
        if (this.insecure) putNumber(bytes, burst.FLAGS_AT, "u8", burst.FLAG_INSECURE)
        putNumber(bytes, burst.SESSION_AT, "u32", this.session)
        putNumber(bytes, burst.SEQUENCE_AT, "u32", this.sequence)
        putNumber(bytes, burst.PAYLOAD_LENGTH_AT, "u32", length)
        sealHeader(bytes, this.hash)
        if (this.secrets) bytes.set(tagOf(this.secrets.host_key, bytes), burst.TAG_AT)
        this.sequence = (this.sequence + 1) >>> 0
        this.transmit(bytes)
        return bytes
    }
}

/** The message of a burst with a right CRC; undefined if its length is wrong. */
function readWhole<L extends Layout>({ payload }: Burst, fields: L): Message<L> | undefined {
    return messages.payloadIsValid(payload, 0, payload.length, fields)
        ? messages.readPayload(payload, 0, fields)
        : undefined
}
