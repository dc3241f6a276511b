// Instrument: the period of the firmware's control loop, from the edges of its heartbeat pin.

import type { VirtualBoard } from "../../../boards/virtual/virtual-board"

export class LoopTimes {
    loops = 0
    worstMs = 0
    private firstUs = 0
    private lastUs = 0

    /** Each loop makes one edge. */
    constructor(board: VirtualBoard) {
        const { watchdog, clock } = board
        const input = watchdog.input.bind(watchdog)
        watchdog.input = level => {
            this.edge(clock.nowUs)
            input(level)
        }
    }

    get meanMs(): number {
        return (this.lastUs - this.firstUs) / (1000 * this.loops)
    }

    private edge(nowUs: number): void {
        if (this.lastUs === 0) this.firstUs = nowUs
        else {
            this.loops++
            this.worstMs = Math.max(this.worstMs, (nowUs - this.lastUs) / 1000)
        }
        this.lastUs = nowUs
    }
}
