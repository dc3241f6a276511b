// A virtual clock that keeps to real time: a late controller loses lines, as on real hardware.

import { VirtualClock } from "./virtual-clock"

/** Source of real time, and ways to wait. */
export interface WallClock {
    /** Monotonic time in ms, with its fraction. */
    nowMs(): number
    /** Blocks this thread without using the processor, accurate to about 0.1 ms. */
    block(ms: number): void
    /** Lets the event loop run for this time or slightly longer; 0: one iteration. */
    yield(ms: number): Promise<void>
}

/** Never written to: a wait on it ends by its timeout. */
const still = new Int32Array(new SharedArrayBuffer(4))

export const SYSTEM_CLOCK: WallClock = {
    nowMs: () => performance.now(),
    // Timers of the event loop are late by 1 ms or more; a block of lines takes less.
    block: ms => void Atomics.wait(still, 0, 0, ms),
    yield: ms => new Promise(resolve => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve))),
}

/** Alarms run for this long before the event loop (sockets, console) runs. */
const SLICE_MS = 4
/** Waits longer than this are left to the event loop except for their last part of this length. */
const BLOCK_MS = 2
/** Time between two progress calls. */
const PROGRESS_MS = 50

/**
 * Jumps from alarm to alarm like any virtual clock until {@link begin}. After it, no alarm runs before its
 * time, and `nowUs` continues while an alarm runs: if the controller is too slow, lines fire meanwhile and
 * the FIFO fills.
 */
export class RealClock extends VirtualClock {
    /** Maximum lateness of an alarm since {@link begin}, in us. */
    worstLateUs = 0
    /** Time by which the clock fell behind real time since {@link begin} to respect the lateness limit, in us. */
    slippedUs = 0
    private offsetUs: number | undefined
    /** Latest time returned to a caller; the clock never goes back behind it. */
    private lastReadUs = 0
    private isInAlarm = false

    /**
     * @param maxLateUs maximum lateness of an alarm, and what the clock may advance from one reading to the next while one runs:
     * after a longer stall of this process the clock falls behind real time by the excess. With 0 an alarm takes no time, as with a
     * virtual clock: however slow the machine, the program is never late. Default: no limit, so a stall loses lines.
     */
    constructor(
        private readonly wall: WallClock = SYSTEM_CLOCK,
        private readonly maxLateUs = Infinity
    ) {
        super()
    }

    /** From now on the clock runs at real speed. */
    begin(): void {
        this.offsetUs = this.currentUs - 1000 * this.wall.nowMs()
        this.worstLateUs = 0
        this.slippedUs = 0
    }

    /** Returns to jumping from alarm to alarm. */
    end(): void {
        this.currentUs = this.nowUs
        this.offsetUs = undefined
    }

    override get nowUs(): number {
        if (this.offsetUs === undefined) return this.currentUs
        this.lastReadUs = Math.max(this.lastReadUs, this.limitedUs())
        return this.lastReadUs
    }

    private get wallUs(): number {
        return this.offsetUs === undefined
            ? this.currentUs
            : Math.max(this.currentUs, this.offsetUs + 1000 * this.wall.nowMs())
    }

    /** Blocks until the next alarm is due and runs it; see {@link VirtualClock.step}. */
    override step(limitUs = Infinity): boolean {
        if (this.offsetUs === undefined) return super.step(limitUs)
        const dueUs = Math.min(this.nextUs(), limitUs)
        if (dueUs === Infinity) return false
        let lateUs = this.limitedUs() - dueUs
        for (; lateUs < 0; lateUs = this.limitedUs() - dueUs) this.wall.block(-lateUs / 1000)
        this.worstLateUs = Math.max(this.worstLateUs, lateUs)
        this.isInAlarm = true
        try {
            return super.step(limitUs)
        } finally {
            this.isInAlarm = false
        }
    }

    override async run(
        reached: () => boolean,
        limitUs: number,
        onProgress?: () => void
    ): Promise<boolean> {
        const { wall } = this
        let lastProgressMs = -Infinity
        for (;;) {
            const endMs = wall.nowMs() + SLICE_MS
            let restMs = 0
            do {
                if (reached()) return true
                restMs = this.untilMs(limitUs)
                if (restMs > BLOCK_MS) break
                if (!this.step(limitUs)) return reached()
            } while (wall.nowMs() < endMs)
            if (wall.nowMs() - lastProgressMs > PROGRESS_MS) {
                lastProgressMs = wall.nowMs()
                onProgress?.()
            }
            await wall.yield(restMs > BLOCK_MS ? Math.floor(restMs - BLOCK_MS) : 0)
        }
    }

    /**
     * Falls behind real time by what exceeds the lateness limit, but not behind a time already read.
     * @returns the time, of one reading of the wall clock: this process may be stalled between two
     */
    private limitedUs(): number {
        const { wallUs, maxLateUs, currentUs, lastReadUs } = this
        if (this.offsetUs === undefined || maxLateUs === Infinity) return wallUs
        // The alarm that runs is no longer the next one, and the next one may be far away.
        const dueUs = this.isInAlarm
            ? Math.min(this.nextUs(), Math.max(currentUs, lastReadUs))
            : this.nextUs()
        const overUs = wallUs - Math.max(dueUs + maxLateUs, currentUs + maxLateUs, lastReadUs)
        if (overUs <= 0) return wallUs
        this.offsetUs -= overUs
        this.slippedUs += overUs
        return wallUs - overUs
    }

    /** Time until the next alarm or the limit; 0 while the clock jumps. */
    private untilMs(limitUs: number): number {
        if (this.offsetUs === undefined) return 0
        const dueUs = Math.min(this.nextUs(), limitUs)
        return dueUs === Infinity ? 0 : (dueUs - this.wallUs) / 1000
    }
}
