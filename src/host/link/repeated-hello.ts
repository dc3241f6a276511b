// The hello of a session, placed before a later burst of it, so that a capture that begins there has the board's versions.

import * as burst from "../../shared/protocol/burst"
import { getNumber, putNumber } from "../../shared/protocol/bytes"
import { sealHeader } from "../../shared/protocol/burst"
import { layoutHash } from "../../shared/protocol/layout-hash"

/**
 * @param hello the burst as it was received
 * @param before a complete header of the session, before which the hello is placed
 * @returns the hello with the sequence number before that one, so that no burst seems to be missing
 */
export function helloBefore(hello: Uint8Array, before: Uint8Array): Uint8Array {
    const bytes = Uint8Array.from(hello)
    const sequence = getNumber(before, burst.SEQUENCE_AT, "u32")
    putNumber(bytes, burst.SEQUENCE_AT, "u32", (sequence - 1) >>> 0)
    sealHeader(bytes, layoutHash())
    return bytes
}
