// Responsible for: what can be read of a side that was built with another layout: that it is one, and why it refuses.
// Not for: sides that we understand (burst.ts).
// The rule that never changes: magic, version, type, header length and payload length stand where they stand; hello,
// challenge and accept begin with the sender's layout hash, a reject with its reason; the payload ends with its CRC-32C.

import * as burst from "./burst"
import { getNumber, type Bytes } from "./bytes"
import { crc32c } from "./crc32c"

/** Longer greetings are none. */
const GREETING_MAX = 256

/** Whether a whole message of the greeting stands at the beginning, whatever its layout. */
function greets(bytes: Bytes, length: number): boolean {
    const at = burst.BURST_HEADER_LENGTH
    if (length < at) return false
    const type = getNumber(bytes, burst.TYPE_AT, "u8")
    const payload = getNumber(bytes, burst.PAYLOAD_LENGTH_AT, "u32")
    const end = at + payload - 4
    if (
        getNumber(bytes, burst.MAGIC_AT, "u32") !== burst.BURST_MAGIC ||
        getNumber(bytes, burst.HEADER_LENGTH_AT, "u8") !== at ||
        type < burst.TYPE_HELLO ||
        type > burst.TYPE_REJECT ||
        payload < 6 ||
        payload > GREETING_MAX ||
        length < end + 4
    )
        return false
    return getNumber(bytes, end, "u32") === crc32c(bytes, at, end, 0)
}

/** Layout hash that a greeting tells, whether its header can be read or not; 0 when it tells none. */
export function toldLayoutHash(bytes: Bytes, length: number): number {
    if (!greets(bytes, length)) return 0
    const type = getNumber(bytes, burst.TYPE_AT, "u8")
    const tells =
        type === burst.TYPE_HELLO || type === burst.TYPE_CHALLENGE || type === burst.TYPE_ACCEPT
    return tells ? getNumber(bytes, burst.BURST_HEADER_LENGTH, "u32") : 0
}

/** Reason of a reject, whether its header can be read or not; 0 when it is none. */
export function toldReason(bytes: Bytes, length: number): number {
    return greets(bytes, length) && getNumber(bytes, burst.TYPE_AT, "u8") === burst.TYPE_REJECT
        ? getNumber(bytes, burst.BURST_HEADER_LENGTH, "u16")
        : 0
}
