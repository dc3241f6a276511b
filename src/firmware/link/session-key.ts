// The secrets of one session: proofs, and the tag of each burst in both directions.

import { TAG_AT } from "../../shared/protocol/burst"
import {
    HASH_LENGTH,
    sessionSecrets,
    SessionSecrets,
    TAG_LENGTH,
} from "../../shared/protocol/session"
import { hashing, hmacSha256 } from "../platform/crypto"

const ZEROS = Buffer.alloc(HASH_LENGTH)

export class SessionKey {
    /** Undefined before the challenge. */
    secrets: SessionSecrets | undefined = undefined
    private key_out = ZEROS
    private key_in = ZEROS
    /** Argument of the native HMAC, reused for every burst. */
    private one_part: Buffer[] = [ZEROS]
    private received = Buffer.alloc(TAG_LENGTH)

    derive(key: Buffer, hello: Buffer, challenge: Buffer): void {
        const secrets = sessionSecrets(hashing, key, hello, challenge)
        this.secrets = secrets
        this.key_out = secrets.board_key as Buffer
        this.key_in = secrets.host_key as Buffer
    }

    forget(): void {
        this.secrets = undefined
        this.key_out = ZEROS
        this.key_in = ZEROS
    }

    /** Writes the tag over header and payload. */
    tag(burst: Buffer): void {
        this.one_part[0] = burst
        this.tagParts(this.one_part)
    }

    /** The same for a burst in parts, the first of which is the header. The HMAC leaves 32 bytes of garbage. */
    tagParts(parts: Buffer[]): void {
        const header = parts[0]
        header.fillAt(TAG_AT, TAG_LENGTH, 0)
        header.blitAt(TAG_AT, hmacSha256(this.key_out, parts), 0, TAG_LENGTH)
    }

    /** Whether the tag of a received burst is right. */
    isAuthentic(burst: Buffer): boolean {
        const received = this.received
        received.blitAt(0, burst, TAG_AT, TAG_LENGTH)
        burst.fillAt(TAG_AT, TAG_LENGTH, 0)
        this.one_part[0] = burst
        const expected = hmacSha256(this.key_in, this.one_part)
        // All bytes are compared, so that the time does not depend on how many are right.
        let difference = 0
        for (let i = 0; i < TAG_LENGTH; ++i) difference |= received[i] ^ expected[i]
        return difference === 0
    }
}
