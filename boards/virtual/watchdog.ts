// Responsible for: the retriggerable watchdog outside the controller that gates motor enable and transmit.
// Not for: what feeds it. Source: boards/README.md, "Safety circuit".

import type { Alarm, VirtualClock } from "./vm/virtual-clock"

/** Without an edge for so long the watchdog lets go. */
export const WATCHDOG_US = 100_000

export class Watchdog {
    private alarm: Alarm | undefined
    private level = 0
    /** Whether edges keep coming; false at power-on. */
    alive = false

    constructor(
        private readonly clock: VirtualClock,
        private readonly onChange: (alive: boolean) => void
    ) {}

    /** The heartbeat pin has this level now. */
    input(level: number): void {
        if (level === this.level) return
        this.level = level
        if (this.alarm) this.alarm.cancelled = true
        this.alarm = this.clock.after(WATCHDOG_US, () => this.set(false))
        this.set(true)
    }

    private set(alive: boolean): void {
        if (alive === this.alive) return
        this.alive = alive
        this.onChange(alive)
    }
}
