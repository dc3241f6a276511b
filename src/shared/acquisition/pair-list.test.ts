// Tests the parts of a pair list: encoding, order, and the refusal of invalid parts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { writeFields } from "../protocol/bytes"
import { crc32c } from "../protocol/crc32c"
import { TABLE_ENTRIES } from "../devices/line-engine"
import * as list from "./pair-list"
import * as codes from "../codes"

const test = suite("a list of pairs in pieces")

/** 150 pairs of an array of 64: pieces of 64, 64 and 22. */
const TOTAL = 150
const ELEMENTS = 64
const PAIRS = Uint8Array.from({ length: 2 * TOTAL }, (_, i) => (7 * i + 3) % ELEMENTS)

function piece(first: number, pairs = PAIRS, total = TOTAL): Uint8Array {
    const to = new Uint8Array(list.partLength(list.PART_PAIRS_MAX))
    return to.slice(0, list.writePart(to, 0, pairs, total, first))
}

/** A piece whose head says something else than what follows would have; its CRC is right. */
function changed(
    first: number,
    fields: Partial<Record<"list_crc" | "total" | "first" | "count", number>>
): Uint8Array {
    const bytes = piece(first)
    const length = bytes.length - 4
    writeFields(bytes, 0, list.PAIRS, {
        list_crc: list.pairsCrc(PAIRS, TOTAL),
        ...{ total: TOTAL, first, count: Math.min(64, TOTAL - first) },
        ...fields,
    })
    new DataView(bytes.buffer).setUint32(length, crc32c(bytes, 0, length, 0), true)
    return bytes
}

/** What became of some pieces: the last answer, its value, and how many pairs have come. */
function taken(...pieces: Uint8Array[]): [number, number, number] {
    const input = new list.PairListInput()
    let reason: number = codes.GOOD
    for (const bytes of pieces) {
        assert.ok(list.partIsValid(bytes, 0, bytes.length))
        reason = input.accept(bytes, 0, ELEMENTS)
    }
    return [reason, input.value, input.received]
}

test("whole, it is complete, and only then; a first piece begins anew at any time", () => {
    const input = new list.PairListInput()
    assert.not(input.complete())
    for (const [first, came] of [
        [0, 64],
        [64, 128],
        [0, 64],
        [64, 128],
        [128, 150],
    ] as const) {
        assert.not(input.complete())
        assert.is(input.accept(piece(first), 0, ELEMENTS), codes.GOOD)
        assert.equal([input.received, input.total, input.value], [came, TOTAL, 0])
    }
    assert.ok(input.complete())
    input.clear()
    assert.not(input.complete())
    // What is read of a piece is what was written into it.
    const bytes = piece(64)
    assert.is(list.partPairCount(bytes, 0), 64)
    assert.is(list.partFirstPair(bytes, 0), 64)
    for (let at = 0; at < 128; at++) assert.is(list.partElement(bytes, 0, at), PAIRS[128 + at])
})

test("one that is out of turn, or of another list, is refused with the pair that is due, and all is forgotten", () => {
    const { REFUSED_PAIRS_ORDER: order } = codes
    assert.equal(taken(piece(64)), [order, 0, 0])
    assert.equal(taken(piece(0), piece(128)), [order, 64, 0])
    assert.equal(taken(piece(0), piece(64), piece(64)), [order, 128, 0])
    // A piece that would overlap by a pair, or leave one out.
    for (const first of [63, 65]) assert.equal(taken(piece(0), piece(first)), [order, 64, 0])
    const other = PAIRS.map((e, i) => (i === 299 ? e ^ 1 : e))
    assert.equal(taken(piece(0), piece(64, other)), [order, 64, 0])
    assert.equal(taken(piece(0), changed(64, { total: TOTAL + 1 })), [order, 64, 0])
    // After a refusal the list has to come from its beginning.
    assert.equal(taken(piece(0), piece(128), piece(64)), [order, 0, 0])
    assert.equal(taken(piece(0), piece(128), piece(0)), [codes.GOOD, 0, 64])
})

test("more than a table holds, or than was said, is refused with what would fit", () => {
    const { REFUSED_PAIRS_LENGTH: length } = codes
    for (const total of [0, TABLE_ENTRIES + 1, 0xffff])
        assert.equal(taken(changed(0, { total })), [length, TABLE_ENTRIES, 0])
    assert.equal(taken(changed(0, { total: TABLE_ENTRIES })), [codes.GOOD, 0, 64])
    assert.equal(taken(changed(0, { total: 63 })), [length, 63, 0])
    assert.equal(taken(changed(0, { total: 1 })), [length, 1, 0])
})

test("an element that the catheter does not have is refused with the place of its pair, transmitter or receiver", () => {
    const { REFUSED_PAIRS_ELEMENT: element } = codes
    for (const [at, value] of [
        [0, 64],
        [1, 64],
        [14, 64],
        [127, 255],
    ] as const) {
        const pairs = PAIRS.map((e, i) => (i === at ? value : e))
        assert.equal(taken(piece(0, pairs)), [element, at >> 1, 0], `${at}`)
    }
    const late = PAIRS.map((e, i) => (i === 299 ? ELEMENTS : e))
    assert.equal(taken(piece(0, late), piece(64, late), piece(128, late)), [element, 149, 0])
    const last = PAIRS.map((e, i) => (i === 299 ? ELEMENTS - 1 : e))
    assert.equal(taken(piece(0, last), piece(64, last), piece(128, last)), [codes.GOOD, 0, TOTAL])
})

test("a list whose pairs are not those of its CRC is refused at its end", () => {
    const list_crc = list.pairsCrc(PAIRS, TOTAL) ^ 1
    assert.equal(
        taken(changed(0, { list_crc }), changed(64, { list_crc }), changed(128, { list_crc })),
        [codes.REFUSED_PAIRS_CRC, 0, 0]
    )
    // One pair alone: CRC-32C of "12" by RFC 3720's polynomial, not by our own table.
    const one = Uint8Array.of(0x31, 0x32)
    assert.is(list.pairsCrc(one, 1), bitwiseCrc32c(one))
})

/** By the definition: polynomial 0x1EDC6F41, reflected, bit by bit. */
function bitwiseCrc32c(bytes: Uint8Array): number {
    let crc = ~0
    for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    }
    return ~crc >>> 0
}

test("a payload that is no piece is none: too short, too long, another count, a bit flipped", () => {
    const bytes = piece(128)
    const is = (b: Uint8Array): boolean => list.partIsValid(b, 0, b.length)
    assert.ok(is(bytes))
    assert.ok(is(piece(0)))
    assert.is(piece(0).length, 10 + 2 * 64 + 4)
    assert.ok(is(piece(149)))
    assert.not(is(bytes.slice(0, -1)))
    assert.not(is(bytes.slice(0, -2)))
    assert.not(is(Uint8Array.of(...bytes, 0, 0)))
    assert.not(is(new Uint8Array(0)))
    assert.not(is(new Uint8Array(14)))
    for (const count of [0, 21, 23, 64, 65]) assert.not(is(changed(128, { count })), `${count}`)
    // A head and its CRC with no pair between.
    const none = new Uint8Array(list.partLength(0))
    none.set(changed(128, { count: 0 }).subarray(0, 10))
    new DataView(none.buffer).setUint32(10, crc32c(none, 0, 10, 0), true)
    assert.not(is(none))
    for (let at = 0; at < bytes.length; at++)
        assert.not(is(bytes.map((b, i) => (i === at ? b ^ 0x10 : b))), `${at}`)
})

test.run()
