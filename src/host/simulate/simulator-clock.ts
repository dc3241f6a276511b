// The clock of the simulator: it keeps to the wall clock, and falls behind it where this computer is too slow.

import { PacedClock } from "../../../boards/virtual/vm/paced-clock"
import type { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"

/** A picture that is drawn, or a page that is sent, takes less; simulated time then catches up. Beyond it, it falls behind. */
const BEHIND_US = 100_000

export class SimulatorClock {
    /** Behind before the clock began to run at real speed the last time. */
    private behindBeforeUs = 0

    /** @param clock left out, one that keeps to the wall clock; tests pass a virtual one */
    constructor(readonly clock: VirtualClock = new PacedClock(BEHIND_US)) {}

    /** How far simulated time is behind the wall clock, since the start. */
    get behindMs(): number {
        const { clock } = this
        return clock instanceof PacedClock ? (this.behindBeforeUs + clock.slippedUs) / 1000 : 0
    }

    /** Stands while `action` is done, takes no real time for the time after it, then runs at real speed. */
    async jump(us: number, action: () => Promise<void> = () => Promise.resolve()): Promise<void> {
        const { clock } = this
        if (!(clock instanceof PacedClock)) return action()
        this.behindBeforeUs += clock.slippedUs
        clock.end()
        await action()
        await clock.run(() => false, clock.nowUs + us)
        clock.begin()
    }
}
