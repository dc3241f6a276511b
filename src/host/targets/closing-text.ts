// Why a session with a cart ended, as one sentence.

import { layoutHash } from "../../shared/protocol/layout-hash"
import { sentenceOf, REJECT_KEY, REJECT_NO_KEY } from "../../shared/codes"
import type { ForeignHello } from "../link/foreign-hello"
import { hexOf } from "../registers/print"
import type { Hello } from "../../shared/protocol/messages"

/** The end of a session that board or host refused to continue. */
export interface Closing {
    readonly reason: number
    readonly by: "board" | "host"
    /** The hello of another firmware version, of which nothing else can be read. */
    readonly foreign?: ForeignHello
    /** The board's id, where its hello was received. */
    readonly boardId?: string
}

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

/** "major.minor.patch" of a hello. */
export function versionText({ firmware_version: v }: Pick<Hello, "firmware_version">): string {
    return `${v >>> 16}.${(v >>> 8) & 0xff}.${v & 0xff}`
}
