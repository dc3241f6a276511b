// Key derivation, proofs and tags of a session (README.md, "Authentication"); SHA-256 is native in both runtimes.
// Sources: HMAC, RFC 2104 (a tag is its first half, section 5); HKDF-Expand, RFC 5869, sections 2.3 and 3.3
// (the key is 32 random bytes, so nothing is extracted); a hash of the transcript in every derived secret and
// one key for each direction, as in TLS 1.3, RFC 8446, sections 4.4.1, 7.1 and 7.3.

import { getNumber, type Bytes } from "./bytes"

/** Bytes of the key that board and host share. */
export const KEY_LENGTH = 32
export const NONCE_LENGTH = 16
/** Bytes of SHA-256 and HMAC-SHA-256, of a proof and of a session's keys. */
export const HASH_LENGTH = 32
export const TAG_LENGTH = 16

/** Names of the board's settings: the key as 64 hex digits, and `true` where none is needed on a lab bench. */
export const LINK_KEY_SETTING = "link_key"
export const LINK_INSECURE_SETTING = "link_insecure"

/** All of one length, so that none is the beginning of another. */
const LABEL_HOST_PROOF = "IVL2 proof  host"
const LABEL_BOARD_PROOF = "IVL2 proof board"
const LABEL_HOST_KEY = "IVL2 key    host"
const LABEL_BOARD_KEY = "IVL2 key   board"
/** Number of the only block that HKDF-Expand has to make. */
const BLOCK_1 = "\x01"

/** Parts stand for their concatenation; texts are ASCII. */
export type Parts = (Bytes | string)[]

/** Hash functions of the runtime. */
export interface Hashing {
    sha256(parts: Parts): Bytes
    hmac(key: Bytes, parts: Parts): Bytes
}

/** All that follows from the key and the first two bursts of a connection; {@link HASH_LENGTH} bytes each. */
export interface SessionSecrets {
    host_proof: Bytes
    board_proof: Bytes
    /** Of the tags of what the host sends. */
    host_key: Bytes
    /** Of the tags of what the board sends. */
    board_key: Bytes
}

/**
 * @param key the shared one, {@link KEY_LENGTH} bytes
 * @param hello the board's first burst as it was sent, header and payload
 * @param challenge the host's first burst as it was sent
 */
export function sessionSecrets(
    hashing: Hashing,
    key: Bytes,
    hello: Bytes,
    challenge: Bytes
): SessionSecrets {
    const transcript = hashing.sha256([hello, challenge])
    return {
        host_proof: hashing.hmac(key, [LABEL_HOST_PROOF, transcript, BLOCK_1]),
        board_proof: hashing.hmac(key, [LABEL_BOARD_PROOF, transcript, BLOCK_1]),
        host_key: hashing.hmac(key, [LABEL_HOST_KEY, transcript, BLOCK_1]),
        board_key: hashing.hmac(key, [LABEL_BOARD_KEY, transcript, BLOCK_1]),
    }
}

/** Writes bytes into the fields `name_0`, `name_1`, … of a record, four into each. */
export function putWords(record: Record<string, any>, name: string, bytes: Bytes): void {
    for (let i = 0; i * 4 < bytes.length; ++i)
        record[name + "_" + i] = getNumber(bytes, i * 4, "u32")
}

/** Whether the fields `name_0`, `name_1`, … hold these bytes, in constant time. */
export function sameWords(record: Record<string, any>, name: string, bytes: Bytes): boolean {
    let apart = 0
    for (let i = 0; i * 4 < bytes.length; ++i)
        apart |= record[name + "_" + i] ^ getNumber(bytes, i * 4, "u32")
    return apart === 0
}
