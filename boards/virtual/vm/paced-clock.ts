// A virtual clock that keeps pace with real time: no alarm takes time, and one that is late is made up for.

import { SYSTEM_CLOCK, type WallClock } from "./real-clock"
import { VirtualClock } from "./virtual-clock"

/** Alarms run for this long before the event loop (sockets, pages) runs. */
const SLICE_MS = 4
/** Time between two progress calls. */
const PROGRESS_MS = 50

/**
 * Jumps from alarm to alarm like any virtual clock until {@link begin}. After it, no alarm runs before its time. One that is late,
 * because this process was busy with something else, runs as soon as possible: the devices see its own time, so nothing on
 * them is ever late. Beyond a limit the clock falls behind real time. The clock of {@link RealClock} goes on meanwhile instead.
 */
export class PacedClock extends VirtualClock {
    /** Time by which the clock fell behind real time since {@link begin}, in us. */
    slippedUs = 0
    private offsetUs: number | undefined

    /** @param behindUs how late an alarm may be; the clock falls behind real time by the excess */
    constructor(
        private readonly behindUs: number,
        private readonly wall: WallClock = SYSTEM_CLOCK
    ) {
        super()
    }

    /** From now on the clock runs at real speed. */
    begin(): void {
        this.offsetUs = this.currentUs - 1000 * this.wall.nowMs()
        this.slippedUs = 0
    }

    /** Returns to jumping from alarm to alarm. */
    end(): void {
        this.offsetUs = undefined
    }

    override async run(
        reached: () => boolean,
        limitUs: number,
        onProgress?: () => void
    ): Promise<boolean> {
        if (this.offsetUs === undefined) return super.run(reached, limitUs, onProgress)
        const { wall } = this
        let lastProgressMs = -Infinity
        for (;;) {
            const endMs = wall.nowMs() + SLICE_MS
            let waitMs = 0
            while (waitMs === 0 && wall.nowMs() < endMs) {
                if (reached()) return true
                waitMs = this.earlyMs(limitUs)
                if (waitMs === 0 && !this.step(limitUs)) return reached()
            }
            if (wall.nowMs() - lastProgressMs > PROGRESS_MS) {
                lastProgressMs = wall.nowMs()
                onProgress?.()
            }
            await wall.yield(Math.ceil(waitMs))
        }
    }

    /** How long the next alarm, or the limit, is still to come; 0 if it is due. Falls behind real time by what exceeds the limit. */
    private earlyMs(limitUs: number): number {
        const dueUs = Math.min(this.nextUs(), limitUs)
        if (this.offsetUs === undefined || dueUs === Infinity) return 0
        const lateUs = this.offsetUs + 1000 * this.wall.nowMs() - dueUs
        const overUs = lateUs - this.behindUs
        if (overUs > 0) {
            this.offsetUs -= overUs
            this.slippedUs += overUs
        }
        return lateUs < 0 ? -lateUs / 1000 : 0
    }
}
