// Reads the layout hash or the reject reason from a session message with another layout.
// This relies on rules that never change: the positions of magic, version, type, header length and payload length; hello,
// challenge and accept start with the sender's layout hash, a reject with its reason; the payload ends with its CRC-32C.

import * as burst from "./burst"
import { getNumber, type Bytes } from "./bytes"
import { crc32c } from "./crc32c"

/** Maximum length of a session message. */
const SESSION_MESSAGE_MAX = 256

/** Whether the bytes start with a complete session message of any layout. */
function isSessionMessage(bytes: Bytes, length: number): boolean {
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
        payload > SESSION_MESSAGE_MAX ||
        length < end + 4
    )
        return false
    return getNumber(bytes, end, "u32") === crc32c(bytes, at, end, 0)
}

/** Layout hash in a session message, even if its header check fails; 0 if there is none. */
export function foreignLayoutHash(bytes: Bytes, length: number): number {
    if (!isSessionMessage(bytes, length)) return 0
    const type = getNumber(bytes, burst.TYPE_AT, "u8")
    const hasHash =
        type === burst.TYPE_HELLO || type === burst.TYPE_CHALLENGE || type === burst.TYPE_ACCEPT
    return hasHash ? getNumber(bytes, burst.BURST_HEADER_LENGTH, "u32") : 0
}

/** Reason of a reject, even if its header check fails; 0 if it is not a reject. */
export function foreignRejectReason(bytes: Bytes, length: number): number {
    return isSessionMessage(bytes, length) &&
        getNumber(bytes, burst.TYPE_AT, "u8") === burst.TYPE_REJECT
        ? getNumber(bytes, burst.BURST_HEADER_LENGTH, "u16")
        : 0
}
