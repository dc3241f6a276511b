// Responsible for: a clock that keeps to the wall's: what is late is late, and devices do not wait for it.
// Not for: runs that repeat themselves (virtual-clock.ts).

import { VirtualClock } from "./virtual-clock"

/** What passes on the wall, and how to let it pass. */
export interface Wall {
    /** Monotone, in ms, with its fraction. */
    nowMs(): number
    /** Holds this thread up without work, to some 0.1 ms. */
    block(ms: number): void
    /** Lets the event loop run for so long or a little longer; 0: one turn of it. */
    yield(ms: number): Promise<void>
}

/** Nobody writes to it: waiting on it ends by its time only. */
const still = new Int32Array(new SharedArrayBuffer(4))

export const WALL: Wall = {
    nowMs: () => performance.now(),
    // A timer of the event loop is late by a millisecond and more, a block of lines takes less.
    block: ms => void Atomics.wait(still, 0, 0, ms),
    yield: ms => new Promise(resolve => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve))),
}

/** Alarms run for so long before others on the event loop (sockets, the console) have a turn. */
const TURN_MS = 4
/** A wait longer than this is left to the event loop, but for its last part of this length. */
const BLOCK_MS = 2
/** Time between two calls of a run's `eachTurn`. */
const TELL_MS = 50

/**
 * Jumps from alarm to alarm as any virtual clock until {@link begin}; from then on it keeps to the
 * wall: no alarm runs before its time, and `nowUs` goes on while one does. A controller that is too
 * slow then really is: lines fire meanwhile and the FIFO fills.
 */
export class RealClock extends VirtualClock {
    /** Worst time by which an alarm ran late since {@link begin}, in us. */
    worstLateUs = 0
    /** By so much it has fallen behind the wall since {@link begin} rather than be later than its patience, in us. */
    slippedUs = 0
    private offsetUs: number | undefined
    /** The latest time that somebody has been told: it never goes back behind it. */
    private toldUs = 0

    /**
     * @param patienceUs alarms are no later than this: where this process was held up for longer, the clock falls behind the wall
     * by the rest. Left out, it never does, and whoever is late loses lines.
     */
    constructor(
        private readonly wall: Wall = WALL,
        private readonly patienceUs = Infinity
    ) {
        super()
    }

    /** From now on a second takes a second. */
    begin(): void {
        this.offsetUs = this.currentUs - 1000 * this.wall.nowMs()
        this.worstLateUs = 0
        this.slippedUs = 0
    }

    /** Jumps again from alarm to alarm. */
    end(): void {
        this.currentUs = this.nowUs
        this.offsetUs = undefined
    }

    override get nowUs(): number {
        this.slip()
        this.toldUs = this.wallUs
        return this.toldUs
    }

    private get wallUs(): number {
        return this.offsetUs === undefined
            ? this.currentUs
            : Math.max(this.currentUs, this.offsetUs + 1000 * this.wall.nowMs())
    }

    /** Waits until the next alarm is due, blocking, and runs it; see {@link VirtualClock.step}. */
    override step(limitUs = Infinity): boolean {
        if (this.offsetUs === undefined) return super.step(limitUs)
        const dueUs = Math.min(this.nextUs(), limitUs)
        if (dueUs === Infinity) return false
        this.slip()
        let lateUs = this.wallUs - dueUs
        for (; lateUs < 0; lateUs = this.wallUs - dueUs) this.wall.block(-lateUs / 1000)
        this.worstLateUs = Math.max(this.worstLateUs, lateUs)
        return super.step(limitUs)
    }

    override async run(
        reached: () => boolean,
        limitUs: number,
        eachTurn?: () => void
    ): Promise<boolean> {
        const { wall } = this
        let toldMs = -Infinity
        for (;;) {
            const endMs = wall.nowMs() + TURN_MS
            let restMs = 0
            do {
                if (reached()) return true
                restMs = this.untilMs(limitUs)
                if (restMs > BLOCK_MS) break
                if (!this.step(limitUs)) return reached()
            } while (wall.nowMs() < endMs)
            if (wall.nowMs() - toldMs > TELL_MS) {
                toldMs = wall.nowMs()
                eachTurn?.()
            }
            await wall.yield(restMs > BLOCK_MS ? Math.floor(restMs - BLOCK_MS) : 0)
        }
    }

    /** Falls behind the wall by what goes beyond the patience, but not behind a time that somebody knows. */
    private slip(): void {
        if (this.offsetUs === undefined || this.patienceUs === Infinity) return
        const dueUs = Math.max(this.nextUs(), this.currentUs)
        const overUs = this.wallUs - Math.max(dueUs + this.patienceUs, this.toldUs)
        if (overUs <= 0) return
        this.offsetUs -= overUs
        this.slippedUs += overUs
    }

    /** Until the next alarm or the limit; 0 while the clock jumps. */
    private untilMs(limitUs: number): number {
        if (this.offsetUs === undefined) return 0
        const dueUs = Math.min(this.nextUs(), limitUs)
        return dueUs === Infinity ? 0 : (dueUs - this.wallUs) / 1000
    }
}
