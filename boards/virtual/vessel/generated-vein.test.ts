// Every generated vein can be imaged and contains its intended features.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { contains, nearestOnBorder, signedArea } from "./border"
import { generatedVein } from "./generated-vein"

const test = suite("generated-vein")

test("any seed generates a vein with a significant compression and a catheter that does not touch the wall", () => {
    fc.assert(
        fc.property(fc.integer(), fc.double({ min: 5, max: 60, noNaN: true }), (seed, lengthMm) => {
            const vein = generatedVein(seed, lengthMm)
            let largest = 0
            let smallest = Infinity
            for (let n = 0; n <= 40; n++) {
                const z = (lengthMm * n) / 40
                const border = vein.borderAt(z)
                assert.ok(contains(border, 0, 0))
                const wall = nearestOnBorder(border, 0, 0)
                assert.ok(wall.distanceMm > 0.3, `${z}: ${wall.distanceMm}`)
                for (let p = 0; p < border.length; p += 2)
                    assert.ok(Math.hypot(border[p]!, border[p + 1]!) < 9.5)
                const area = vein.lumenAreaMm2(z)
                assert.ok(Math.abs(area - signedArea(border)) < 1e-9)
                largest = Math.max(largest, area)
                smallest = Math.min(smallest, area)
            }
            // The size of an iliac vein, and at least half of its area lost.
            assert.ok(largest > 70 && largest < 105, `${largest}`)
            assert.ok(smallest < largest / 2, `${smallest / largest}`)
        }),
        { seed: 1, numRuns: 60 }
    )
})

test("a vein scaled for 4 to 10 mm imaging depth is within the image, wall included, and the catheter fits", () => {
    fc.assert(
        fc.property(
            fc.integer(),
            fc.double({ min: 5, max: 60, noNaN: true }),
            fc.constantFrom([0.4, 0.45], [0.5, 0.45], [1, 0.3]),
            (seed, lengthMm, [scale = 1, catheterRadiusMm = 1]) => {
                const vein = generatedVein(seed, lengthMm, {
                    scale,
                    catheterRadiusMm,
                })
                for (let n = 0; n <= 40; n++) {
                    const border = vein.borderAt((lengthMm * n) / 40)
                    const { distanceMm } = nearestOnBorder(border, 0, 0)
                    assert.ok(contains(border, 0, 0))
                    assert.ok(distanceMm > catheterRadiusMm, `${distanceMm}`)
                    // A border can be detected if 0.2 mm of the wall behind it are visible.
                    for (let p = 0; p < border.length; p += 2) {
                        const mm = Math.hypot(border[p]!, border[p + 1]!)
                        assert.ok(mm < 10 * scale - 0.2, `${mm} mm`)
                    }
                }
            }
        ),
        { seed: 1, numRuns: 200 }
    )
})

test("equal seeds give equal veins, different seeds different ones", () => {
    const border = generatedVein(4, 25).borderAt(7)
    assert.equal(generatedVein(4, 25).borderAt(7), border)
    assert.not.equal(generatedVein(5, 25).borderAt(7), border)
})

test("beyond its ends a vein continues unchanged", () => {
    const vein = generatedVein(1, 20)
    assert.equal(vein.borderAt(-5), vein.borderAt(0))
    assert.equal(vein.borderAt(99), vein.borderAt(20))
})

test("refuses a length that no pullback has", () => {
    for (const lengthMm of [0, 4.9, 501, NaN, -3])
        assert.throws(
            () => generatedVein(1, lengthMm),
            (error: Error) => error instanceof RangeError
        )
})

test.run()
