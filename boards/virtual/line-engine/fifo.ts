// The line engine's FIFO of complete records.

/** A ring buffer of records of equal length. */
export class Fifo {
    private store = new Uint8Array(0)
    private head = 0
    private count = 0

    constructor(
        readonly capacity: number,
        private recordLength: number
    ) {
        this.reset(recordLength)
    }

    get level(): number {
        return this.count
    }

    get full(): boolean {
        return this.count === this.capacity
    }

    /** Empties the ring for records of `recordLength` bytes. */
    reset(recordLength: number): void {
        if (
            recordLength !== this.recordLength ||
            this.store.length !== recordLength * this.capacity
        )
            this.store = new Uint8Array(recordLength * this.capacity)
        this.recordLength = recordLength
        this.head = 0
        this.count = 0
    }

    /** Memory of the next record; the caller fills it and calls {@link commit}. */
    slot(): Uint8Array {
        const at = ((this.head + this.count) % this.capacity) * this.recordLength
        return this.store.subarray(at, at + this.recordLength)
    }

    commit(): void {
        this.count++
    }

    /** Moves the oldest `lines` records to `out` at offset `at`. */
    take(lines: number, out: Uint8Array, at: number): void {
        const { store, recordLength, capacity } = this
        // The records after the end of the ring are at its start.
        const first = Math.min(lines, capacity - this.head)
        const from = this.head * recordLength
        out.set(store.subarray(from, from + first * recordLength), at)
        out.set(store.subarray(0, (lines - first) * recordLength), at + first * recordLength)
        this.head = (this.head + lines) % capacity
        this.count -= lines
    }
}
