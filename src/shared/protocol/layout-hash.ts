// The layout hash, which must be equal on both sides of the link.

import { LINE_HEADER } from "../acquisition/line-record"
import { BURST_HEADER } from "./burst"
import { fieldsOf, type Layout } from "./bytes"
import { crc32cOfText } from "./crc32c"
import { messageTable } from "./messages"

/** Every layout on the link with its name, in the order in which it is hashed. */
export const LAYOUTS: (readonly [string, Layout])[] = [
    ["burst", BURST_HEADER],
    ["line", LINE_HEADER],
    ...messageTable()
        .filter(({ layout }, i, all) => all.findIndex(m => m.layout === layout) === i)
        .map(({ name, layout }) => [name, layout] as const),
]

/**
 * CRC-32C over "name{field:format;…}" of all layouts. A changed, moved or renamed field changes it, and with it every
 * header check.
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
