// The longitudinal view: layout by measured position, gaps and options.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { DisplayError, greyMapper } from "./compression"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { longitudinalView } from "./longitudinal"
import { polarFrames } from "./polar-frames"
import { noRingDown } from "./ring-down"
import { gapGrey } from "./scan-conversion"

const GEOMETRY: ImagingGeometry = {
    linesPerFrame: 16,
    samplesPerLine: 50,
    sampleSpacingMm: 0.1,
    catheterRadiusMm: 0.3,
    ringDownMm: 0.2,
    centreFrequencyMhz: 20,
}
const MAPPER = greyMapper(GEOMETRY, noRingDown(GEOMETRY))

/** A frame with one code on its upper line (12 of 16) and another code on all others. */
function frame(index: number, positionMm: number, code: number): PolarFrame {
    const codes = new Uint8Array(16 * 50).fill(120)
    codes.fill(code, 12 * 50, 13 * 50)
    return {
        index,
        timeMs: index,
        positionMm,
        codes,
        present: new Uint8Array(16).fill(1),
    }
}

const test = suite("longitudinal")

test("places frames by measured position, not by number [IVUS-LEN-006]", () => {
    // Half of the length at 1 mm/s, half at 2 mm/s; frames become brighter at 3 mm.
    const positions = [
        ...Array.from({ length: 60 }, (_, n) => n / 20),
        ...Array.from({ length: 31 }, (_, n) => 3 + n / 10),
    ]
    const frames = positions.map((z, n) => frame(n, z, z < 3 ? 150 : 250))
    const view = longitudinalView(polarFrames(frames), MAPPER, GEOMETRY, { pxPerMm: 20 })
    assert.is(view.widthPx, 120)
    assert.is(view.heightPx, 200)
    assert.is(view.mmPerPxX, 0.05)
    const upper = (x: number): number => view.greys[40 * 120 + x]!
    const [dark, bright] = [upper(10), upper(110)]
    assert.ok(bright > dark + 50)
    for (let x = 0; x < 120; x++) {
        if (Math.abs(x - 59.5) <= 1) continue
        assert.is(upper(x), x < 60 ? dark : bright)
    }
})

test("interpolates between widely spaced frames", () => {
    // 10 mm/s at 30 frames/s: one frame every 0.33 mm, one column every 0.05 mm.
    const frames = Array.from({ length: 10 }, (_, n) => frame(n, n / 3, n % 2 === 0 ? 150 : 250))
    const view = longitudinalView(polarFrames(frames), MAPPER, GEOMETRY)
    const row = [...view.greys.subarray(40 * view.widthPx)].slice(0, 13)
    const step = (row[5]! - row[1]!) / 4
    for (let x = 1; x < 6; x++) assert.ok(Math.abs(row[x]! - row[1]! - step * (x - 1)) <= 1)
    assert.ok(step > 10)
})

test("does not depend on the order of the frames", () => {
    const frames = Array.from({ length: 40 }, (_, n) => frame(n, n / 10, 100 + 3 * n))
    const straight = longitudinalView(polarFrames(frames), MAPPER, GEOMETRY)
    const shuffled = [...frames].sort((a, b) => ((a.index * 7) % 40) - ((b.index * 7) % 40))
    assert.equal(longitudinalView(polarFrames(shuffled), MAPPER, GEOMETRY), straight)
})

test("cuts through the catheter, with the upper half along the angle", () => {
    const frames = Array.from({ length: 10 }, (_, n) => frame(n, n / 10, 250))
    const at = (angleDeg: number, row: number): number => {
        const view = longitudinalView(polarFrames(frames), MAPPER, GEOMETRY, {
            angleDeg,
            pxPerMm: 10,
        })
        return view.greys[row * view.widthPx + 4]!
    }
    assert.ok(at(270, 20) > at(270, 80) + 50)
    assert.ok(at(90, 80) > at(90, 20) + 50)
    assert.is(at(0, 20), at(0, 80))
    assert.is(at(-90, 20), at(270, 20))
    // The catheter's radius is 3 rows to each side of the middle.
    assert.is(at(270, 49), 0)
    assert.is(at(270, 51), 0)
})

test("hatches columns without frames and halves without their line [IVUS-DAT-004]", () => {
    const frames = Array.from({ length: 100 }, (_, n) => frame(n, n / 20, 200)).filter(
        f => f.positionMm < 2 || f.positionMm > 3
    )
    for (const f of frames) if (f.positionMm > 4) f.present[4] = 0
    const view = longitudinalView(polarFrames(frames), MAPPER, GEOMETRY, { lengthMm: 5 })
    const shown = (x: number, y: number): boolean => view.greys[y * 100 + x] !== gapGrey(x, y)
    for (let x = 43; x < 59; x++) assert.not(shown(x, 50) || shown(x, 150))
    for (let x = 83; x < 100; x++) assert.ok(shown(x, 50) && !shown(x, 150))
    for (let x = 2; x < 38; x++) assert.ok(shown(x, 50) && shown(x, 150))
})

test("hatches the whole view without frames", () => {
    const view = longitudinalView(polarFrames([]), MAPPER, GEOMETRY, { lengthMm: 2 })
    assert.ok(view.greys.every((grey, p) => grey === gapGrey(p % 40, (p / 40) | 0)))
})

test("refuses options out of range", () => {
    for (const wrong of [
        { pxPerMm: 0 },
        { pxPerMm: NaN },
        { lengthMm: -1 },
        { lengthMm: 1e6 },
        { angleDeg: Infinity },
    ])
        assert.throws(
            () => longitudinalView(polarFrames([frame(0, 1, 9)]), MAPPER, GEOMETRY, wrong),
            (error: Error) => error instanceof DisplayError
        )
})

test.run()
