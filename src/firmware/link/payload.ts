// The payload of a complete message.

import { BURST_HEADER_LENGTH } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { payloadIsValid, readPayload } from "../../shared/protocol/messages"

/** @returns undefined if its CRC or its length is wrong */
export function payloadOf<L extends Layout>(message: Buffer, layout: L): Message<L> | undefined {
    const at = BURST_HEADER_LENGTH
    if (!payloadIsValid(message, at, message.length - at, layout)) return undefined
    return readPayload(message, at, layout)
}
