// Byte vectors: numbers, texts, CRCs, headers, messages, line records.

import * as burst from "../../shared/protocol/burst"
import { checkHeader, sealHeader } from "../../shared/protocol/burst"
import {
    type Layout,
    getNumber,
    type Message,
    putNumber,
    readFields,
    sizeOf,
    writeFields,
} from "../../shared/protocol/bytes"
import { crc32c, crc8 } from "../../shared/protocol/crc32c"
import { layoutHash, LAYOUTS } from "../../shared/protocol/layout-hash"
import * as lineRecord from "../../shared/acquisition/line-record"
import { payloadLength, writePayload } from "../../shared/protocol/messages"
import type { Fields, Vectors } from "./vectors"

const HASH = layoutHash()

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"))

const HEADER_CONSTANTS = {
    magic: burst.BURST_MAGIC,
    version: burst.PROTOCOL_VERSION,
    header_length: burst.BURST_HEADER_LENGTH,
}

export function numbers(): Vectors["numbers"] {
    const cases: [string, number][] = [
        ["u8", 0],
        ["u8", 255],
        ["u8", 256],
        ["u8", -1],
        ["u16", 0x1234],
        ["u16", 65535],
        ["u16", 65537],
        ["u16", -2],
        ["u32", 0x12345678],
        ["u32", 0x80000000],
        ["u32", 0xdeadbeef],
        ["u32", 0xffffffff],
        ["u32", -1],
        ["i32", 0x12345678],
        ["i32", 2147483647],
        ["i32", -2147483648],
        ["i32", -1],
        ["i32", -250000],
    ]
    return cases.map(([format, value]) => {
        const bytes = new Uint8Array(4)
        putNumber(bytes, 0, format, value)
        const read = getNumber(bytes, 0, format)
        return { format, value, hex: hex(bytes), read }
    })
}

export function texts(): Vectors["texts"] {
    const cases = [
        "",
        "a",
        "array-20mhz",
        "sixteen-letters!",
        "more than sixteen letters",
        "two\u0000parts",
        "caf\u00e9",
    ]
    return cases.map(text => {
        const bytes = new Uint8Array(16)
        writeFields(bytes, 0, "\ntext:s16\n", { text })
        const { text: read } = readFields(bytes, 0, "\ntext:s16\n")
        return { text, hex: hex(bytes), read }
    })
}

export function crcs(): Vectors["crc32c"] {
    const cases: [string, number][] = [
        ["", 0],
        ["", 0xffffffff],
        ["00", 0],
        ["00", HASH],
        ["313233343536373839", 0],
        ["313233343536373839", HASH],
        ["00".repeat(32), 0],
        ["ff".repeat(32), 0],
        ["5678393132333433", 0x80000000],
    ]
    return cases.map(([text, seed]) => ({
        hex: text,
        seed,
        crc: crc32c(bytesOf(text), 0, text.length / 2, seed),
    }))
}

/** A record of a layout. @param which 0: all zeros; 1: all bits set; 2: varying bytes */
function patterned(layout: Layout, which: number): Fields {
    const length = sizeOf(layout)
    const bytes = Uint8Array.from({ length }, (_, i) =>
        which === 0 ? 0 : which === 1 ? 0xff : (i * 7 + 0x81) & 0xff
    )
    return readFields(bytes, 0, layout)
}

function sealed(fields: Fields): Uint8Array {
    const header = new Uint8Array(burst.BURST_HEADER_LENGTH)
    type Header = Message<typeof burst.BURST_HEADER>
    writeFields(header, 0, burst.BURST_HEADER, fields as Header)
    sealHeader(header, HASH)
    return header
}

export function headers(): Vectors["headers"] {
    const fields = { ...patterned(burst.BURST_HEADER, 2), ...HEADER_CONSTANTS }
    const header = (changes: Fields): Uint8Array =>
        sealed({ ...fields, payload_length: 36, ...changes })
    const flipped = (byte: number, bit: number): Uint8Array => {
        const bytes = header({})
        bytes[byte]! ^= 1 << bit
        return bytes
    }
    const otherLayout = header({})
    sealHeader(otherLayout, HASH ^ 1)
    const cases: [string, Uint8Array][] = [
        ["good", header({})],
        ["largest payload", header({ payload_length: burst.PAYLOAD_MAX })],
        ["tag in use", header({ tag_0: 1, tag_3: 0xffffffff })],
        ["magic, first byte", flipped(0, 0)],
        ["magic, last byte", flipped(3, 7)],
        ["flipped version", flipped(burst.VERSION_AT, 0)],
        ["flipped type", flipped(burst.TYPE_AT, 0)],
        ["flipped last counter", flipped(burst.CHECK_AT - 1, 7)],
        ["flipped check", flipped(burst.CHECK_AT, 3)],
        ["another layout", otherLayout],
        ["version 0", header({ version: 0 })],
        ["version 1", header({ version: 1 })],
        ["version 3", header({ version: 3 })],
        ["header of 48", header({ header_length: 48 })],
        ["header of 65", header({ header_length: 65 })],
        ["payload too long", header({ payload_length: burst.PAYLOAD_MAX + 1 })],
        ["payload of 4 GB", header({ payload_length: 0xffffffff })],
        ["version and length wrong", header({ version: 1, header_length: 48 })],
        ["all zeros", new Uint8Array(64)],
    ]
    const verdicts = Object.entries(burst).filter(([name]) =>
        /^HEADER_(GOOD|BAD_|OVERSIZE)/.test(name)
    )
    return cases.map(([name, bytes]) => {
        const code = checkHeader(bytes, 0, HASH)
        const verdict = verdicts.find(([, value]) => value === code)![0]
        return { name, hex: hex(bytes), verdict }
    })
}

export function lineCase(which: number): Vectors["lines"][number] {
    const samples = Uint8Array.from({ length: [1, 4, 16][which]! }, (_, k) => (k * 85) & 0xff)
    const fields = {
        ...patterned(lineRecord.LINE_HEADER, which),
        samples: samples.length,
    }
    const bytes = new Uint8Array(lineRecord.recordLength(samples.length))
    type Header = Message<typeof lineRecord.LINE_HEADER>
    writeFields(bytes, 0, lineRecord.LINE_HEADER, fields as unknown as Header)
    bytes.set(samples, lineRecord.LINE_HEADER_LENGTH)
    const end = bytes.length - lineRecord.LINE_CRC_LENGTH
    putNumber(bytes, end, "u32", crc32c(bytes, 0, end, 0))
    return { fields, samples: hex(samples), hex: hex(bytes) }
}

export function shortCrcs(): Vectors["crc8"] {
    return ["", "00", "01", "313233343536373839", "0205000080bb0100"].map(text => ({
        hex: text,
        crc: crc8(bytesOf(text), 0, text.length / 2),
    }))
}

export function seals(): Vectors["seals"] {
    return [0, 1, 2].map(which => {
        const fields = {
            ...patterned(burst.BURST_HEADER, which),
            ...HEADER_CONSTANTS,
            payload_length: [0, 36, 16384][which]!,
        }
        return { fields, hex: hex(sealed(fields)) }
    })
}

export function messages(): Vectors["messages"] {
    // The first two layouts are headers.
    return LAYOUTS.slice(2).flatMap(([layout, fields]) =>
        [0, 1, 2].map(which => {
            const record = patterned(fields, which)
            const bytes = new Uint8Array(payloadLength(fields))
            writePayload(bytes, 0, fields, record as Message<typeof fields>)
            return { layout, fields: record, hex: hex(bytes) }
        })
    )
}
