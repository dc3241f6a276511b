// Log compression: greys against the display settings.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { codeToAmplitude } from "../../shared/acquisition/sample-codes"
import { DEFAULT_DISPLAY, DisplayError, greyMapper } from "./compression"
import type { ImagingGeometry } from "./geometry"
import { noRingDown } from "./ring-down"

const GEOMETRY: ImagingGeometry = {
    linesPerFrame: 16,
    samplesPerLine: 64,
    sampleSpacingMm: 0.1,
    catheterRadiusMm: 0.3,
    ringDownMm: 0.25,
    centreFrequencyMhz: 20,
}

const test = suite("compression")

test("maps full scale to 255 and falls by 255 over the dynamic range", () => {
    fc.assert(
        fc.property(
            fc.integer({ min: 0, max: 255 }),
            fc.integer({ min: 3, max: 63 }),
            fc.double({ min: 10, max: 72, noNaN: true }),
            fc.double({ min: -20, max: 20, noNaN: true }),
            fc.double({ min: -2, max: 2, noNaN: true }),
            (code, sample, dynamicRangeDb, gainDb, slope) => {
                const mapper = greyMapper(GEOMETRY, noRingDown(GEOMETRY), {
                    dynamicRangeDb,
                    gainDb,
                    residualGainDb: r => slope * r,
                })
                const codes = new Uint8Array(16 * 64).fill(code)
                const grey = mapper.frame(codes)[5 * 64 + sample]!
                const db = 20 * Math.log10(codeToAmplitude(code)) + gainDb + slope * sample * 0.1
                const exact = 255 * (1 + db / dynamicRangeDb)
                const bounded = code === 0 ? 0 : Math.max(0, Math.min(255, exact))
                // Rounding to a whole grey; the ring-down zone uses 32-bit floats.
                assert.ok(Math.abs(grey - bounded) <= 0.51)
            }
        ),
        { seed: 1, numRuns: 300 }
    )
})

test("samples inside the catheter are black", () => {
    const mapper = greyMapper(GEOMETRY, noRingDown(GEOMETRY))
    const greys = mapper.frame(new Uint8Array(16 * 64).fill(255))
    assert.equal([...greys.subarray(64, 64 + 5)], [0, 0, 0, 255, 255])
})

test("maps a single line as in its frame", () => {
    const mapper = greyMapper(GEOMETRY, noRingDown(GEOMETRY))
    const codes = Uint8Array.from({ length: 16 * 64 }, (_, p) => (p * 7) % 256)
    const line = new Uint8Array(64)
    mapper.line(codes, 9, line, 0)
    assert.equal(line, mapper.frame(codes).slice(9 * 64, 10 * 64))
})

test("refuses settings out of range", () => {
    for (const wrong of [
        { dynamicRangeDb: 9 },
        { dynamicRangeDb: 73 },
        { dynamicRangeDb: NaN },
        { gainDb: 61 },
        { gainDb: NaN },
        { residualGainDb: () => NaN },
    ])
        assert.throws(
            () =>
                greyMapper(GEOMETRY, noRingDown(GEOMETRY), {
                    ...DEFAULT_DISPLAY,
                    ...wrong,
                }),
            (error: Error) => error instanceof DisplayError
        )
})

test.run()
