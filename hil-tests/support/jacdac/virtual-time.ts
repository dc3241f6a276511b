// Time of a jacdac-ts bus that follows the clock of a virtual board.

import type { Scheduler } from "../../../boards/virtual/network/jacdac-ts"
import type { Alarm, VirtualClock } from "../../../boards/virtual/vm/virtual-clock"

type Handler = (...of: unknown[]) => void

interface Timer {
    alarm: Alarm
}

/** Timers of jacdac-ts as alarms of a virtual clock. */
export class VirtualTime implements Scheduler {
    constructor(
        private readonly clock: VirtualClock,
        /** Called when a timer has run: its promises have work to do. */
        private readonly onRun: () => void
    ) {}

    get timestamp(): number {
        return this.clock.nowUs / 1000
    }

    resetTime(): void {
        throw new Error("the clock of the virtual board cannot be set back")
    }

    setTimeout(handler: Handler, delayMs: number, ...of: unknown[]): Timer {
        return { alarm: this.after(delayMs, handler, of) }
    }

    clearTimeout(timer: Timer | undefined): void {
        if (timer) timer.alarm.cancelled = true
    }

    setInterval(handler: Handler, intervalMs: number, ...of: unknown[]): Timer {
        const again: Handler = (...args) => {
            timer.alarm = this.after(intervalMs, again, args)
            handler(...args)
        }
        const timer = { alarm: this.after(intervalMs, again, of) }
        return timer
    }

    clearInterval(timer: Timer | undefined): void {
        this.clearTimeout(timer)
    }

    private after(ms: number, handler: Handler, of: unknown[]): Alarm {
        return this.clock.after(1000 * ms, () => {
            handler(...of)
            this.onRun()
        })
    }
}
