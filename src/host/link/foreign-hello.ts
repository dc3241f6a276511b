// Reads the hello of a board that was built with another protocol layout, so that the host can name the board although
// it can read nothing else of it. Specification: src/shared/protocol/README.md, "Versions": the first fields of a hello
// never change.

import { BURST_HEADER_LENGTH, PROTOCOL_VERSION, VERSION_AT } from "../../shared/protocol/burst"
import { readFields, type Message } from "../../shared/protocol/bytes"
import { foreignLayoutHash } from "../../shared/protocol/foreign-layout"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { REJECT_LAYOUT, REJECT_VERSION } from "../../shared/codes"

/** The fields at the start of every hello, whatever its layout. */
const BEGINNING = `
layout_hash:u32
board_id_low:u32
board_id_high:u32
firmware_version:u32
`

export interface ForeignHello extends Message<typeof BEGINNING> {
    /** Reject code: a different protocol version, or a different layout. */
    readonly reason: number
}

/**
 * Reads the first bytes of a connection.
 * @returns the hello of another layout; undefined for our own layout, an incomplete hello, or other bytes
 */
export function foreignHello(bytes: Uint8Array): ForeignHello | undefined {
    const hash = foreignLayoutHash(bytes, bytes.length)
    if (hash === 0 || hash === layoutHash()) return undefined
    const reason = bytes[VERSION_AT] === PROTOCOL_VERSION ? REJECT_LAYOUT : REJECT_VERSION
    return { ...readFields(bytes, BURST_HEADER_LENGTH, BEGINNING), reason }
}
