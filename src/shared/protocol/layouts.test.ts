// Tests the layouts: offsets, lengths, the hash, and the detection of changed bits.

import { crc32c as libraryCrc32c } from "@node-rs/crc32"
import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "./burst"
import {
    fieldsOf,
    type Layout,
    layoutOf,
    formatOf,
    formatSize,
    nameOf,
    type Message,
    readFields,
    sizeOf,
    writeFields,
} from "./bytes"
import { CATHETER } from "../acquisition/catheters"
import { CALIBRATION } from "../motion/calibration"
import { layoutHash, LAYOUTS } from "./layout-hash"
import { LAYOUT_HASH } from "./layout-hash-value"
import * as lineRecord from "../acquisition/line-record"
import { PAIRS } from "../acquisition/pair-list"
import * as messages from "./messages"
import { TABLE_ENTRY, TABLE_ENTRY_LENGTH } from "../acquisition/firing-table"

const test = suite("layouts")

function offsetOf(layout: Layout, name: string): number {
    const fields = fieldsOf(layout)
    const at = fields.findIndex(field => nameOf(field) === name)
    assert.ok(at >= 0, name)
    return sizeOf(layoutOf(fields.slice(0, at)))
}

test("the offsets of the burst header match its fields", () => {
    const offsets = Object.entries(burst).filter(([name]) => name.endsWith("_AT"))
    assert.is(offsets.length, 19)
    const other: Record<string, string> = {
        POSITION: "position_nm",
        SPEED: "speed_nm_s",
        EPOCH: "speed_epoch",
        TICK: "tick_us",
        TAG: "tag_0",
    }
    for (const [constant, at] of offsets) {
        const word = constant.slice(0, -3)
        const field = other[word] ?? word.toLowerCase()
        assert.is(offsetOf(burst.BURST_HEADER, field), at, constant)
    }
    assert.is(sizeOf(burst.BURST_HEADER), burst.BURST_HEADER_LENGTH)
})

test("the offsets of the line header match its fields", () => {
    const offsets: [number, string][] = [
        [lineRecord.LINE_NUMBER_AT, "line"],
        [lineRecord.LINE_FRAME_AT, "frame"],
        [lineRecord.LINE_INDEX_AT, "index"],
        [lineRecord.LINE_TICK_AT, "tick_us"],
        [lineRecord.LINE_POSITION_AT, "position_counts"],
        [lineRecord.LINE_FLAGS_AT, "flags"],
        [lineRecord.LINE_SAMPLES_AT, "samples"],
    ]
    for (const [at, field] of offsets) assert.is(offsetOf(lineRecord.LINE_HEADER, field), at)
    assert.is(sizeOf(lineRecord.LINE_HEADER), lineRecord.LINE_HEADER_LENGTH)
    assert.is(sizeOf(TABLE_ENTRY), TABLE_ENTRY_LENGTH)
})

test("every message layout is in the hash, and all names are unique", () => {
    const layouts = Object.values({ ...messages, PAIRS, CATHETER, CALIBRATION }).filter(
        v => typeof v === "string"
    )
    const hashed = LAYOUTS.map(([, layout]) => layout)
    assert.is(layouts.length, hashed.length - 2)
    for (const layout of layouts) assert.ok(hashed.includes(layout))
    assert.is(new Set(LAYOUTS.map(([name]) => name)).size, LAYOUTS.length)
    for (const [, layout] of LAYOUTS) {
        const names = fieldsOf(layout).map(nameOf)
        assert.is(new Set(names).size, names.length)
    }
})

test("the constant for the VM equals the computed hash", () => {
    assert.is(LAYOUT_HASH, layoutHash())
})

test("every message fits into the board's input buffer of 1024 bytes", () => {
    for (const [, layout] of LAYOUTS) assert.ok(64 + messages.payloadLength(layout) <= 1024)
})

const nameAndFormat = (f: string) => [nameOf(f), formatOf(f)] as const

/** All changes of one field: name, format, position, removal, insertion. */
function changed(fields: readonly string[], i: number): string[][] {
    const replaced = (field: string): string[] => fields.map((f, k) => (k === i ? field : f))
    const [name, format] = [nameOf(fields[i]!), formatOf(fields[i]!)]
    const other = format === "u32" ? "i32" : "u32"
    const results = [
        replaced(`${name}_:${format}`),
        replaced(`${name}:${other}`),
        fields.filter((_, k) => k !== i),
        [...fields.slice(0, i), "new:u32", ...fields.slice(i)],
    ]
    const next = fields[i + 1]
    if (next) results.push(fields.map((f, k) => (k === i ? next : k === i + 1 ? fields[i]! : f)))
    return results
}

test("every change of a field gives a different layout hash", () => {
    const original = [...LAYOUTS]
    const seen = new Set([layoutHash()])
    let changes = 0
    const tryLayouts = (): void => {
        changes++
        seen.add(layoutHash())
    }
    try {
        original.forEach(([name, layout], l) => {
            const fields = fieldsOf(layout)
            fields.forEach((_, i) => {
                for (const result of changed(fields, i)) {
                    LAYOUTS[l] = [name, layoutOf(result)]
                    tryLayouts()
                }
            })
            LAYOUTS[l] = [name + "s", layout]
            tryLayouts()
            LAYOUTS[l] = original[l]!
        })
    } finally {
        LAYOUTS.splice(0, LAYOUTS.length, ...original)
    }
    assert.ok(changes > 400)
    assert.is(seen.size, changes + 1)
    assert.ok(seen.has(layoutHash()))
})

test("the header check is the CRC-32C of the layout text followed by 44 bytes", () => {
    const text = LAYOUTS.map(
        ([name, layout]) =>
            `${name}{${fieldsOf(layout)
                .map(f => `${f};`)
                .join("")}}`
    ).join("")
    assert.is(libraryCrc32c(text), layoutHash())
    const header = Uint8Array.from({ length: 64 }, (_, i) => 255 - i)
    burst.sealHeader(header, layoutHash())
    const whole = Buffer.concat([Buffer.from(text), header.subarray(0, 44)])
    assert.is(Buffer.from(header).readUInt32LE(44), libraryCrc32c(whole))
})

test("records of every layout read back as written", () => {
    for (const [, layout] of LAYOUTS) {
        const values = fc.record(
            Object.fromEntries(
                fieldsOf(layout)
                    .map(nameAndFormat)
                    .map(([name, format]) => [
                        name,
                        format === "s16"
                            ? fc.stringMatching(/^[ -~]{0,16}$/)
                            : format.endsWith("x32")
                              ? fc.array(format === "u16x32" ? fc.nat(0xffff) : fc.integer(), {
                                    minLength: 32,
                                    maxLength: 32,
                                })
                              : format === "i32"
                                ? fc.integer()
                                : fc.nat(2 ** (8 * formatSize(format)) - 1),
                    ])
            )
        )
        fc.assert(
            fc.property(values, fc.nat(40), (record, at) => {
                const bytes = new Uint8Array(at + sizeOf(layout) + 1).fill(0xaa)
                const written = record as Message<typeof layout>
                const end = writeFields(bytes, at, layout, written)
                assert.is(end, at + sizeOf(layout))
                assert.is(bytes[end], 0xaa)
                assert.is(at === 0 || bytes[at - 1] === 0xaa, true)
                assert.equal({ ...readFields(bytes, at, layout) }, { ...record })
            }),
            { numRuns: 50, seed: 1 }
        )
    }
})

test("refuses a header with any flipped bit before the tag [IVUS-DAT-002]", () => {
    const hash = layoutHash()
    const header = new Uint8Array(64)
    new DataView(header.buffer).setUint32(0, burst.BURST_MAGIC, true)
    header[burst.VERSION_AT] = burst.PROTOCOL_VERSION
    header[burst.HEADER_LENGTH_AT] = 64
    burst.sealHeader(header, hash)
    assert.is(burst.checkHeader(header, 0, hash), burst.HEADER_GOOD)
    for (let bit = 0; bit < 8 * 64; bit++) {
        header[bit >> 3]! ^= 1 << (bit & 7)
        const good = burst.checkHeader(header, 0, hash) === burst.HEADER_GOOD
        assert.is(good, bit >= 8 * burst.TAG_AT)
        header[bit >> 3]! ^= 1 << (bit & 7)
    }
})

test("refuses a message with a flipped bit or a wrong length [IVUS-DAT-002]", () => {
    for (const [, layout] of LAYOUTS.slice(2)) {
        const length = messages.payloadLength(layout)
        const zeros = readFields(new Uint8Array(length), 0, layout)
        const payload = new Uint8Array(length + 1)
        messages.writePayload(payload, 0, layout, zeros)
        assert.ok(messages.payloadIsValid(payload, 0, length, layout))
        for (let wrong = 0; wrong <= length + 1; wrong++)
            if (wrong !== length) assert.not(messages.payloadIsValid(payload, 0, wrong, layout))
        for (let bit = 0; bit < 8 * length; bit++) {
            payload[bit >> 3]! ^= 1 << (bit & 7)
            assert.not(messages.payloadIsValid(payload, 0, length, layout))
            payload[bit >> 3]! ^= 1 << (bit & 7)
        }
    }
})

test.run()
