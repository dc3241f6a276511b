// Why a session with a cart ended, as one sentence.

import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { PROGRAM_VERSION, versionText } from "../../shared/versions"
import { layoutHash } from "../../shared/protocol/layout-hash"
import type { Closing } from "../link/closing"
import { boardIdOf } from "../link/host-identity"
import { hexOf } from "../registers/print"

const VERSION_REASONS: readonly number[] = [
    codes.REJECT_CART_OLDER,
    codes.REJECT_HOST_OLDER,
    codes.REJECT_LAYOUT,
    codes.REJECT_VERSION,
]

export function closingText({ reason, by, hello }: Closing): string {
    const sentence = `${sentenceOf(reason)}.`
    if (hello && by === "host" && VERSION_REASONS.includes(reason)) {
        const cart = `version ${versionText(hello.firmware_version)} with layout ${hexOf(hello.layout_hash)}`
        const host = `version ${versionText(PROGRAM_VERSION)} with layout ${hexOf(layoutHash())}`
        const help =
            reason === codes.REJECT_CART_OLDER
                ? " `npm run ivus -- flash` writes the program of this host to it."
                : ""
        return `The cart has ${cart}, this host ${host}: ${sentence}${help}`
    }
    const who = by === "board" ? "The cart ended" : "This host refused"
    const help =
        hello && (reason === codes.REJECT_KEY || reason === codes.REJECT_NO_KEY)
            ? ` \`npm run ivus -- pair --board ${boardIdOf(hello)}\` makes a key for it.`
            : ""
    return `${who} the session: ${sentence}${help}`
}
