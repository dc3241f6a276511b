// Instrument: true position and speed of the sled over time, read from the physics and independent of the encoder.
import { TimeSeries } from "../sled/time-series"
import { SledError } from "../sled/types"

/** 2^20 samples at 1 kHz are 1049 s of motion; 150 mm at the lowest speed take 600 s. Rest needs no samples. */
const MAX_SAMPLES = 2 ** 20
const SAMPLE_US = 1000

export class Ruler {
    private readonly samples = new TimeSeries(MAX_SAMPLES)

    /** `live`: position and speed at the last physics step, its time, and the present (less than a step later). */
    constructor(
        private readonly live: () => {
            timeUs: number
            nowUs: number
            positionMm: number
            speedMmPerS: number
        }
    ) {
        const { timeUs, positionMm } = live()
        this.samples.push(timeUs, positionMm)
    }

    /** First and last time available, in us. */
    get rangeUs(): { firstUs: number; lastUs: number } {
        return { firstUs: this.samples.firstUs, lastUs: this.live().nowUs }
    }

    /** True position in mm, linear between samples 1 ms apart. Refuses times before the log or in the future. */
    positionMm(timeUs: number): number {
        const last = this.samples.lastUs
        if (!(timeUs > last)) return this.samples.linearAt(timeUs)
        const { timeUs: stepUs, nowUs, positionMm, speedMmPerS } = this.live()
        if (timeUs > nowUs)
            throw new SledError("out-of-log", `${timeUs} us is in the future, now is ${nowUs} us.`)
        if (timeUs >= stepUs) return positionMm + speedMmPerS * (timeUs - stepUs) * 1e-6
        const from = this.samples.linearAt(last)
        return from + ((positionMm - from) * (timeUs - last)) / (stepUs - last)
    }

    /**
     * Mean speed in mm/s over `windowMs` centred on `timeUs`. The window is cut at the limits of the log, so at the
     * newest time the mean covers only its older half.
     */
    speedMmPerS(timeUs: number, windowMs: number): number {
        if (!(windowMs > 0))
            throw new SledError("bad-time", `The window must be positive, not ${windowMs} ms.`)
        const { firstUs, lastUs } = this.rangeUs
        const from = Math.max(firstUs, timeUs - windowMs * 500)
        const to = Math.min(lastUs, timeUs + windowMs * 500)
        return to > from ? ((this.positionMm(to) - this.positionMm(from)) / (to - from)) * 1e6 : 0
    }

    /** Called by the physics after each step; stores one sample per millisecond, or with `force` this one. */
    record(positionMm: number, timeUs: number, force = false): void {
        const due = timeUs - this.samples.lastUs
        if (due >= SAMPLE_US || (force && due > 0)) this.samples.push(timeUs, positionMm)
    }
}
