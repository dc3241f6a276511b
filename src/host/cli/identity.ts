// Responsible for: who this host is to the carts that connect to it, and why it or a cart refused as a sentence.
// Not for: the proof (../link/host-session.ts) or where keys are kept (../link/key-store.ts).

import { randomBytes } from "node:crypto"
import { KEY_LENGTH } from "../../shared/protocol/session"
import { layoutHash } from "../../shared/protocol/layout-hash"
import type { Hello } from "../../shared/protocol/messages"
import { REJECT_KEY, REJECT_NO_KEY, sentenceOf } from "../../shared/codes"
import type { ForeignHello } from "../link/foreign-hello"
import type { HostIdentity } from "../link/host-session"
import { hexOf } from "../registers/print"
import { KeyStore, KeyStoreError } from "../link/key-store"
import { dateMs } from "./options/reference-options"

/** A line for whoever looks at the terminal; standard output is for results. */
export function tell(line: string): void {
    process.stderr.write(`${line}\n`)
}

/** "major.minor.patch" of a hello. */
export function versionText({ firmware_version: v }: Pick<Hello, "firmware_version">): string {
    return `${v >>> 16}.${(v >>> 8) & 0xff}.${v & 0xff}`
}

/** Why a session ended other than by its connection. */
export interface Closing {
    readonly reason: number
    readonly by: "board" | "host"
    /** Who it was, where nothing else could be read. */
    readonly foreign?: ForeignHello
    /** Who it was, once it has said so. */
    readonly boardId?: string
}

/** A closing as a sentence. */
export function closingText({ reason, by, foreign, boardId }: Closing): string {
    if (foreign)
        return `The cart has firmware ${versionText(foreign)} with layout ${hexOf(foreign.layout_hash)}, this program layout ${hexOf(layoutHash())}: ${sentenceOf(reason)}.`
    const who = by === "board" ? "The cart ended" : "This host refused"
    const help =
        boardId && (reason === REJECT_KEY || reason === REJECT_NO_KEY)
            ? ` \`npm run ivus -- pair --board ${boardId}\` makes a key for it.`
            : ""
    return `${who} the session: ${sentenceOf(reason)}.${help}`
}

/**
 * What this host knows of its carts: the keys of its store.
 * @param insecure whether carts without a key are taken, for a lab bench
 * @param tell gets what is wrong with a stored key
 * @param nowS seconds since 1970: the least number of a session
 */
export function identityOfStore(
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
