// Geometry: checks of geometries and frames, and the first samples.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { checkFrame, checkGeometry, firstClearSample, firstSample, GeometryError } from "./geometry"

const GOOD: ImagingGeometry = {
    linesPerFrame: 32,
    samplesPerLine: 64,
    sampleSpacingMm: 0.1,
    catheterRadiusMm: 0.3,
    ringDownMm: 0.25,
    centreFrequencyMhz: 20,
}

function refused(run: () => void): void {
    assert.throws(run, (error: Error) => error instanceof GeometryError)
}

const test = suite("geometry")

test("refuses a geometry out of range", () => {
    checkGeometry(GOOD)
    for (const wrong of [
        { linesPerFrame: 15 },
        { linesPerFrame: 32.5 },
        { samplesPerLine: 1 },
        { sampleSpacingMm: 0 },
        { sampleSpacingMm: NaN },
        { sampleSpacingMm: 10 },
        { catheterRadiusMm: -1 },
        { catheterRadiusMm: NaN },
        { ringDownMm: 4 },
    ])
        refused(() => checkGeometry({ ...GOOD, ...wrong }))
})

test("refuses a frame that does not fit its geometry", () => {
    const frame: PolarFrame = {
        index: 0,
        timeMs: 0,
        positionMm: 1,
        codes: new Uint8Array(32 * 64),
        present: new Uint8Array(32),
    }
    checkFrame(frame, GOOD)
    refused(() => checkFrame({ ...frame, codes: new Uint8Array(5) }, GOOD))
    refused(() => checkFrame({ ...frame, present: new Uint8Array(5) }, GOOD))
    refused(() => checkFrame({ ...frame, positionMm: Infinity }, GOOD))
})

test("the first samples are at or beyond the catheter and the ring-down", () => {
    // 0.3/0.1 is 2.9999999999999996 in binary: still sample 3.
    assert.is(firstSample(GOOD), 3)
    assert.is(firstClearSample(GOOD), 6)
})

test.run()
