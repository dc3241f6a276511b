// Responsible for: the payload of a message that has come in whole.
// Not for: header, tag or order (link.ts).

import { BURST_HEADER_LENGTH } from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { payloadIsGood, readPayload } from "../../shared/protocol/messages"

/** @returns undefined when it is damaged or of another length */
export function payloadOf<L extends Layout>(message: Buffer, layout: L): Message<L> | undefined {
    const at = BURST_HEADER_LENGTH
    if (!payloadIsGood(message, at, message.length - at, layout)) return undefined
    return readPayload(message, at, layout)
}
