// A pair list sent over the link in parts: encoding, decoding and validation.

import { getNumber, putNumber, sizeOf, writeFields, type Bytes } from "../protocol/bytes"
import { crc32c } from "../protocol/crc32c"
import { TABLE_ENTRIES } from "../devices/line-engine"
import {
    GOOD,
    REFUSED_PAIRS_CRC,
    REFUSED_PAIRS_ELEMENT,
    REFUSED_PAIRS_LENGTH,
    REFUSED_PAIRS_ORDER,
} from "../codes"

/** Host to board, before the setup that uses the list: one part, followed by `count` pairs of two bytes: tx, rx. */
export const PAIRS = `
list_crc:u32
total:u16
first:u16
count:u16
`

/** Maximum number of pairs in a part. */
export const PART_PAIRS_MAX = 64
const PAIR_LENGTH = 2

const LIST_CRC_AT = 0
const TOTAL_AT = 4
const FIRST_AT = 6
const COUNT_AT = 8
const HEAD_LENGTH = sizeOf(PAIRS)

/** Length of a part as payload: fields, pairs, and a CRC-32C over both. */
export function partLength(pairs: number): number {
    return HEAD_LENGTH + pairs * PAIR_LENGTH + 4
}

/** CRC-32C of a list: tx and rx of each pair. */
export function pairsCrc(pairs: Bytes, count: number): number {
    return crc32c(pairs, 0, count * PAIR_LENGTH, 0)
}

/**
 * Writes the part that starts with pair `first` of a list at `offset`.
 * @param pairs the whole list, two bytes per pair
 * @returns the length of the payload
 */
export function writePart(
    to: Bytes,
    offset: number,
    pairs: Bytes,
    total: number,
    first: number
): number {
    const remaining = total - first
    const count = remaining < PART_PAIRS_MAX ? remaining : PART_PAIRS_MAX
    let at = writeFields(to, offset, PAIRS, {
        list_crc: pairsCrc(pairs, total),
        total,
        first,
        count,
    })
    for (let i = 0; i < count * PAIR_LENGTH; ++i)
        putNumber(to, at++, "u8", pairs[first * PAIR_LENGTH + i])
    putNumber(to, at, "u32", crc32c(to, offset, at, 0))
    return at + 4 - offset
}

/** Whether a payload is a valid part: at least one pair, correct length and CRC. */
export function partIsValid(from: Bytes, offset: number, length: number): boolean {
    if (length < partLength(1) || length > partLength(PART_PAIRS_MAX)) return false
    const count = getNumber(from, offset + COUNT_AT, "u16")
    if (length !== partLength(count)) return false
    const end = offset + length - 4
    return getNumber(from, end, "u32") === crc32c(from, offset, end, 0)
}

/** Checks the parts of a list in the order received; stores no pairs. */
export class PairListInput {
    /** Pairs received and pairs in the whole list; both 0 without a list. */
    received = 0
    total = 0
    /** Value of a refusal: the nearest allowed value, or the index of the invalid pair. */
    value = 0
    private list_crc = 0
    private crc = 0

    complete(): boolean {
        return this.total > 0 && this.received === this.total
    }

    clear(): void {
        this.received = 0
        this.total = 0
    }

    /**
     * Accepts a part validated by {@link partIsValid}; a part with pair 0 starts a new list.
     * @param elements of the plugged-in catheter
     * @returns GOOD, or the refusal code; then the list must be sent again from its first pair
     */
    accept(from: Bytes, offset: number, elements: number): number {
        const reason = this.check(from, offset, elements)
        if (reason !== GOOD) this.clear()
        return reason
    }

    private check(from: Bytes, offset: number, elements: number): number {
        const total = getNumber(from, offset + TOTAL_AT, "u16")
        const first = getNumber(from, offset + FIRST_AT, "u16")
        const count = getNumber(from, offset + COUNT_AT, "u16")
        const list_crc = getNumber(from, offset + LIST_CRC_AT, "u32")
        this.value = TABLE_ENTRIES
        if (total < 1 || total > TABLE_ENTRIES) return REFUSED_PAIRS_LENGTH
        if (first === 0) {
            this.received = 0
            this.total = total
            this.list_crc = list_crc
            this.crc = 0
        }
        this.value = this.received
        if (first !== this.received || total !== this.total || list_crc !== this.list_crc)
            return REFUSED_PAIRS_ORDER
        this.value = total - first
        if (first + count > total) return REFUSED_PAIRS_LENGTH
        const at = offset + HEAD_LENGTH
        const end = at + count * PAIR_LENGTH
        for (let i = at; i < end; ++i)
            if (getNumber(from, i, "u8") >= elements) {
                this.value = first + Math.floor((i - at) / PAIR_LENGTH)
                return REFUSED_PAIRS_ELEMENT
            }
        this.crc = crc32c(from, at, end, this.crc)
        this.received = first + count
        this.value = 0
        return this.received === total && this.crc !== list_crc ? REFUSED_PAIRS_CRC : GOOD
    }
}

/** Number of pairs in a part, index of its first pair, and one of its elements: `at` counts tx, rx, tx, rx … */
export function partPairCount(from: Bytes, offset: number): number {
    return getNumber(from, offset + COUNT_AT, "u16")
}
export function partFirstPair(from: Bytes, offset: number): number {
    return getNumber(from, offset + FIRST_AT, "u16")
}
export function partElement(from: Bytes, offset: number, at: number): number {
    return getNumber(from, offset + HEAD_LENGTH + at, "u8")
}
