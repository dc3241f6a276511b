// SHA-256, HMAC and random bytes of the runtime. @devicescript/crypto would allocate an array per call.

import { Hashing, Parts } from "../../shared/protocol/session"

type BufferNatives = {
    digest(key: Buffer | undefined, algorithm: string, parts: Parts): Buffer
}

/** HMAC-SHA-256 over the parts one after the other; allocates the 32 bytes that it returns. */
export function hmacSha256(key: Buffer, parts: Parts): Buffer {
    return (Buffer as any as BufferNatives).digest(key, "sha256", parts)
}

/** SHA-256 over the parts one after the other; allocates the 32 bytes that it returns. */
export function sha256(parts: Parts): Buffer {
    return (Buffer as any as BufferNatives).digest(undefined, "sha256", parts)
}

export const hashing: Hashing = {
    sha256: parts => sha256(parts),
    hmac: (key, parts) => hmacSha256(key as Buffer, parts),
}

/**
 * Random bytes for a nonce. On an ESP32 they come from `esp_fill_random`: its hardware generator, true random while the
 * radio is on, which it is whenever there is a link (ESP-IDF, "Random Number Generation"). The virtual board's come from
 * its seed.
 */
export function randomBytes(count: number): Buffer {
    const bytes = Buffer.alloc(count)
    ;(bytes as any).fillRandom()
    return bytes
}
