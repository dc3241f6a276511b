// Key derivation, proofs and tags of a session (README.md, "Authentication"); SHA-256 is native in both runtimes.
// Sources: HMAC, RFC 2104 (tags are truncated to the first half, section 5); HKDF-Expand, RFC 5869, sections 2.3 and 3.3 (the
// key is 32 random bytes, so no extraction); transcript hash in every secret and one key per direction as in TLS 1.3, RFC 8446,
// sections 4.4.1, 7.1 and 7.3.

import { getNumber, type Bytes } from "./bytes"

/** Length of the pre-shared key, in bytes. */
export const KEY_LENGTH = 32
export const NONCE_LENGTH = 16
/** Length of SHA-256 and HMAC-SHA-256, of proofs and of session keys, in bytes. */
export const HASH_LENGTH = 32
export const TAG_LENGTH = 16

/** Names of the board's settings: the key as 64 hex digits; `true` to allow a connection without a key (lab bench only). */
export const LINK_KEY_SETTING = "link_key"
export const LINK_INSECURE_SETTING = "link_insecure"

/** Equal lengths, so that no label is a prefix of another. */
const LABEL_HOST_PROOF = "IVL2 proof  host"
const LABEL_BOARD_PROOF = "IVL2 proof board"
const LABEL_HOST_KEY = "IVL2 key    host"
const LABEL_BOARD_KEY = "IVL2 key   board"
/** Number of the only block of HKDF-Expand. */
const BLOCK_1 = "\x01"

/** Parts of a message to be concatenated; texts are ASCII. */
export type Parts = (Bytes | string)[]

/** Hash functions of the runtime. */
export interface Hashing {
    sha256(parts: Parts): Bytes
    hmac(key: Bytes, parts: Parts): Bytes
}

/** Secrets derived from the key and the first two bursts of a connection; {@link HASH_LENGTH} bytes each. */
export interface SessionSecrets {
    host_proof: Bytes
    board_proof: Bytes
    /** Key for the tags of the host's bursts. */
    host_key: Bytes
    /** Key for the tags of the board's bursts. */
    board_key: Bytes
}

/**
 * @param key pre-shared key, {@link KEY_LENGTH} bytes
 * @param hello the board's first burst as sent, header and payload
 * @param challenge the host's first burst as sent
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

/** Writes bytes into the fields `name_0`, `name_1`, … of a record, four bytes each. */
export function putWords(record: Record<string, any>, name: string, bytes: Bytes): void {
    for (let i = 0; i * 4 < bytes.length; ++i)
        record[name + "_" + i] = getNumber(bytes, i * 4, "u32")
}

/** Whether the fields `name_0`, `name_1`, … hold these bytes, in constant time. */
export function sameWords(record: Record<string, any>, name: string, bytes: Bytes): boolean {
    let difference = 0
    for (let i = 0; i * 4 < bytes.length; ++i)
        difference |= record[name + "_" + i] ^ getNumber(bytes, i * 4, "u32")
    return difference === 0
}
