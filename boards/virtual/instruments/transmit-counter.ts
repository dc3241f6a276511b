// Instrument on the transmit line: number, times and jitter of the transmit pulses. Independent of the front end's own counters.

export class TransmitCounter {
    /** Times of all pulses, in us. */
    readonly timesUs: number[] = []

    onPulse(timeUs: number): void {
        this.timesUs.push(timeUs)
    }

    get count(): number {
        return this.timesUs.length
    }

    /** Time of the last pulse, or undefined before the first. */
    get lastUs(): number | undefined {
        return this.timesUs[this.timesUs.length - 1]
    }

    /** Standard deviation of the intervals between `fromUs` and `toUs`, divided by their mean. */
    jitter(fromUs: number, toUs: number): number {
        const { timesUs } = this
        // There may be millions, of which no copies are made.
        const from = timesUs.findIndex(t => t >= fromUs)
        let to = timesUs.length - 1
        while (to > from && timesUs[to]! > toUs) to--
        const count = to - from
        let sum = 0
        for (let i = from; i < to; i++) sum += timesUs[i + 1]! - timesUs[i]!
        const mean = sum / count
        let squares = 0
        for (let i = from; i < to; i++) squares += (timesUs[i + 1]! - timesUs[i]! - mean) ** 2
        const variance = squares / count
        return Math.sqrt(variance) / mean
    }
}
