// ECG of the patient: R waves on the line engine's trigger input, at a set rate with beat-to-beat variation. The cable can be unplugged.

import type { VirtualClock } from "./vm/virtual-clock"

/** Half width of the uniform beat-to-beat variation. The standard deviation of RR at rest is about 5 % of its mean. */
const VARIATION = 0.08

export class Ecg {
    /** Beats per minute; a change applies from the next beat on. */
    ratePerMin: number
    /** Whether the ECG cable is plugged in. */
    connected = true
    /** Times of the beats that reached the cart, in us. */
    readonly beatsUs: number[] = []

    constructor(
        private readonly clock: VirtualClock,
        /** Uniform random numbers in [0, 1). */
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
