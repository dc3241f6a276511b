// SHA-256, HMAC and burst tags in Node, with comparison in constant time. Key derivation:
// src/shared/protocol/session.ts.

import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { TAG_AT } from "../../shared/protocol/burst"
import type { Bytes } from "../../shared/protocol/bytes"
import { type Hashing, type Parts, TAG_LENGTH } from "../../shared/protocol/session"

const PAYLOAD_AT = TAG_AT + TAG_LENGTH
const NO_TAG = new Uint8Array(TAG_LENGTH)

const toBytes = (part: Bytes | string): Uint8Array =>
    typeof part === "string" ? Buffer.from(part, "latin1") : (part as Uint8Array)

export const hashing: Hashing = {
    sha256: (parts: Parts) => {
        const hash = createHash("sha256")
        for (const part of parts) hash.update(toBytes(part))
        return hash.digest()
    },
    hmac: (key: Bytes, parts: Parts) => {
        const hmac = createHmac("sha256", key as Uint8Array)
        for (const part of parts) hmac.update(toBytes(part))
        return hmac.digest()
    },
}

/** The tag of a burst: an HMAC over its header, with zeros in place of the tag, and its payload. */
export function tagOf(key: Bytes, burst: Uint8Array): Uint8Array {
    return createHmac("sha256", key as Uint8Array)
        .update(burst.subarray(0, TAG_AT))
        .update(NO_TAG)
        .update(burst.subarray(PAYLOAD_AT))
        .digest()
        .subarray(0, TAG_LENGTH)
}

/** Whether the burst was made with this key. Constant time. */
export function hasValidTag(key: Bytes, burst: Uint8Array): boolean {
    return timingSafeEqual(burst.subarray(TAG_AT, PAYLOAD_AT), tagOf(key, burst))
}

/** Whether two secrets are equal. Constant time. */
export function secretsEqual(a: Bytes, b: Bytes): boolean {
    return a.length === b.length && timingSafeEqual(a as Uint8Array, b as Uint8Array)
}
