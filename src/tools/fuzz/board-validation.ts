// Fuzz target: the shared functions with which the board validates a host's bytes, in Node, on
// mutated messages.

import * as fc from "fast-check"
import * as assert from "uvu/assert"
import { crc32c as otherCrc32c } from "@node-rs/crc32"
import { hasValidTag, tagOf } from "../../host/link/seal"
import { applyDamage, damage } from "../../host/link/testing/stream-damage"
import { concat } from "../../host/link/testing/test-board"
import * as burst from "../../shared/protocol/burst"
import { checkHeader, sealHeader } from "../../shared/protocol/burst"
import {
    fieldsOf,
    type Layout,
    type Message,
    formatOf,
    getNumber,
    nameOf,
    writeFields,
} from "../../shared/protocol/bytes"
import { foreignLayoutHash, foreignRejectReason } from "../../shared/protocol/foreign-layout"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import { partIsValid, partLength, writePart } from "../../shared/acquisition/pair-list"

const HASH = layoutHash()
const HEADER = burst.BURST_HEADER_LENGTH
const KEY = new Uint8Array(32).fill(3)
/** Size of the board's input buffer. */
const INPUT_MAX = 1024

/** The host's messages, but for parts of a pair list, which have a generator of their own. */
const LAYOUTS = messages
    .messageTable()
    .filter(m => m.from !== "board" && m.name !== "pairs")
    .map(({ type, layout }): readonly [number, Layout] => [type, layout])

function sealed(type: number, payload: Uint8Array, n: number): Uint8Array {
    const bytes = new Uint8Array(HEADER + payload.length)
    const zeros = fieldsOf(burst.BURST_HEADER).map(f => [nameOf(f), 0])
    writeFields(bytes, 0, burst.BURST_HEADER, {
        ...(Object.fromEntries(zeros) as Message<typeof burst.BURST_HEADER>),
        ...{ magic: burst.BURST_MAGIC, version: burst.PROTOCOL_VERSION, type },
        ...{ header_length: HEADER, session: 5, sequence: n },
        payload_length: payload.length,
    })
    sealHeader(bytes, HASH)
    bytes.set(payload, HEADER)
    bytes.set(tagOf(KEY, bytes), burst.TAG_AT)
    return bytes
}

function messageOf(which: number, value: number): Uint8Array {
    if (which === LAYOUTS.length) {
        const count = 1 + (value & 7)
        const pairs = new Uint8Array(2 * count)
        const piece = new Uint8Array(partLength(count))
        writePart(piece, 0, pairs, count, 0)
        return sealed(burst.TYPE_PAIRS, piece, value)
    }
    const [type, layout] = LAYOUTS[which]!
    const record = Object.fromEntries(
        fieldsOf(layout).map((f, i) => [
            nameOf(f),
            formatOf(f) === "s16"
                ? "array-20mhz"
                : formatOf(f).endsWith("x32")
                  ? Array(32).fill(value + i)
                  : value + i,
        ])
    )
    const payload = new Uint8Array(messages.payloadLength(layout))
    messages.writePayload(payload, 0, layout, record as never)
    return sealed(type, payload, value)
}

const mutated = fc.record({
    which: fc.array(fc.tuple(fc.nat(LAYOUTS.length), fc.nat(0xffff)), {
        minLength: 1,
        maxLength: 4,
    }),
    damages: fc.array(damage, { maxLength: 3 }),
})

/** Messages that the board's validation functions accept, up to the first that they refuse. */
function acceptedMessages(input: Uint8Array): Uint8Array[] {
    const accepted: Uint8Array[] = []
    for (let at = 0; at + HEADER <= input.length;) {
        if (checkHeader(input, at, HASH) !== burst.HEADER_GOOD) break
        const length = HEADER + getNumber(input, at + burst.PAYLOAD_LENGTH_AT, "u32")
        if (length > INPUT_MAX || at + length > input.length) break
        const message = input.slice(at, at + length)
        // Header and payload have separate checks; only the tag binds a payload to its header.
        if (!hasValidTag(KEY, message)) break
        if (!contentIsGood(message)) break
        accepted.push(message)
        at += length
    }
    return accepted
}

function contentIsGood(message: Uint8Array): boolean {
    const type = message[burst.TYPE_AT]!
    const rest = message.length - HEADER
    if (type === burst.TYPE_PAIRS) return partIsValid(message, HEADER, rest)
    const layout = LAYOUTS.find(([t]) => t === type)
    return layout !== undefined && messages.payloadIsValid(message, HEADER, rest, layout[1])
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

export function boardValidation(): fc.IProperty<unknown> {
    return fc.property(mutated, ({ which, damages }) => {
        const sent = which.map(([w, value]) => messageOf(w, value))
        const other = concat(sent.map(m => messageOf(0, m.length)))
        let bytes = concat(sent)
        for (const d of damages) bytes = applyDamage(bytes, d, other)

        // Only messages that a host sent are accepted.
        const known = new Set([...sent, ...sent.map(m => messageOf(0, m.length))].map(hex))
        const got = acceptedMessages(bytes)
        for (const message of got) assert.ok(known.has(hex(message)))
        // Undamaged messages at the beginning are accepted.
        let at = 0
        let whole = 0
        for (const m of sent) {
            if (Buffer.compare(bytes.subarray(at, at + m.length), m) !== 0) break
            at += m.length
            whole++
        }
        assert.ok(got.length >= whole)

        // The layout and code of another build are reported only if a CRC is valid.
        const hash = foreignLayoutHash(bytes, bytes.length)
        const reason = foreignRejectReason(bytes, bytes.length)
        if (hash !== 0 || reason !== 0) {
            const end = HEADER + getNumber(bytes, burst.PAYLOAD_LENGTH_AT, "u32") - 4
            assert.is(otherCrc32c(bytes.subarray(HEADER, end)), getNumber(bytes, end, "u32"))
        }
    })
}
