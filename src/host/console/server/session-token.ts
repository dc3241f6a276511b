// The token of a console's server: whoever changes anything shows that the server's own page told it so.

import { randomBytes, timingSafeEqual } from "node:crypto"

/** The header of a request that changes something. */
export const TOKEN_HEADER = "x-ivus-token"

export class SessionToken {
    /** Hexadecimal. */
    readonly text = randomBytes(16).toString("hex")

    matches(candidate: unknown): boolean {
        if (typeof candidate !== "string") return false
        const [given, own] = [Buffer.from(candidate), Buffer.from(this.text)]
        return given.length === own.length && timingSafeEqual(given, own)
    }
}
