// The secrets of the session: proofs, and the tag of each burst in both directions.

import { TAG_AT } from "../../shared/protocol/burst"
import {
    HASH_LENGTH,
    sessionSecrets,
    SessionSecrets,
    TAG_LENGTH,
} from "../../shared/protocol/session"
import { hashing, hmacSha256 } from "../platform/crypto"

/** Undefined before the first challenge. */
export let secrets: SessionSecrets | undefined = undefined
let key_out = Buffer.alloc(HASH_LENGTH)
let key_in = key_out
/** Argument of the native HMAC, reused for every burst. */
const one_part: Buffer[] = [key_out]
const received = Buffer.alloc(TAG_LENGTH)

/** Derives the secrets of a session from the key and the first bursts of both sides. */
export function deriveSecrets(key: Buffer, hello: Buffer, challenge: Buffer): void {
    const derived = sessionSecrets(hashing, key, hello, challenge)
    secrets = derived
    key_out = derived.board_key as Buffer
    key_in = derived.host_key as Buffer
}

/** Writes the tag over header and payload. */
export function tagBurst(burst: Buffer): void {
    one_part[0] = burst
    tagParts(one_part)
}

/** The same for a burst in parts, the first of which is the header. The HMAC leaves 32 bytes of garbage. */
export function tagParts(parts: Buffer[]): void {
    const header = parts[0]
    header.fillAt(TAG_AT, TAG_LENGTH, 0)
    header.blitAt(TAG_AT, hmacSha256(key_out, parts), 0, TAG_LENGTH)
}

/** Whether the tag of a received burst is right. */
export function isAuthentic(burst: Buffer): boolean {
    received.blitAt(0, burst, TAG_AT, TAG_LENGTH)
    burst.fillAt(TAG_AT, TAG_LENGTH, 0)
    one_part[0] = burst
    const expected = hmacSha256(key_in, one_part)
    // All bytes are compared, so that the time does not depend on how many are right.
    let difference = 0
    for (let i = 0; i < TAG_LENGTH; ++i) difference |= received[i] ^ expected[i]
    return difference === 0
}
