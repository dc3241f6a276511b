// Scan conversion: positions, greys, missing lines.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { DisplayError } from "./compression"
import type { ImagingGeometry } from "./geometry"
import { gapGrey, scanConverter } from "./scan-conversion"

const GEOMETRY: ImagingGeometry = {
    linesPerFrame: 64,
    samplesPerLine: 100,
    sampleSpacingMm: 0.1,
    catheterRadiusMm: 0.5,
    ringDownMm: 0.25,
    centreFrequencyMhz: 20,
}
const ALL = new Uint8Array(64).fill(1)

/** A frame with a bright spot of two lines by two samples. */
function spot(line: number, sample: number): Uint8Array {
    const greys = new Uint8Array(64 * 100)
    for (const i of [line, (line + 1) % 64]) greys.fill(255, i * 100 + sample, i * 100 + sample + 2)
    return greys
}

const test = suite("scan-conversion")

test("draws line 0 to the right, 90 degrees downwards, and radii from the centre", () => {
    const converter = scanConverter(GEOMETRY, 200)
    assert.is(converter.mmPerPx, 0.1)
    for (const line of [0, 16, 32, 48, 10]) {
        const { greys } = converter.convert(spot(line, 60), ALL)
        let [x, y, weight] = [0, 0, 0]
        for (let p = 0; p < greys.length; p++) {
            x += greys[p]! * ((p % 200) + 0.5 - 100) * 0.1
            y += greys[p]! * (Math.floor(p / 200) + 0.5 - 100) * 0.1
            weight += greys[p]!
        }
        // The spot's middle is half a line and half a sample further; pixels allow 0.05 mm.
        const angle = (2 * Math.PI * (line + 0.5)) / 64
        assert.ok(Math.abs(x / weight - 6.05 * Math.cos(angle)) < 0.05)
        assert.ok(Math.abs(y / weight - 6.05 * Math.sin(angle)) < 0.05)
    }
})

test("draws a uniform frame as a uniform disc with black catheter and corners", () => {
    const converter = scanConverter(GEOMETRY, 200)
    const { greys } = converter.convert(new Uint8Array(6400).fill(77), ALL)
    for (let y = 0; y < 200; y++)
        for (let x = 0; x < 200; x++) {
            const r = Math.hypot(x + 0.5 - 100, y + 0.5 - 100) * 0.1
            const expected = r < 0.5 || r > 9.9 ? 0 : 77
            assert.is(greys[y * 200 + x], expected)
        }
})

test("hatches missing lines and leaves their neighbours unchanged [IVUS-DAT-004]", () => {
    const converter = scanConverter(GEOMETRY, 200)
    const present = ALL.slice()
    present.fill(0, 20, 30)
    const codes = new Uint8Array(6400).fill(200)
    codes.fill(255, 20 * 100, 30 * 100)
    const { greys } = converter.convert(codes, present)
    let hatched = 0
    for (let y = 0; y < 200; y++)
        for (let x = 0; x < 200; x++) {
            const r = Math.hypot(x + 0.5 - 100, y + 0.5 - 100) * 0.1
            if (r < 0.5 || r > 9.9) continue
            const circleFraction = Math.atan2(y + 0.5 - 100, x + 0.5 - 100) / (2 * Math.PI)
            const line = Math.round((circleFraction + 1) * 64 * 1000) / 1000 - 64
            const wrapped = line < -0.5 ? line + 64 : line
            if (Math.abs(wrapped - 19.5) < 0.01) continue
            if (Math.abs(wrapped - 29.5) < 0.01) continue
            const missing = wrapped > 19.5 && wrapped < 29.5
            assert.is(greys[y * 200 + x], missing ? gapGrey(x, y) : 200)
            if (missing) hatched++
        }
    assert.ok(hatched > 3000)
})

test("can reuse an output buffer", () => {
    const converter = scanConverter(GEOMETRY, 64)
    const out = new Uint8Array(64 * 64)
    const a = converter.convert(spot(3, 50), ALL, out)
    assert.is(a.greys, out)
    const b = converter.convert(spot(40, 20), ALL)
    converter.convert(spot(40, 20), ALL, out)
    assert.equal(out, b.greys)
})

test("refuses a size out of range", () => {
    for (const size of [0, 15, 5000, 100.5, NaN])
        assert.throws(
            () => scanConverter(GEOMETRY, size),
            (error: Error) => error instanceof DisplayError
        )
})

test.run()
