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
        const times = this.timesUs.filter(t => t >= fromUs && t <= toUs)
        const intervals = times.slice(1).map((t, i) => t - times[i]!)
        const mean = intervals.reduce((a, b) => a + b, 0) / intervals.length
        const variance = intervals.reduce((a, b) => a + (b - mean) ** 2, 0) / intervals.length
        return Math.sqrt(variance) / mean
    }
}
