// Reads the hello of a board that was built with another protocol layout or version, so that the host can name the board although
// it can read nothing else of it. Specification: src/shared/protocol/README.md, "Versions": the first fields of a hello
// never change.

import { BURST_HEADER_LENGTH, PROTOCOL_VERSION, VERSION_AT } from "../../shared/protocol/burst"
import { readFields, type Message } from "../../shared/protocol/bytes"
import { foreignLayoutHash } from "../../shared/protocol/foreign-layout"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { GOOD, REJECT_HOST_OLDER, REJECT_LAYOUT, REJECT_VERSION } from "../../shared/codes"
import { CONTRACT_VERSION, versionReason } from "../../shared/versions"

/** The fields at the start of every hello, whatever its layout. */
const BEGINNING = `
layout_hash:u32
board_id_low:u32
board_id_high:u32
firmware_version:u32
`

/** What every firmware version tells of itself. */
export type HelloBeginning = Message<typeof BEGINNING>

export interface ForeignHello extends HelloBeginning {
    /** Reject code: which program is the older one; with equal versions, what else differs. */
    readonly reason: number
}

/**
 * Reads the first bytes of a connection.
 * @returns the hello of another layout or protocol version; undefined for our own, an incomplete hello, or other bytes
 */
export function foreignHello(bytes: Uint8Array): ForeignHello | undefined {
    const hash = foreignLayoutHash(bytes, bytes.length)
    const isOurVersion = bytes[VERSION_AT] === PROTOCOL_VERSION
    if (hash === 0 || (hash === layoutHash() && isOurVersion)) return undefined
    const beginning = readFields(bytes, BURST_HEADER_LENGTH, BEGINNING)
    const older = versionReason(
        beginning.firmware_version >>> 8,
        CONTRACT_VERSION,
        REJECT_HOST_OLDER
    )
    const other = isOurVersion ? REJECT_LAYOUT : REJECT_VERSION
    return { ...beginning, reason: older === GOOD ? other : older }
}
