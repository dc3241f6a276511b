// Model of the external retriggerable watchdog that gates motor enable and transmit (boards/README.md, "Safety circuit").

import type { Alarm, VirtualClock } from "../vm/virtual-clock"

/** Time without an edge after which the watchdog expires. */
export const WATCHDOG_US = 100_000

export class Watchdog {
    private alarm: Alarm | undefined
    private level = 0
    /** Whether an edge arrived within the last 100 ms; false at power-on. */
    alive = false

    constructor(
        private readonly clock: VirtualClock,
        private readonly onChange: (alive: boolean) => void
    ) {}

    /** New level of the heartbeat pin. */
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
