// Measures the thread it runs in: delay of its event loop, memory.

import { monitorEventLoopDelay } from "node:perf_hooks"

/** How often the delay is sampled; delays below it are not seen. */
const RESOLUTION_MS = 10

export class ThreadFigures {
    private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

    constructor() {
        this.delay.enable()
    }

    /** @returns the figures since the call before */
    take(): { delayMs: number; heapBytes: number } {
        const { max } = this.delay
        this.delay.reset()
        // A sample is the time between two ticks of the timer.
        const delayMs = max > 0 ? Math.max(0, max / 1e6 - RESOLUTION_MS) : 0
        return {
            delayMs: Math.round(delayMs * 10) / 10,
            heapBytes: process.memoryUsage().heapUsed,
        }
    }

    close(): void {
        this.delay.disable()
    }
}
