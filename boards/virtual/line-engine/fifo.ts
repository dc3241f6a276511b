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
        for (let i = 0; i < lines; i++) {
            const from = this.head * this.recordLength
            out.set(this.store.subarray(from, from + this.recordLength), at + i * this.recordLength)
            this.head = (this.head + 1) % this.capacity
        }
        this.count -= lines
    }
}
