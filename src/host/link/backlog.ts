// Responsible for: bytes that have come in, in one piece from the first that has not been dealt with.
// Not for: what they mean (burst-stream.ts).

/** Bytes of one piece of memory; many times those of a burst, which is copied once more where it crosses into the next. */
const PIECE_LENGTH = 1 << 18

/**
 * Bytes in, views of them out. What has come in is never written again: a view of it stays the owner's own, and keeps
 * its piece of memory alive as long as it is kept.
 */
export class Backlog {
    bytes = piece()
    /** Of the first byte that has not been dealt with. */
    start = 0
    /** Behind the last that has come. */
    end = 0

    get length(): number {
        return this.end - this.start
    }

    /**
     * Takes as many of `more` from `from` on as there is room for; what has not been dealt with must be shorter than
     * a piece.
     * @returns where the next ones begin
     */
    add(more: Uint8Array, from: number): number {
        if (this.end === this.bytes.length) this.renew()
        const to = Math.min(more.length, from + this.bytes.length - this.end)
        const all = from === 0 && to === more.length
        this.bytes.set(all ? more : more.subarray(from, to), this.end)
        this.end += to - from
        return to
    }

    /** The first `count` bytes have been dealt with. */
    drop(count: number): void {
        this.start += count
    }

    private renew(): void {
        const rest = this.bytes.subarray(this.start, this.end)
        this.bytes = piece()
        this.bytes.set(rest)
        this.start = 0
        this.end = rest.length
    }
}

/** Memory that is not set to zeros first; and no `Buffer`, of which a view takes several times as long to make. */
function piece(): Uint8Array {
    return new Uint8Array(Buffer.allocUnsafeSlow(PIECE_LENGTH).buffer)
}
