// The ring of the event log in the FRAM: where each entry is, whether a block holds it, and how it is sealed.
//
// An entry is written over the oldest one and ends with a CRC, so a power cut leaves the entry before, the new one, or none.
// The bytes are the payload of the message log_entry (protocol/messages.ts). These functions allocate nothing.

import { type Bytes, getNumber, putNumber } from "./protocol/bytes"
import { crc32c } from "./protocol/crc32c"

/** First block of the ring; the blocks below hold other records. It ends with the memory. */
export const RING_FIRST_BLOCK = 8
/** Entries of the ring, one a block. */
export const RING_ENTRIES = 248

// Offsets of the fields of an entry.
export const ENTRY_BOOTS_AT = 4
export const ENTRY_TIME_AT = 8
export const ENTRY_STATE_AT = 12
export const ENTRY_CODE_AT = 14
export const ENTRY_VALUE_AT = 16
/** Bytes before the CRC-32C. */
export const ENTRY_FIELDS = 20

/** The block of an entry. Entries are numbered from 1 to 2^31 - 1. */
export function ringBlock(number: number): number {
    return RING_FIRST_BLOCK + (number % RING_ENTRIES)
}

/** Number of the oldest entry that the ring can hold if `newest` is its newest one. */
export function oldestEntry(newest: number): number {
    return newest > RING_ENTRIES ? newest - RING_ENTRIES + 1 : 1
}

/** Writes number and CRC of an entry whose other fields are at `at` already. */
export function sealEntry(to: Bytes, at: number, number: number): void {
    putNumber(to, at, "u32", number)
    putNumber(to, at + ENTRY_FIELDS, "u32", crc32c(to, at, at + ENTRY_FIELDS, 0))
}

/**
 * @param at where the bytes of this block begin
 * @returns the number of the entry in this block, if it is valid and greater than `than`; else `than`
 */
export function entryAfter(than: number, from: Bytes, at: number, block: number): number {
    // Below 2^31, as the VM takes the remainder of a number as a signed one.
    const number = getNumber(from, at, "i32")
    if (number <= than || ringBlock(number) !== block) return than
    const crc = getNumber(from, at + ENTRY_FIELDS, "u32")
    return crc === crc32c(from, at, at + ENTRY_FIELDS, 0) ? number : than
}
