// Bursts for another place in a session, for a capture from which the bursts between were left out.

import * as burst from "../../shared/protocol/burst"
import { putNumber } from "../../shared/protocol/bytes"
import { EVENT, type Event, payloadLength, writePayload } from "../../shared/protocol/messages"
import { layoutHash } from "../../shared/protocol/layout-hash"
import type { BurstHeader } from "./burst-header"

/** Where a burst stands among those of its board. */
export type BurstPlace = Pick<BurstHeader, "session" | "sequence">

/** A copy of a burst with the session and the sequence number of another place. Its tag is not renewed: captures have none to check. */
export function movedBurst(from: Uint8Array, { session, sequence }: BurstPlace): Uint8Array {
    const bytes = Uint8Array.from(from)
    // A hello comes before the session has its number.
    if (bytes[burst.TYPE_AT] !== burst.TYPE_HELLO)
        putNumber(bytes, burst.SESSION_AT, "u32", session)
    putNumber(bytes, burst.SEQUENCE_AT, "u32", sequence >>> 0)
    sealHeader(bytes)
    return bytes
}

/** An event of the host among the bursts of a board. @param like a burst of the board, whose header it gets */
export function eventBurst(like: Uint8Array, event: Event): Uint8Array {
    const length = payloadLength(EVENT)
    const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + length)
    bytes.set(like.subarray(0, burst.BURST_HEADER_LENGTH))
    bytes[burst.TYPE_AT] = burst.TYPE_EVENT
    putNumber(bytes, burst.PAYLOAD_LENGTH_AT, "u32", length)
    sealHeader(bytes)
    writePayload(bytes, burst.BURST_HEADER_LENGTH, EVENT, event)
    return bytes
}

function sealHeader(bytes: Uint8Array): void {
    burst.sealHeader(bytes, layoutHash())
}
