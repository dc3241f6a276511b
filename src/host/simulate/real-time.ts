// Measures how the simulation keeps up with the wall clock, and the processor time that it takes.

import type { RealTimeState } from "./messages"

/** Measured over the last samples of this many ms. */
const WINDOW_MS = 2000
/** Slower than this the simulation is not what an operator would meet. */
const SLOW_FACTOR = 0.95
/** It keeps up again above this. */
const GOOD_FACTOR = 0.98

export interface RealTimeSource {
    /** Monotonic, ms. */
    wallMs(): number
    simulatedMs(): number
    behindMs(): number
    /** Processor time of this process, ms. */
    processorMs(): number
}

interface Sample {
    readonly wallMs: number
    readonly simulatedMs: number
    readonly processorMs: number
}

export class RealTimeMeter {
    private readonly samples: Sample[] = []
    private isTooSlow = false

    constructor(private readonly source: RealTimeSource) {}

    /** To be called several times a second. */
    measure(): RealTimeState {
        const { samples, source } = this
        const now = {
            wallMs: source.wallMs(),
            simulatedMs: source.simulatedMs(),
            processorMs: source.processorMs(),
        }
        samples.push(now)
        while (samples.length > 2 && now.wallMs - samples[1]!.wallMs > WINDOW_MS) samples.shift()
        const first = samples[0]!
        const spanMs = now.wallMs - first.wallMs
        const factor = spanMs > 0 ? (now.simulatedMs - first.simulatedMs) / spanMs : 1
        const load = spanMs > 0 ? (now.processorMs - first.processorMs) / spanMs : 0
        // A moment of slowness at the start is no reason to complain.
        if (spanMs >= WINDOW_MS / 2)
            this.isTooSlow = factor < (this.isTooSlow ? GOOD_FACTOR : SLOW_FACTOR)
        return {
            factor: Math.round(100 * factor) / 100,
            loadPercent: Math.round(100 * load),
            behindMs: Math.round(source.behindMs() / 10) * 10,
            isTooSlow: this.isTooSlow,
        }
    }
}
