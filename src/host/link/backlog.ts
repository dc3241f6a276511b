// Responsible for: bytes that have come in, in one piece from the first that has not been dealt with.
// Not for: what they mean (burst-stream.ts).

/** Bytes of one piece of memory; several times those of the longest burst. */
const PIECE_LENGTH = 1 << 16

/**
 * Bytes in, views of them out. What has come in is never written again, so that a view of it stays its owner's own;
 * it keeps its memory alive as long as it is kept.
 */
export class Backlog {
    /** A chunk as it came in, while it is read ({@link readInPlace}), or {@link piece}. */
    bytes = emptyPiece()
    /** Of the first byte that has not been dealt with. */
    start = 0
    /** Behind the last that has come. */
    end = 0
    private piece = this.bytes
    /** Of the piece's first byte that has never been written. */
    private free = 0

    get length(): number {
        return this.end - this.start
    }

    /** To be read where it lies, from `from` on: nothing else is waiting. {@link saveRest} ends it. */
    readInPlace(chunk: Uint8Array, from: number): void {
        // No `Buffer`, of which a view takes several times as long to make.
        const at = chunk.byteOffset + from
        this.bytes = new Uint8Array(chunk.buffer, at, chunk.length - from)
        this.start = 0
        this.end = this.bytes.length
    }

    /** What has not been dealt with of a chunk waits for the next one. */
    saveRest(): void {
        const { bytes, start, end } = this
        this.bytes = this.piece
        this.start = this.end = this.free
        if (start < end) this.add(bytes.subarray(start, end))
    }

    /** What waits and these bytes must be shorter than a piece. */
    add(more: Uint8Array): void {
        if (more.length > this.piece.length - this.free) this.replacePiece()
        this.piece.set(more, this.free)
        this.free += more.length
        this.end = this.free
    }

    /** The first `count` bytes have been dealt with. */
    drop(count: number): void {
        this.start += count
    }

    private replacePiece(): void {
        const rest = this.piece.subarray(this.start, this.end)
        this.bytes = this.piece = emptyPiece()
        this.piece.set(rest)
        this.start = 0
        this.end = this.free = rest.length
    }
}

/** Memory that is not set to zeros first. */
function emptyPiece(): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(Buffer.allocUnsafeSlow(PIECE_LENGTH).buffer)
}
