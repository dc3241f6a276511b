// Line fit, percentiles and jitter against known values.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { fitLine, jitterOf, percentile, steps, worstOf } from "./timing-fit"

const test = suite("timing-fit")

test("recovers a line, also with large clock values", () => {
    fc.assert(
        fc.property(
            fc.double({ min: -20, max: 20, noNaN: true }),
            fc.double({ min: 0, max: 4e9, noNaN: true }),
            fc.integer({ min: 3, max: 200 }),
            (slope, from, n) => {
                const x = Array.from({ length: n }, (_, i) => from + i)
                const fit = fitLine(
                    x,
                    x.map(v => 3 + slope * (v - from))
                )
                // 4e9 leaves 52 - 32 fractional bits: 1e-6 of one step of x.
                assert.ok(Math.abs(fit.slope - slope) < 1e-5)
                assert.ok(fit.peakToPeak < 1e-3)
            }
        )
    )
})

test("leaves a sine wave on a line as residuals", () => {
    const x = Array.from({ length: 10_001 }, (_, i) => i / 1000)
    const fit = fitLine(
        x,
        x.map(t => t + 0.005 * Math.sin(2 * Math.PI * t))
    )
    // Over 10 periods the wave tilts the line by 6·0.005/(pi·10²) = 9.5e-5, which is 1e-3 over all 10.
    assert.ok(Math.abs(fit.slope - 1) < 1e-4)
    assert.ok(Math.abs(fit.peakToPeak - 0.01) < 1e-3)
    assert.ok(Math.abs(fit.rms - 0.005 / Math.SQRT2) < 1e-4)
})

test("refuses points that define no line", () => {
    assert.throws(() => fitLine([1, 2], [1, 2]), /three points/)
    assert.throws(() => fitLine([1, 2, 3], [1, 2]), /three points/)
    assert.throws(() => fitLine([1, 1, 1], [1, 2, 3]), /more than one x/)
    assert.throws(() => percentile([], 0.5), /at least one value/)
})

test("percentiles are measured values", () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    assert.is(percentile(values, 0.5), 50)
    assert.is(percentile(values, 0.95), 95)
    assert.is(percentile(values, 0.99), 99)
    assert.is(percentile(values, 1), 100)
    assert.is(percentile([3], 0.5), 3)
    assert.is(percentile([1, Infinity], 0.99), Infinity)
})

test("computes jitter, worst value and steps", () => {
    assert.is(jitterOf([5, 5, 5]), 0)
    assert.is(jitterOf([9, 11]), 0.1)
    assert.is(worstOf([1, -3, 2]), -3)
    assert.is(worstOf([]), 0)
    assert.equal([...steps(0, 1, 0.5)], [0, 0.5, 1])
})

test.run()
