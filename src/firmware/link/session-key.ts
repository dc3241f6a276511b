// Responsible for: the secrets of one session: proofs, and the tag of each burst in both directions.
// Not for: when they are asked for (link.ts), or how they are derived (wire/session.ts).

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
    /** Undefined until a challenge has come. */
    secrets: SessionSecrets | undefined = undefined
    private key_out = ZEROS
    private key_in = ZEROS
    /** What the native hashes: one array for all bursts. */
    private whole: Buffer[] = [ZEROS]
    private came = Buffer.alloc(TAG_LENGTH)

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
        this.whole[0] = burst
        this.tagParts(this.whole)
    }

    /** The same for a burst in parts; the header is in the first. Garbage: the 32 bytes of the HMAC. */
    tagParts(parts: Buffer[]): void {
        const header = parts[0]
        header.fillAt(TAG_AT, TAG_LENGTH, 0)
        header.blitAt(TAG_AT, hmacSha256(this.key_out, parts), 0, TAG_LENGTH)
    }

    /** Whether the host made this burst in this session. */
    isAuthentic(burst: Buffer): boolean {
        const came = this.came
        came.blitAt(0, burst, TAG_AT, TAG_LENGTH)
        burst.fillAt(TAG_AT, TAG_LENGTH, 0)
        this.whole[0] = burst
        const right = hmacSha256(this.key_in, this.whole)
        // All bytes are looked at, so that time does not tell how many were right.
        let apart = 0
        for (let i = 0; i < TAG_LENGTH; ++i) apart |= came[i] ^ right[i]
        return apart === 0
    }
}
