// Vectors of complete session starts, and of bursts with their tags.

import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { type Layout, type Message, readFields, writeFields } from "../../shared/protocol/bytes"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import { putWords, sessionSecrets } from "../../shared/protocol/session"
import { hashing, tagOf } from "../../host/link/seal"
import type { Vectors } from "./vectors"

type Header = Message<typeof burst.BURST_HEADER>

const hex = (bytes: ArrayLike<number>): string => Buffer.from(Array.from(bytes)).toString("hex")

/** Arithmetic sequence of bytes, for keys, nonces and payloads. */
const bytesFrom = (first: number, count: number, step: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, i) => (first + step * i) & 0xff)

/** A burst; unspecified fields are zero. @param key key of its tag; if omitted, the burst has no tag */
export function burstOf(
    changes: Partial<Header>,
    payload: Uint8Array,
    key?: ArrayLike<number>
): Uint8Array {
    const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + payload.length)
    const none = readFields(bytes, 0, burst.BURST_HEADER)
    writeFields(bytes, 0, burst.BURST_HEADER, {
        ...none,
        magic: burst.BURST_MAGIC,
        version: burst.PROTOCOL_VERSION,
        header_length: burst.BURST_HEADER_LENGTH,
        payload_length: payload.length,
        ...changes,
    })
    sealHeader(bytes, layoutHash())
    bytes.set(payload, burst.BURST_HEADER_LENGTH)
    if (key) bytes.set(tagOf(Uint8Array.from(key), bytes), burst.TAG_AT)
    return bytes
}

function payloadOf(layout: Layout, record: Readonly<Record<string, number>>): Uint8Array {
    const bytes = new Uint8Array(messages.payloadLength(layout))
    messages.writePayload(bytes, 0, layout, record)
    return bytes
}

/** A complete session start, in the order in which its bursts are sent. */
export function greeting(
    key: Uint8Array,
    board_nonce: Uint8Array,
    host_nonce: Uint8Array,
    session: number
): Vectors["greetings"][number] {
    const layout_hash = layoutHash()
    const helloFields = {
        layout_hash,
        board_id_low: 0x89abcdef,
        board_id_high: 0x01234567,
        firmware_version: 0x000200,
        window_bytes: 65792,
    }
    putWords(helloFields, "nonce", board_nonce)
    const hello = burstOf({ type: burst.TYPE_HELLO }, payloadOf(messages.HELLO, helloFields))
    const challengeFields = { layout_hash, session }
    putWords(challengeFields, "nonce", host_nonce)
    const challenge = burstOf(
        { type: burst.TYPE_CHALLENGE, session },
        payloadOf(messages.CHALLENGE, challengeFields)
    )
    const secrets = sessionSecrets(hashing, key, hello, challenge)
    const proof = (nonce: Uint8Array, which: ArrayLike<number>): Uint8Array => {
        const record = {}
        putWords(record, "nonce", nonce)
        putWords(record, "proof", which)
        return payloadOf(messages.PROOF, record)
    }
    const next = { session, sequence: 1 }
    const host_burst = burstOf(
        { type: burst.TYPE_PROOF, ...next },
        proof(board_nonce, secrets.host_proof),
        secrets.host_key
    )
    const board_burst = burstOf(
        { type: burst.TYPE_PROOF, ...next },
        proof(host_nonce, secrets.board_proof),
        secrets.board_key
    )
    const accept = burstOf(
        { type: burst.TYPE_ACCEPT, session, sequence: 2 },
        payloadOf(messages.ACCEPT, {
            layout_hash,
            session,
            credit_bytes: 65792,
        }),
        secrets.host_key
    )
    return {
        key: hex(key),
        hello: hex(hello),
        challenge: hex(challenge),
        transcript: hex(hashing.sha256([hello, challenge])),
        host_proof: hex(secrets.host_proof),
        board_proof: hex(secrets.board_proof),
        host_key: hex(secrets.host_key),
        board_key: hex(secrets.board_key),
        host_proof_burst: hex(host_burst),
        board_proof_burst: hex(board_burst),
        accept: hex(accept),
    }
}

/** A session start with recognisable bytes. */
export function exampleGreeting(): Vectors["greetings"][number] {
    return greeting(bytesFrom(0x80, 32, 1), bytesFrom(0x00, 16, 0x11), bytesFrom(0x10, 16, 1), 1)
}

export function greetings(): Vectors["greetings"] {
    return [
        exampleGreeting(),
        greeting(bytesFrom(0, 32, 0), bytesFrom(0, 16, 0), bytesFrom(255, 16, 0), 0xffffffff),
    ]
}

export function tags(): Vectors["tags"] {
    const lines = bytesFrom(3, 15680, 29)
    const cases: [Partial<Header>, Uint8Array][] = [
        [{ type: burst.TYPE_PING, session: 7, sequence: 3 }, bytesFrom(1, 8, 1)],
        [{ type: burst.TYPE_PONG, session: 7, sequence: 3 }, bytesFrom(1, 8, 1)],
        [{ type: burst.TYPE_PING, session: 7, sequence: 4 }, bytesFrom(1, 8, 1)],
        [{ type: burst.TYPE_LINES, session: 7, sequence: 5, lines: 56, tick_us: 1 }, lines],
        [{ type: burst.TYPE_LINES, session: 7, sequence: 6 }, bytesFrom(0, 0, 0)],
    ]
    return cases.map(([changes, payload], i) => {
        const key = bytesFrom(i, 32, 5)
        const whole = burstOf(changes, payload, key)
        // Long payloads are given by their length: byte i is 3 + 29 i modulo 256.
        return {
            key: hex(key),
            header: hex(whole.subarray(0, burst.TAG_AT)),
            payload: payload.length > 1000 ? payload.length : hex(payload),
            tag: hex(whole.subarray(burst.TAG_AT, burst.BURST_HEADER_LENGTH)),
        }
    })
}
