// The layout hash, which must be equal on both sides of the link.

import { fieldsOf, type Layout } from "./bytes"
import { BURST_HEADER } from "./burst"
import { CATHETER } from "../acquisition/catheters"
import { crc32cOfText } from "./crc32c"
import { LINE_HEADER } from "../acquisition/line-record"
import {
    ACCEPT,
    CHALLENGE,
    COMMAND,
    CREDIT,
    DESCRIPTION,
    END,
    EVENT,
    HELLO,
    PING,
    PROOF,
    REFUSAL,
    REGISTER,
    REJECT,
    SETUP,
    STATUS,
} from "./messages"

import { PAIRS } from "../acquisition/pair-list"

/** Every layout on the link, in the order in which it is hashed. */
export const LAYOUTS: (readonly [string, Layout])[] = [
    ["burst", BURST_HEADER],
    ["line", LINE_HEADER],
    ["hello", HELLO],
    ["challenge", CHALLENGE],
    ["proof", PROOF],
    ["accept", ACCEPT],
    ["reject", REJECT],
    ["setup", SETUP],
    ["command", COMMAND],
    ["refusal", REFUSAL],
    ["description", DESCRIPTION],
    ["status", STATUS],
    ["event", EVENT],
    ["end", END],
    ["register", REGISTER],
    ["credit", CREDIT],
    ["ping", PING],
    ["pairs", PAIRS],
    ["catheter", CATHETER],
]

/**
 * CRC-32C over "name{field:format;…}" of all layouts: a changed, moved or renamed
 * field changes it, and with it every header check.
 */
export function layoutHash(): number {
    let crc = 0
    for (let i = 0; i < LAYOUTS.length; ++i) {
        const fields = fieldsOf(LAYOUTS[i][1])
        crc = crc32cOfText(LAYOUTS[i][0] + "{", crc)
        for (let k = 0; k < fields.length; ++k) crc = crc32cOfText(fields[k] + ";", crc)
        crc = crc32cOfText("}", crc)
    }
    return crc
}
