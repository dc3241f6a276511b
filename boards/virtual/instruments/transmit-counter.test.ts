// Instrument on the transmit line. Tolerance: 1e-12 (double rounding).
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { TransmitCounter } from "./transmit-counter"

const test = suite("transmit counter")

function counted(times: number[]): TransmitCounter {
    const counter = new TransmitCounter()
    for (const t of times) counter.onPulse(t)
    return counter
}

test("counts pulses and reports the time of the last one", () => {
    assert.is(new TransmitCounter().lastUs, undefined)
    const counter = counted([3, 7, 11])
    assert.is(counter.count, 3)
    assert.is(counter.lastUs, 11)
})

test("jitter is the standard deviation of the intervals over their mean, within the given window", () => {
    const even = counted([0, 100, 200, 300])
    assert.is(even.jitter(0, 300), 0)
    // Intervals 98, 102, 98, 102: mean 100, deviation 2.
    const uneven = counted([0, 98, 200, 298, 400, 1000])
    assert.ok(Math.abs(uneven.jitter(0, 400) - 0.02) < 1e-12)
})

test.run()
