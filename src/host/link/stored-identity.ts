// The identity that this host presents to carts: the keys of its key store and increasing session numbers.

import { randomBytes } from "node:crypto"
import { KEY_LENGTH } from "../../shared/protocol/session"
import { dateMs } from "../clock"
import type { HostIdentity } from "./host-identity"
import { KeyStore, KeyStoreError } from "./key-store"

/**
 * What this host knows of its carts: the keys of its store.
 * @param insecure whether carts without a key are taken, for a lab bench
 * @param tell gets what is wrong with a stored key
 * @param nowS seconds since 1970: the least number of a session
 */
export function storedIdentity(
    insecure: boolean,
    tell: (line: string) => void,
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
                tell(error.message)
                // Nobody has this one: whoever says to be that board is refused, also if it says to have no key.
                return randomBytes(KEY_LENGTH)
            }
        },
        random: count => randomBytes(count),
        // Also greater than those of a program that ran before, without a file to remember them in.
        nextSession: () => (session = Math.max(session + 1, nowS() >>> 0)),
    }
}
