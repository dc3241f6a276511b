// A test double of a board that opens a session with a host, correctly or not, and can replay a capture. It is written
// from src/shared/protocol/README.md, independently of the firmware (src/firmware/link/greeting.ts).

import { PROGRAM_VERSION } from "../../../shared/versions"
import * as burst from "../../../shared/protocol/burst"
import { sealHeader } from "../../../shared/protocol/burst"
import {
    type Layout,
    getNumber,
    type Message,
    readFields,
    writeFields,
} from "../../../shared/protocol/bytes"
import { layoutHash } from "../../../shared/protocol/layout-hash"
import * as messages from "../../../shared/protocol/messages"
import {
    NONCE_LENGTH,
    putWords,
    sameWords,
    type SessionSecrets,
    sessionSecrets,
} from "../../../shared/protocol/session"
import { type BurstHeader, BurstStream } from "../burst-stream"
import { hashing, hasValidTag, tagOf } from "../seal"

const HASH = layoutHash()
const HEADER = burst.BURST_HEADER_LENGTH

/** A message of the host as received. */
interface HostMessage {
    readonly type: number
    readonly header: BurstHeader
    readonly bytes: Uint8Array
}

export interface TestPeerOptions {
    /** If absent, the board has no key. */
    readonly key?: Uint8Array
    readonly idLow?: number
    readonly nonce?: Uint8Array
    readonly windowBytes?: number
    /** Alters a burst after sealing and before sending; undefined drops it. */
    readonly corrupt?: (bytes: Uint8Array, type: number) => Uint8Array | undefined
}

export class TestPeer {
    /** All messages received from the host. */
    readonly received: HostMessage[] = []
    /** Bursts as sent. */
    readonly sent: Uint8Array[] = []
    open = false
    /** Reason in the host's reject; 0 without one. */
    rejected = 0
    session = 0
    sequence = 0
    secrets: SessionSecrets | undefined
    onOpen: () => void = () => undefined
    private readonly nonce: Uint8Array
    private helloBytes = new Uint8Array(0)
    private backlog = new Uint8Array(0)

    constructor(
        private readonly send: (bytes: Uint8Array) => void,
        private readonly options: TestPeerOptions = {}
    ) {
        this.nonce = options.nonce ?? new Uint8Array(NONCE_LENGTH).fill(0x5b)
    }

    hello(changes: Partial<messages.Hello> = {}): this {
        const hello = {
            layout_hash: HASH,
            board_id_low: this.options.idLow ?? 1,
            board_id_high: 2,
            firmware_version: PROGRAM_VERSION,
            window_bytes: this.options.windowBytes ?? 2 << 20,
        }
        putWords(hello, "nonce", this.nonce)
        const whole = { ...hello, ...changes } as messages.Hello
        return this.message(burst.TYPE_HELLO, messages.HELLO, whole)
    }

    message<L extends Layout>(type: number, fields: L, record: Message<L>): this {
        const payload = new Uint8Array(messages.payloadLength(fields))
        messages.writePayload(payload, 0, fields, record)
        return this.burst({ type }, payload)
    }

    private get flags(): number {
        return this.options.key ? 0 : burst.FLAG_INSECURE
    }

    /** Sends any burst, with the next sequence number and, in an authenticated session, the tag. */
    burst(changes: Partial<BurstHeader>, payload: Uint8Array): this {
        const bytes = new Uint8Array(HEADER + payload.length)
        writeFields(bytes, 0, burst.BURST_HEADER, {
            ...readFields(bytes, 0, burst.BURST_HEADER),
            magic: burst.BURST_MAGIC,
            version: burst.PROTOCOL_VERSION,
            header_length: HEADER,
            flags: this.flags,
            session: this.session,
            sequence: this.sequence,
            payload_length: payload.length,
            ...changes,
        })
        sealHeader(bytes, HASH)
        bytes.set(payload, HEADER)
        if (this.secrets) bytes.set(tagOf(this.secrets.board_key, bytes), burst.TAG_AT)
        this.sequence = (this.sequence + 1) >>> 0
        if (bytes[burst.TYPE_AT] === burst.TYPE_HELLO) this.helloBytes = bytes
        const { corrupt: harm } = this.options
        const out = harm ? harm(bytes, bytes[burst.TYPE_AT]!) : bytes
        if (out) this.raw(out)
        return this
    }

    /** Sends a reject. */
    reject(reason: number): this {
        return this.message(burst.TYPE_REJECT, messages.REJECT, { reason })
    }

    raw(bytes: Uint8Array): this {
        this.sent.push(bytes)
        this.send(bytes)
        return this
    }

    /** Sends the bursts of a capture again as bursts of this session, without the handshake of the capture. */
    replay(capture: Uint8Array): void {
        const stream = new BurstStream(({ header, payload }) => {
            const { type } = header
            if (type === burst.TYPE_HELLO || type === burst.TYPE_PROOF) return
            const { session, sequence } = this
            const flags = (header.flags & ~burst.FLAG_INSECURE) | this.flags
            this.burst({ ...header, session, sequence, flags }, payload)
        })
        stream.push(capture)
        stream.end()
    }

    /** Processes bytes sent by the host. */
    receive(bytes: Uint8Array): void {
        this.backlog = Uint8Array.from(Buffer.concat([this.backlog, bytes]))
        for (;;) {
            const { backlog } = this
            if (backlog.length < HEADER) return
            const length = HEADER + getNumber(backlog, burst.PAYLOAD_LENGTH_AT, "u32")
            if (backlog.length < length) return
            this.backlog = backlog.slice(length)
            this.take(backlog.slice(0, length))
        }
    }

    private take(bytes: Uint8Array): void {
        const header = readFields(bytes, 0, burst.BURST_HEADER)
        const { type } = header
        this.received.push({ type, header, bytes })
        const { key } = this.options
        if (type === burst.TYPE_CHALLENGE && key) {
            this.session = header.session
            this.secrets = undefined
            // The hello as it was before {@link TestPeerOptions.corrupt} altered it.
            this.secrets = sessionSecrets(hashing, key, this.helloBytes, bytes)
        } else if (type === burst.TYPE_PROOF) this.prove(bytes)
        else if (type === burst.TYPE_REJECT) this.rejected = getNumber(bytes, HEADER, "u16")
        else if (type === burst.TYPE_ACCEPT) {
            this.session = header.session
            this.open = true
            this.onOpen()
        }
    }

    /** Sends the board's proof if the host has proven that it has the key. */
    private prove(bytes: Uint8Array): void {
        const { secrets } = this
        const theirs = messages.readPayload(bytes, HEADER, messages.PROOF)
        if (
            !secrets ||
            !sameWords(theirs, "nonce", this.nonce) ||
            !sameWords(theirs, "proof", secrets.host_proof) ||
            !hasValidTag(secrets.host_key, bytes)
        )
            return
        const { bytes: challenge } = this.received.find(m => m.type === burst.TYPE_CHALLENGE)!
        const { nonce_0, nonce_1, nonce_2, nonce_3 } = messages.readPayload(
            challenge,
            HEADER,
            messages.CHALLENGE
        )
        const proof = { nonce_0, nonce_1, nonce_2, nonce_3 }
        putWords(proof, "proof", secrets.board_proof)
        this.message(burst.TYPE_PROOF, messages.PROOF, proof as messages.Proof)
    }
}
