// The meter of real time: factor and load over the last two seconds, and when it says that the computer is too slow.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { RealTimeState } from "./messages"
import { RealTimeMeter } from "./real-time"

const test = suite("real time")
const STEP_MS = 100

class Machine {
    private wallMs = 0
    private simulatedMs = 0
    private processorMs = 0
    private readonly meter = new RealTimeMeter({
        wallMs: () => this.wallMs,
        simulatedMs: () => this.simulatedMs,
        behindMs: () => this.wallMs - this.simulatedMs,
        processorMs: () => this.processorMs,
    })

    /** Runs for some seconds at `factor` of real time with `load` of a processor. */
    run(s: number, factor: number, load: number): RealTimeState {
        let state!: RealTimeState
        for (let ms = 0; ms < 1000 * s; ms += STEP_MS) {
            this.wallMs += STEP_MS
            this.simulatedMs += factor * STEP_MS
            this.processorMs += load * STEP_MS
            state = this.meter.measure()
        }
        return state
    }
}

test("factor, load and lag of a computer that keeps up, and of one that does not", () => {
    const machine = new Machine()
    assert.equal(machine.run(3, 1, 0.3), {
        ...{ factor: 1, loadPercent: 30, behindMs: 0, isTooSlow: false },
    })
    assert.equal(machine.run(3, 0.5, 1), {
        ...{ factor: 0.5, loadPercent: 100, behindMs: 1500, isTooSlow: true },
    })
})

test("slow below 0.95, and again fast enough only above 0.98", () => {
    const machine = new Machine()
    assert.not(machine.run(4, 0.96, 1).isTooSlow)
    assert.ok(machine.run(4, 0.94, 1).isTooSlow)
    assert.ok(machine.run(4, 0.96, 1).isTooSlow)
    assert.not(machine.run(4, 0.99, 1).isTooSlow)
})

test("a slow first moment is no reason to complain", () => {
    assert.not(new Machine().run(0.8, 0.2, 1).isTooSlow)
})

test.run()
