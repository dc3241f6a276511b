// Responsible for: the hello of a board that was built with another layout: who it is, though nothing else can be read.
// Not for: boards that we understand (burst-stream.ts).
// Specification: src/shared/protocol/README.md, "Versions": what a hello begins with never changes, whatever the hash.

import { BURST_HEADER_LENGTH, PROTOCOL_VERSION, VERSION_AT } from "../../shared/protocol/burst"
import { readFields, type Message } from "../../shared/protocol/bytes"
import { toldLayoutHash } from "../../shared/protocol/foreign-layout"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { REJECT_LAYOUT, REJECT_VERSION } from "../../shared/codes"

/** The fields that every hello begins with. */
const BEGINNING = `
layout_hash:u32
board_id_low:u32
board_id_high:u32
firmware_version:u32
`

export interface ForeignHello extends Message<typeof BEGINNING> {
    /** Why it is refused: its version where that is another, else its layout. */
    readonly reason: number
}

/**
 * Reads the first bytes of a connection.
 * @returns the hello of another layout; undefined when it is ours, incomplete or no hello at all
 */
export function foreignHello(bytes: Uint8Array): ForeignHello | undefined {
    const hash = toldLayoutHash(bytes, bytes.length)
    if (hash === 0 || hash === layoutHash()) return undefined
    const reason = bytes[VERSION_AT] === PROTOCOL_VERSION ? REJECT_LAYOUT : REJECT_VERSION
    return { ...readFields(bytes, BURST_HEADER_LENGTH, BEGINNING), reason }
}
