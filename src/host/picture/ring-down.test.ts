// The ring-down estimated from a pullback, and its subtraction.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import { AMPLITUDE_OF_CODE } from "./envelope"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { estimateRingDown, noRingDown, withoutRingDown } from "./ring-down"

const GEOMETRY: ImagingGeometry = {
    linesPerFrame: 16,
    samplesPerLine: 40,
    sampleSpacingMm: 0.05,
    catheterRadiusMm: 0.2,
    ringDownMm: 0.2,
    centreFrequencyMhz: 20,
}
/** Ring-down zone: samples 4..7. */
const RING = [0.3, 0.12, 0.05, 0.02]

function frame(index: number, echo: (line: number, sample: number) => number): PolarFrame {
    const codes = new Uint8Array(16 * 40)
    for (let i = 0; i < 16; i++)
        for (let k = 4; k < 40; k++)
            codes[i * 40 + k] = amplitudeToCode(Math.abs((RING[k - 4] ?? 0) + echo(i, k)))
    return {
        index,
        timeMs: index,
        positionMm: index / 10,
        codes,
        present: new Uint8Array(16).fill(1),
    }
}

const test = suite("ring-down")

test("leaves nothing of blood below the ring-down", () => {
    const frames = Array.from({ length: 20 }, (_, f) =>
        frame(f, (i, k) => 0.0005 * Math.sin(7 * f + 3 * i + k))
    )
    const reference = estimateRingDown(frames, GEOMETRY)
    assert.is(reference.frames, 20)
    assert.is(reference.firstSample, 4)
    assert.is(reference.endSample, 8)
    for (const { codes } of frames)
        for (let i = 0; i < 16; i++)
            for (let k = 4; k < 8; k++)
                // Half a code of the ring-down, 1.7 %, may be left in addition to the echo.
                assert.ok(
                    withoutRingDown(reference, codes[i * 40 + k]!, i, k) <
                        0.0008 + 0.017 * RING[k - 4]!
                )
})

test("keeps a wall that touches in a third of the frames, in phase or not", () => {
    const wall = (f: number): number => (f % 3 === 0 ? 0.2 : 0)
    for (const sign of [1, -1]) {
        const frames = Array.from({ length: 60 }, (_, f) => frame(f, () => sign * wall(f)))
        const reference = estimateRingDown(frames, GEOMETRY)
        const amplitude = withoutRingDown(reference, frames[0]!.codes[5]!, 0, 5)
        const silent = withoutRingDown(reference, frames[1]!.codes[5]!, 0, 5)
        assert.is(silent, 0)
        // 0.2 in phase stays 0.2; in antiphase |0.12 - 0.2| - 0.12 = -0.04 is left.
        // The correction for the lost phase adds up to 3 dB.
        assert.ok(amplitude > 0.035 && amplitude < 0.29, `${amplitude}`)
    }
})

test("subtracts nothing beyond the zone or without a reference", () => {
    const frames = Array.from({ length: 7 }, (_, f) => frame(f, () => 0))
    const reference = estimateRingDown(frames, GEOMETRY)
    assert.is(reference.frames, 0)
    assert.is(noRingDown(GEOMETRY).frames, 0)
    assert.is(withoutRingDown(reference, 200, 3, 5), AMPLITUDE_OF_CODE[200])
})

test("ignores missing lines", () => {
    const frames = Array.from({ length: 30 }, (_, f) => {
        const one = frame(f, () => 0)
        if (f % 2 === 0) {
            one.present[3] = 0
            one.codes.fill(0, 3 * 40, 4 * 40)
        }
        return one
    })
    const reference = estimateRingDown(frames, GEOMETRY)
    assert.is(reference.codes[3 * 4], amplitudeToCode(RING[0]!))
})

test.run()
