// Responsible for: the R waves that reach the line engine's trigger input: a rate, its variation, a cable that may be off.
// Not for: what the cart makes of them.

import type { VirtualClock } from "./vm/virtual-clock"

/** Beat-to-beat variation of a resting heart: the standard deviation of RR is some 5 % of it; here evenly spread. */
const VARIATION = 0.08

export class Heart {
    /** Beats a minute; a change counts from the next beat on. */
    ratePerMin: number
    /** Whether the ECG's cable is in. */
    connected = true
    /** Times of the beats that reached the cart, us. */
    readonly beatsUs: number[] = []

    constructor(
        private readonly clock: VirtualClock,
        /** Uniform random numbers 0..1. */
        private readonly draw: () => number,
        ratePerMin: number,
        private readonly onBeat: (timeUs: number) => void
    ) {
        this.ratePerMin = ratePerMin
        this.next()
    }

    private next(): void {
        const spread = 1 + VARIATION * (2 * this.draw() - 1)
        this.clock.after((60e6 / this.ratePerMin) * spread, () => {
            if (this.connected) {
                this.beatsUs.push(this.clock.nowUs)
                this.onBeat(this.clock.nowUs)
            }
            this.next()
        })
    }
}
