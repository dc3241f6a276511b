// Responsible for: the heart rate that the ECG's triggers in the frames tell.
// Not for: finding triggers (../frames), or gating by them (the firmware).

/** Beats whose intervals are looked at. */
const BEATS = 6
/** Without a beat for so long there is no rate: 15 a minute. */
const SILENT_US = 4e6

export class EcgRate {
    private readonly beatsUs: number[] = []

    /** @param tickUs line-clock time of a trigger */
    take(tickUs: number): void {
        this.beatsUs.push(tickUs)
        if (this.beatsUs.length > BEATS) this.beatsUs.shift()
    }

    clear(): void {
        this.beatsUs.length = 0
    }

    /** Beats a minute by the median interval; null with fewer than two beats or none of late. */
    perMin(nowUs: number): number | null {
        const { beatsUs } = this
        if (beatsUs.length < 2 || nowUs - beatsUs.at(-1)! > SILENT_US) return null
        const gaps = beatsUs
            .slice(1)
            .map((t, i) => t - beatsUs[i]!)
            .sort((a, b) => a - b)
        return Math.round(60e6 / gaps[gaps.length >> 1]!)
    }
}
