// Virtual time: a queue of alarms and the clock that jumps from one to the next.

/** A callback queued in a {@link VirtualClock}. */
export interface Alarm {
    readonly timeUs: number
    readonly order: number
    readonly action: () => void
    cancelled: boolean
}

/** Unix time in ms at virtual time 0: 2026-01-01T00:00:00Z, fixed so that runs are reproducible. */
const VIRTUAL_EPOCH_MS = Date.UTC(2026, 0, 1)

/** Steps after which the event loop (progress bar, files) runs. */
const STEPS_PER_SLICE = 4000

/**
 * A clock that jumps from one alarm to the next. Alarms of the same time run in
 * order of creation, so every run is reproducible.
 */
export class VirtualClock {
    private readonly heap: Alarm[] = []
    private orders = 0
    protected currentUs = 0

    /** Microseconds since the clock was created; may have a fraction. */
    get nowUs(): number {
        return this.currentUs
    }

    /** Result of `Date.now()` in the VM, in ms. */
    get dateMs(): number {
        return VIRTUAL_EPOCH_MS + this.nowUs / 1000
    }

    /** Runs `action` after `delayUs` (negative counts as 0). */
    after(delayUs: number, action: () => void): Alarm {
        return this.at(this.nowUs + (delayUs > 0 ? delayUs : 0), action)
    }

    /** Runs `action` at `timeUs`, or next if that time has passed. */
    at(timeUs: number, action: () => void): Alarm {
        const alarm: Alarm = {
            timeUs: Math.max(timeUs, this.currentUs),
            order: this.orders++,
            action,
            cancelled: false,
        }
        this.push(alarm)
        return alarm
    }

    /**
     * Runs the next alarm.
     * @param limitUs later alarms are not run; the clock then stops at the limit
     * @returns false when no alarm was due up to the limit
     */
    step(limitUs = Infinity): boolean {
        for (;;) {
            const next = this.heap[0]
            if (next === undefined || next.timeUs > limitUs) {
                if (limitUs !== Infinity && limitUs > this.currentUs) this.currentUs = limitUs
                return false
            }
            this.pop()
            if (next.cancelled) continue
            this.currentUs = Math.max(this.currentUs, next.timeUs)
            next.action()
            return true
        }
    }

    /**
     * Runs alarms until `reached` returns true; the event loop runs in between.
     * @param limitUs the clock goes no further
     * @param onProgress called now and then, for a progress bar; it may hold the clock up
     * @returns false when the limit was reached first
     */
    async run(
        reached: () => boolean,
        limitUs: number,
        onProgress?: () => void | Promise<void>
    ): Promise<boolean> {
        for (;;) {
            for (let i = 0; i < STEPS_PER_SLICE; i++) {
                if (reached()) return true
                if (!this.step(limitUs)) return reached()
            }
            await onProgress?.()
            await new Promise(resolve => setImmediate(resolve))
        }
    }

    /** Time of the next alarm; Infinity when there is none. */
    protected nextUs(): number {
        while (this.heap[0]?.cancelled) this.pop()
        return this.heap[0]?.timeUs ?? Infinity
    }

    private before(a: Alarm, b: Alarm): boolean {
        return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order)
    }

    private push(alarm: Alarm): void {
        const heap = this.heap
        let at = heap.length
        heap.push(alarm)
        while (at > 0) {
            const up = (at - 1) >> 1
            if (!this.before(alarm, heap[up]!)) break
            heap[at] = heap[up]!
            at = up
        }
        heap[at] = alarm
    }

    private pop(): void {
        const heap = this.heap
        const last = heap.pop()!
        if (heap.length === 0) return
        let at = 0
        for (;;) {
            let down = 2 * at + 1
            if (down >= heap.length) break
            if (down + 1 < heap.length && this.before(heap[down + 1]!, heap[down]!)) down++
            if (!this.before(heap[down]!, last)) break
            heap[at] = heap[down]!
            at = down
        }
        heap[at] = last
    }
}
