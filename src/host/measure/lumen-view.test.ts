// Borders that extend beyond the view, at the limits.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { extendsBeyondView } from "./lumen-view"

const GEOMETRY = {
    ...{ linesPerFrame: 200, samplesPerLine: 250, sampleSpacingMm: 0.02 },
    ...{ catheterRadiusMm: 0.45, ringDownMm: 0.2, centreFrequencyMhz: 40 },
}
/** A border with `lines` of 200 lines at `radiusMm` and the others at 2 mm; the view ends at 5 mm. */
const border = (lines: number, radiusMm: number): Float32Array =>
    Float32Array.from({ length: 200 }, (_, i) => (i < lines ? radiusMm : 2))

const test = suite("lumen beyond the view")

test("accepts up to 5 % of the circle on the edge", () => {
    for (const radiusMm of [4.51, 4.99, 5.6]) {
        assert.not(extendsBeyondView(border(10, radiusMm), GEOMETRY))
        assert.ok(extendsBeyondView(border(11, radiusMm), GEOMETRY))
    }
})

test("accepts a border with 0.5 mm of wall in view", () => {
    assert.not(extendsBeyondView(border(200, 4.49), GEOMETRY))
    assert.not(extendsBeyondView(border(0, 5), GEOMETRY))
})

test.run()
