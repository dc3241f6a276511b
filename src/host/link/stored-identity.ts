// The identity that this host presents to carts: the keys of its key store and increasing session numbers.

import { randomBytes } from "node:crypto"
import { KEY_LENGTH } from "../../shared/protocol/session"
import { dateMs } from "../clock"
import type { HostIdentity } from "./host-identity"
import { KeyStore, KeyStoreError } from "./key-store"

/**
 * @param insecure whether carts without a key are accepted, for a lab bench
 * @param report receives a sentence for each stored key that cannot be used
 * @param nowS seconds since 1970: the date for carts, and lower bound of session numbers
 */
export function storedIdentity(
    insecure: boolean,
    report: (line: string) => void,
    store = new KeyStore(),
    nowS = (): number => Math.floor(dateMs() / 1000)
): HostIdentity {
    let session = 0
    return {
        insecure,
        keyOf: boardId => {
            try {
                return store.keyOf(boardId)
            } catch (error) {
                if (!(error instanceof KeyStoreError)) throw error
                report(error.message)
                // A random key that no board has: a board with this id is rejected, also if it claims to have no key.
                return randomBytes(KEY_LENGTH)
            }
        },
        random: count => randomBytes(count),
        // By the clock, so that numbers also increase over restarts without a file to store them in.
        unixS: nowS,
        nextSession: () => (session = Math.max(session + 1, nowS() >>> 0)),
    }
}
