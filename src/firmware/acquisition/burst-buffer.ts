// The memory of one line burst: pieces that are allocated once, and the list of parts that the link sends.
// Records of any length cross the borders of the pieces. The native socket write takes whole buffers only, so the rest that
// does not fill a piece is copied to buffers whose sizes are powers of two: no catheter change allocates in a used heap.

import { BURST_HEADER_LENGTH } from "../../shared/protocol/burst"

/** Seven records of 256 codes: two pieces are one block of them on the bus. */
const PIECE_LENGTH = 7 * 280
/** The largest rest buffer; with all smaller ones it makes up every length below PIECE_LENGTH. */
const REST_MAX = 1024
/** Pieces for a line engine; a front end with few lines per second needs fewer. */
export const BURST_PIECES = 6

/** Lines of a full burst. */
export let burst_capacity = 0
/** The piece in which the first line begins, at 0. */
export let first_piece: Buffer
let record_length = 0
const pieces: Buffer[] = []
/** From the largest to one byte. */
const rests: Buffer[] = []
/** Header, then complete pieces, then rests. */
const parts = [Buffer.alloc(BURST_HEADER_LENGTH)]
/** The number of lines for which `parts` is valid. */
let listed_lines = 0

/** Allocates the memory; to be called once, early. */
export function openBurstBuffer(count: number): void {
    for (let i = 0; i < count; ++i) pieces.push(Buffer.alloc(PIECE_LENGTH))
    for (let size = REST_MAX; size > 0; size >>= 1) rests.push(Buffer.alloc(size))
    first_piece = pieces[0]
}

/**
 * Sets the record length; records arrive in blocks of `block_lines`, and a full burst is a whole number of blocks. To be called
 * only while no burst is being sent.
 */
export function setBurstRecords(length: number, block_lines: number): void {
    burst_capacity = Math.idiv(pieces.length * PIECE_LENGTH, block_lines * length) * block_lines
    record_length = length
    listed_lines = 0
}

/** Copies `count` bytes of `source` from `at` to the place of line `line`. */
export function putLines(line: number, source: Buffer, at: number, count: number): void {
    let to = line * record_length
    while (count > 0) {
        const piece = Math.idiv(to, PIECE_LENGTH)
        const offset = to - piece * PIECE_LENGTH
        const part = Math.min(count, PIECE_LENGTH - offset)
        pieces[piece].blitAt(offset, source, at, part)
        to += part
        at += part
        count -= part
    }
}

/** @returns header and data of the first `lines` lines, for the link to send; always the same array */
export function burstParts(lines: number): Buffer[] {
    const length = lines * record_length
    const whole = Math.idiv(length, PIECE_LENGTH)
    const rest = length - whole * PIECE_LENGTH
    const same = lines === listed_lines
    listed_lines = lines
    if (!same) {
        while (parts.length > 1) parts.pop()
        for (let i = 0; i < whole; ++i) parts.push(pieces[i])
    }
    let at = 0
    for (let i = 0; at < rest; ++i) {
        const part = rests[i]
        const size = part.length
        if (!(rest & size)) continue
        part.blitAt(0, pieces[whole], at, size)
        at += size
        if (!same) parts.push(part)
    }
    return parts
}
