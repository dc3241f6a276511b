// Tests the parts of a pair list: encoding, order, and the refusal of invalid parts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { writeFields } from "../protocol/bytes"
import { crc32c } from "../protocol/crc32c"
import { TABLE_ENTRIES } from "../devices/line-engine"
import * as list from "./pair-list"
import * as codes from "../codes"

const test = suite("pair list in parts")

/** 150 pairs of a 64-element array: parts of 64, 64 and 22. */
const TOTAL = 150
const ELEMENTS = 64
const PAIRS = Uint8Array.from({ length: 2 * TOTAL }, (_, i) => (7 * i + 3) % ELEMENTS)

function part(first: number, pairs = PAIRS, total = TOTAL): Uint8Array {
    const to = new Uint8Array(list.partLength(list.PART_PAIRS_MAX))
    return to.slice(0, list.writePart(to, 0, pairs, total, first))
}

/** A part with changed header fields and a correct CRC. */
function changed(
    first: number,
    fields: Partial<Record<"list_crc" | "total" | "first" | "count", number>>
): Uint8Array {
    const bytes = part(first)
    const length = bytes.length - 4
    writeFields(bytes, 0, list.PAIRS, {
        list_crc: list.pairsCrc(PAIRS, TOTAL),
        ...{ total: TOTAL, first, count: Math.min(64, TOTAL - first) },
        ...fields,
    })
    new DataView(bytes.buffer).setUint32(length, crc32c(bytes, 0, length, 0), true)
    return bytes
}

/** Result of a series of parts: last reason, its value, number of pairs received. */
function resultOf(...parts: Uint8Array[]): [number, number, number] {
    const input = new list.PairListInput()
    let reason: number = codes.GOOD
    for (const bytes of parts) {
        assert.ok(list.partIsValid(bytes, 0, bytes.length))
        reason = input.accept(bytes, 0, ELEMENTS)
    }
    return [reason, input.value, input.received]
}

test("is complete only with all parts; a first part restarts the list at any time", () => {
    const input = new list.PairListInput()
    assert.not(input.complete())
    for (const [first, received] of [
        [0, 64],
        [64, 128],
        [0, 64],
        [64, 128],
        [128, 150],
    ] as const) {
        assert.not(input.complete())
        assert.is(input.accept(part(first), 0, ELEMENTS), codes.GOOD)
        assert.equal([input.received, input.total, input.value], [received, TOTAL, 0])
    }
    assert.ok(input.complete())
    input.clear()
    assert.not(input.complete())
    // A part reads back as written.
    const bytes = part(64)
    assert.is(list.partPairCount(bytes, 0), 64)
    assert.is(list.partFirstPair(bytes, 0), 64)
    for (let at = 0; at < 128; at++) assert.is(list.partElement(bytes, 0, at), PAIRS[128 + at])
})

test("refuses a part out of order or of another list with the expected pair, and clears the list", () => {
    const { REFUSED_PAIRS_ORDER: order } = codes
    assert.equal(resultOf(part(64)), [order, 0, 0])
    assert.equal(resultOf(part(0), part(128)), [order, 64, 0])
    assert.equal(resultOf(part(0), part(64), part(64)), [order, 128, 0])
    // A part that overlaps by one pair or omits one.
    for (const first of [63, 65]) assert.equal(resultOf(part(0), part(first)), [order, 64, 0])
    const other = PAIRS.map((e, i) => (i === 299 ? e ^ 1 : e))
    assert.equal(resultOf(part(0), part(64, other)), [order, 64, 0])
    assert.equal(resultOf(part(0), changed(64, { total: TOTAL + 1 })), [order, 64, 0])
    // After a refusal the list must be sent again from its first pair.
    assert.equal(resultOf(part(0), part(128), part(64)), [order, 0, 0])
    assert.equal(resultOf(part(0), part(128), part(0)), [codes.GOOD, 0, 64])
})

test("refuses more pairs than the table holds or than announced, with the maximum", () => {
    const { REFUSED_PAIRS_LENGTH: length } = codes
    for (const total of [0, TABLE_ENTRIES + 1, 0xffff])
        assert.equal(resultOf(changed(0, { total })), [length, TABLE_ENTRIES, 0])
    assert.equal(resultOf(changed(0, { total: TABLE_ENTRIES })), [codes.GOOD, 0, 64])
    assert.equal(resultOf(changed(0, { total: 63 })), [length, 63, 0])
    assert.equal(resultOf(changed(0, { total: 1 })), [length, 1, 0])
})

test("refuses an element that the catheter does not have, with the index of its pair", () => {
    const { REFUSED_PAIRS_ELEMENT: element } = codes
    for (const [at, value] of [
        [0, 64],
        [1, 64],
        [14, 64],
        [127, 255],
    ] as const) {
        const pairs = PAIRS.map((e, i) => (i === at ? value : e))
        assert.equal(resultOf(part(0, pairs)), [element, at >> 1, 0], `${at}`)
    }
    const late = PAIRS.map((e, i) => (i === 299 ? ELEMENTS : e))
    assert.equal(resultOf(part(0, late), part(64, late), part(128, late)), [element, 149, 0])
    const last = PAIRS.map((e, i) => (i === 299 ? ELEMENTS - 1 : e))
    assert.equal(resultOf(part(0, last), part(64, last), part(128, last)), [codes.GOOD, 0, TOTAL])
})

test("refuses a list with a wrong CRC at its last part", () => {
    const list_crc = list.pairsCrc(PAIRS, TOTAL) ^ 1
    assert.equal(
        resultOf(changed(0, { list_crc }), changed(64, { list_crc }), changed(128, { list_crc })),
        [codes.REFUSED_PAIRS_CRC, 0, 0]
    )
    // A single pair against an independent CRC-32C.
    const one = Uint8Array.of(0x31, 0x32)
    assert.is(list.pairsCrc(one, 1), bitwiseCrc32c(one))
})

/** CRC-32C by definition: polynomial 0x1EDC6F41, reflected, bit by bit. */
function bitwiseCrc32c(bytes: Uint8Array): number {
    let crc = ~0
    for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    }
    return ~crc >>> 0
}

test("refuses a part with a wrong length, a wrong count or a flipped bit", () => {
    const bytes = part(128)
    const valid = (b: Uint8Array): boolean => list.partIsValid(b, 0, b.length)
    assert.ok(valid(bytes))
    assert.ok(valid(part(0)))
    assert.is(part(0).length, 10 + 2 * 64 + 4)
    assert.ok(valid(part(149)))
    assert.not(valid(bytes.slice(0, -1)))
    assert.not(valid(bytes.slice(0, -2)))
    assert.not(valid(Uint8Array.of(...bytes, 0, 0)))
    assert.not(valid(new Uint8Array(0)))
    assert.not(valid(new Uint8Array(14)))
    for (const count of [0, 21, 23, 64, 65]) assert.not(valid(changed(128, { count })), `${count}`)
    // Header and CRC without a pair.
    const none = new Uint8Array(list.partLength(0))
    none.set(changed(128, { count: 0 }).subarray(0, 10))
    new DataView(none.buffer).setUint32(10, crc32c(none, 0, 10, 0), true)
    assert.not(valid(none))
    for (let at = 0; at < bytes.length; at++)
        assert.not(valid(bytes.map((b, i) => (i === at ? b ^ 0x10 : b))), `${at}`)
})

test.run()
