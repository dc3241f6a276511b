// Responsible for: the hello of a board that was built with another layout: who it is, though nothing else can be read.
// Not for: boards that we understand (burst-stream.ts).
// Specification: src/wire/README.md, "Versions": header and hello never change, whatever the hash.

import * as burst from "../../wire/burst"
import { getNumber } from "../../wire/bytes"
import { layoutHash } from "../../wire/layout-hash"
import * as messages from "../../wire/messages"

/**
 * Reads the first bytes of a connection.
 * @returns the hello of another layout; undefined when it is ours, incomplete or no hello at all
 */
export function foreignHello(bytes: Uint8Array): messages.Hello | undefined {
    const at = burst.BURST_HEADER_LENGTH
    const length = messages.payloadLength(messages.HELLO)
    if (bytes.length < at + length) return undefined
    if (
        getNumber(bytes, burst.MAGIC_AT, "u32") !== burst.BURST_MAGIC ||
        bytes[burst.HEADER_LENGTH_AT] !== at ||
        bytes[burst.TYPE_AT] !== burst.TYPE_HELLO ||
        getNumber(bytes, burst.PAYLOAD_LENGTH_AT, "u32") !== length ||
        !messages.payloadIsGood(bytes, at, length, messages.HELLO)
    )
        return undefined
    const hello = messages.readPayload(bytes, at, messages.HELLO)
    return hello.layout_hash === layoutHash() ? undefined : hello
}
