// Computes the heart rate from the ECG triggers recorded in the frames.

/** Number of latest beats in the median. */
const BEATS = 6
/** After this time without a beat there is no rate; it equals 15 beats a minute. */
const TIMEOUT_US = 4e6

export class EcgRate {
    private readonly beatsUs: number[] = []

    /** @param tickUs line-clock time of a trigger */
    addTrigger(tickUs: number): void {
        this.beatsUs.push(tickUs)
        if (this.beatsUs.length > BEATS) this.beatsUs.shift()
    }

    clear(): void {
        this.beatsUs.length = 0
    }

    /** Beats a minute from the median interval; null with fewer than two beats, or when the last one is too old. */
    perMin(nowUs: number): number | null {
        const { beatsUs } = this
        if (beatsUs.length < 2 || nowUs - beatsUs.at(-1)! > TIMEOUT_US) return null
        const intervals = beatsUs
            .slice(1)
            .map((t, i) => t - beatsUs[i]!)
            .sort((a, b) => a - b)
        return Math.round(60e6 / intervals[intervals.length >> 1]!)
    }
}
