// The offset between an interface and the half-way point of its echo, against a numerical blur.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { echoShape, edgeOffsetMm } from "./edge-offset"

const test = suite("edge offset")

const GEOMETRY = { centreFrequencyMhz: 20, catheterRadiusMm: 0.3, sampleSpacingMm: 0.01 }

/**
 * Half-way point of a wall that begins at 0 and goes on, in blood `contrastDb` below it: the wall is blurred by adding up a Gaussian
 * in small steps.
 */
function halfWayMm(sigmaMm: number, leadMm: number, contrastDb: number): number {
    const step = sigmaMm / 200
    const half = 10 ** (-contrastDb / 20)
    let share = 0
    for (let x = leadMm - 6 * sigmaMm; ; x += step) {
        const t = (x - leadMm) / sigmaMm
        share += (step / sigmaMm / Math.sqrt(2 * Math.PI)) * Math.exp(-0.5 * t * t)
        // Blood gives way to the wall.
        if (share + 10 ** (-contrastDb / 10) >= half) return x
    }
}

test("is where a blurred wall is half-way in dB, facing the catheter and along the beam", () => {
    const shape = echoShape(GEOMETRY)
    for (const contrastDb of [16, 24, 36, 50]) {
        const facing = halfWayMm(shape.pulseMm, shape.leadMm, contrastDb)
        const along = halfWayMm(3 * shape.beamRad, 0, contrastDb)
        // The quantile is good to 0.0005 standard deviations, the sum to a step.
        assert.ok(Math.abs(edgeOffsetMm(shape, 3, 1, contrastDb) - facing) < 0.001)
        assert.ok(Math.abs(edgeOffsetMm(shape, 3, 0, contrastDb) - along) < 0.002)
    }
})

test.run()
