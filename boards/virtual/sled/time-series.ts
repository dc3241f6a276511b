// A log of (time, value) pairs in chronological order that grows to a fixed capacity and then drops the oldest.
import { SledError } from "./types"

export class TimeSeries {
    private times = new Float64Array(1024)
    private values = new Float64Array(1024)
    private head = 0
    private count = 0

    /** `capacity`: maximum number of entries, a power of two. */
    constructor(private readonly capacity: number) {}

    get length(): number {
        return this.count
    }

    /** Time of the oldest entry; NaN if empty. */
    get firstUs(): number {
        return this.count === 0 ? NaN : this.times[this.slot(0)]!
    }

    get lastUs(): number {
        return this.count === 0 ? NaN : this.times[this.slot(this.count - 1)]!
    }

    push(timeUs: number, value: number): void {
        if (this.count === this.times.length && this.count < this.capacity) this.grow()
        if (this.count === this.times.length) {
            this.head = (this.head + 1) % this.times.length
            this.count--
        }
        const i = this.slot(this.count++)
        this.times[i] = timeUs
        this.values[i] = value
    }

    /** Value of the last entry at or before `timeUs`. */
    stepAt(timeUs: number): number {
        return this.values[this.slot(this.indexAt(timeUs))]!
    }

    /** Value at `timeUs`, linear between entries, constant after the last one. */
    linearAt(timeUs: number): number {
        const i = this.indexAt(timeUs)
        const a = this.slot(i)
        if (i === this.count - 1) return this.values[a]!
        const b = this.slot(i + 1)
        const part = (timeUs - this.times[a]!) / (this.times[b]! - this.times[a]!)
        return this.values[a]! + (this.values[b]! - this.values[a]!) * part
    }

    private slot(i: number): number {
        return (this.head + i) % this.times.length
    }

    /** Index of the last entry at or before `timeUs`; refuses times before the log begins. */
    private indexAt(timeUs: number): number {
        if (!(timeUs >= this.firstUs))
            throw new SledError(
                "out-of-log",
                `${timeUs} us is not in the log, which starts at ${this.firstUs} us.`
            )
        let low = 0
        let high = this.count - 1
        // most queries are for the newest entries
        if (this.times[this.slot(high)]! <= timeUs) return high
        while (low < high) {
            const middle = (low + high + 1) >> 1
            if (this.times[this.slot(middle)]! <= timeUs) low = middle
            else high = middle - 1
        }
        return low
    }

    private grow(): void {
        // growing precedes any dropping, so the entries start at slot 0
        const size = Math.min(this.capacity, this.times.length * 4)
        const times = new Float64Array(size)
        const values = new Float64Array(size)
        times.set(this.times)
        values.set(this.values)
        this.times = times
        this.values = values
    }
}
