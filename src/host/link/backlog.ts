// Buffer of received bytes that have not been processed yet, contiguous in memory.

/** Length of one piece of memory, bytes; several times the longest burst. */
const PIECE_LENGTH = 1 << 16

/**
 * Collects received bytes and gives views of them. Bytes are never overwritten after they were received, so a view
 * stays valid; it keeps its memory alive as long as it is referenced.
 */
export class Backlog {
    /** The chunk that is read in place ({@link readInPlace}), or {@link piece}. */
    bytes = emptyPiece()
    /** Offset of the first byte that has not been processed. */
    start = 0
    /** Offset behind the last byte received. */
    end = 0
    private piece = this.bytes
    /** Offset of the first byte of the piece that was never written. */
    private free = 0

    get length(): number {
        return this.end - this.start
    }

    /**
     * Reads a chunk in place, from offset `from` on, without copying it. Only valid while nothing else is buffered;
     * {@link saveRest} ends it.
     */
    readInPlace(chunk: Uint8Array, from: number): void {
        // Not a `Buffer`: making a view of one takes several times as long.
        const at = chunk.byteOffset + from
        this.bytes = new Uint8Array(chunk.buffer, at, chunk.length - from)
        this.start = 0
        this.end = this.bytes.length
    }

    /** Copies the unprocessed rest of the chunk to the piece, to be continued by the next chunk. */
    saveRest(): void {
        const { bytes, start, end } = this
        this.bytes = this.piece
        this.start = this.end = this.free
        if (start < end) this.add(bytes.subarray(start, end))
    }

    /** Appends bytes. Buffered and new bytes together must be shorter than a piece. */
    add(more: Uint8Array): void {
        if (more.length > this.piece.length - this.free) this.replacePiece()
        this.piece.set(more, this.free)
        this.free += more.length
        this.end = this.free
    }

    /** Marks the first `count` bytes as processed. */
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

/** Memory that is not zeroed first. */
function emptyPiece(): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(Buffer.allocUnsafeSlow(PIECE_LENGTH).buffer)
}
