// Responsible for: the memory of a line burst, in pieces that are made once.
// Not for: what is in it or when it goes (line-pump.ts).
// Records of any length lie across the borders of the pieces. The native write takes whole buffers only, so what does not
// fill a piece leaves in others, one for each power of two: no change of catheter ever has to find room in a heap in use.

import { BURST_HEADER_LENGTH } from "../../shared/protocol/burst"

/** Seven records of 256 codes: two pieces are a block of them on the bus. */
const PIECE = 7 * 280
/** The largest part of a piece; with all smaller ones it makes up every length below PIECE. */
const REST_MAX = 1024
/** Of a burst of a line engine's; who has lines far apart needs fewer. */
export const BURST_PIECES = 6

export class BurstBuffer {
    /** Lines of a full burst. */
    capacity = 0
    /** Where the first line begins. */
    first: Buffer
    private record_length = 0
    private pieces: Buffer[] = []
    /** From the largest to one byte. */
    private rests: Buffer[] = []
    private parts = [Buffer.alloc(BURST_HEADER_LENGTH)]
    /** Lines that the parts are of. */
    private listed = 0

    constructor(pieces: number) {
        for (let i = 0; i < pieces; ++i) this.pieces.push(Buffer.alloc(PIECE))
        for (let size = REST_MAX; size > 0; size >>= 1) this.rests.push(Buffer.alloc(size))
        this.first = this.pieces[0]
    }

    /**
     * Makes ready for records of this length, of which `block` come at once: a full burst is a whole number of blocks. Only
     * while no burst is on its way out.
     */
    setRecords(length: number, block: number): void {
        const bytes = this.pieces.length * PIECE
        this.capacity = Math.idiv(bytes, block * length) * block
        this.record_length = length
        this.listed = 0
    }

    /** Copies `count` bytes of `source` from `at` to the place of line `line`. */
    put(line: number, source: Buffer, at: number, count: number): void {
        let to = line * this.record_length
        while (count > 0) {
            const piece = Math.idiv(to, PIECE)
            const offset = to - piece * PIECE
            const some = Math.min(count, PIECE - offset)
            this.pieces[piece].blitAt(offset, source, at, some)
            to += some
            at += some
            count -= some
        }
    }

    /** Header and pieces of the first `lines` lines, for the link to send: always the same list. */
    partsOf(lines: number): Buffer[] {
        const parts = this.parts
        const rests = this.rests
        const pieces = this.pieces
        const length = lines * this.record_length
        const whole = Math.idiv(length, PIECE)
        const rest = length - whole * PIECE
        const same = lines === this.listed
        this.listed = lines
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
}
