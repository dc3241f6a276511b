// The sled's true positions in a case, and its speeds.

import type { Recording } from "./recording"

/** Window of speeds: the ruler is exact, but nut and sled vibrate. */
export const WINDOW_US = 10_000

export class RulerTrace {
    constructor(private readonly r: Recording) {}

    get count(): number {
        return this.r.positionsMm.length
    }

    timeUs(i: number): number {
        return this.r.fromUs + i * this.r.stepUs
    }

    indexAt(timeUs: number): number {
        const i = Math.round((timeUs - this.r.fromUs) / this.r.stepUs)
        return Math.min(Math.max(i, 0), this.count - 1)
    }

    at(i: number): number {
        return this.r.positionsMm[i]!
    }

    /** Mean speed over the window centred on sample `i`, signed. */
    speed(i: number): number {
        const half = Math.round(WINDOW_US / this.r.stepUs / 2)
        return this.between(i - half, i + half)
    }

    /** Mean speed of the window that begins with sample `i`. */
    speedAfter(i: number): number {
        return this.between(i, i + Math.round(WINDOW_US / this.r.stepUs))
    }

    private between(from: number, to: number): number {
        const a = Math.max(0, from)
        const b = Math.min(this.count - 1, to)
        return b > a ? ((this.at(b) - this.at(a)) / ((b - a) * this.r.stepUs)) * 1e6 : 0
    }
}
