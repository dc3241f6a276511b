// Responsible for: the memory of a line burst, in pieces that a heap in use still has room for.
// Not for: what is in it or when it goes (line-pump.ts).
// The pieces for the bulk are made once and serve records of any length, so that no change of catheter has to find
// room for them again: records lie across their borders, and a short rest of its own makes up the length.

import { BURST_HEADER_LENGTH } from "../../wire/burst"

/** Seven records of 256 codes: two pieces are a block of them on the bus. */
const PIECE = 7 * 280
/** Of a burst of a line engine's; who has lines far apart needs fewer. */
export const BURST_PIECES = 6

export class BurstBuffer {
    /** Header and pieces of a full burst: what the link sends. The native write takes whole buffers only. */
    full: Buffer[] = []
    /** Header and pieces of a burst of one line. */
    single: Buffer[] = []
    /** Lines of a full burst. */
    capacity = 0
    private record_length = 0
    private header = Buffer.alloc(BURST_HEADER_LENGTH)
    private pieces: Buffer[] = []

    constructor(pieces: number) {
        for (let i = 0; i < pieces; ++i) this.pieces.push(Buffer.alloc(PIECE))
    }

    /**
     * Makes ready for records of this length, of which `block` come at once: a burst is a whole number of blocks, or the
     * last one would never fit and all lines go one by one. New lists, since a burst may still be on its way out of the old ones.
     */
    setRecords(length: number, block: number): void {
        const most =
            Math.idiv(this.pieces.length * PIECE, block * length) * block
        let lines = most
        for (let n = most - block; n > Math.idiv(most, 2); n -= block)
            if ((n * length) % PIECE < (lines * length) % PIECE) lines = n
        this.record_length = length
        this.capacity = lines
        this.full = this.listOf(lines * length)
        this.single = this.listOf(length)
    }

    private listOf(length: number): Buffer[] {
        const list = [this.header]
        const whole = Math.idiv(length, PIECE)
        for (let i = 0; i < whole; ++i) list.push(this.pieces[i])
        const rest = length - whole * PIECE
        if (rest > 0) list.push(Buffer.alloc(rest))
        return list
    }

    /** Copies `count` bytes of `source` from `at` to the place of line `line`. */
    put(line: number, source: Buffer, at: number, count: number): void {
        const full = this.full
        let to = line * this.record_length
        while (count > 0) {
            const piece = Math.idiv(to, PIECE)
            const offset = to - piece * PIECE
            const some = Math.min(count, PIECE - offset)
            full[piece + 1].blitAt(offset, source, at, some)
            to += some
            at += some
            count -= some
        }
    }

    /**
     * Puts line `line` of the full burst into the single one. A piece may be in both, so only in rising
     * order of lines.
     */
    extract(line: number): void {
        const single = this.single
        let from = line * this.record_length
        for (let i = 1; i < single.length; ++i) {
            let at = 0
            while (at < single[i].length) {
                const piece = Math.idiv(from, PIECE)
                const offset = from - piece * PIECE
                const some = Math.min(single[i].length - at, PIECE - offset)
                single[i].blitAt(at, this.full[piece + 1], offset, some)
                at += some
                from += some
            }
        }
    }
}
