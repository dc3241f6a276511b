// The captured ring-down reference: per line or common to all angles, residual, and refusals.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { noRingDown } from "./ring-down"
import { captureRingDown, RingDownError, ringDownResidualDb } from "./ring-down-capture"

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

/** Frames whose lines differ in ring-down by `unevenDb`, plus an echo. */
function frames(
    count: number,
    unevenDb: number,
    echo: (frame: number, line: number) => number = () => 0,
    driftDb = 0
): PolarFrame[] {
    return Array.from({ length: count }, (_, f) => {
        const codes = new Uint8Array(16 * 40)
        for (let i = 0; i < 16; i++) {
            const db = unevenDb * Math.cos((2 * Math.PI * i) / 16) + driftDb
            for (let k = 4; k < 40; k++)
                codes[i * 40 + k] = amplitudeToCode(
                    (RING[k - 4] ?? 0) * 10 ** (db / 20) + echo(f, i)
                )
        }
        const present = new Uint8Array(16).fill(1)
        return { index: f, timeMs: f, positionMm: 0, codes, present }
    })
}

const test = suite("captured ring-down")

test("an array has one ring-down for each line, a single transducer has one for all", () => {
    const uneven = frames(9, 3)
    const array = captureRingDown(uneven, GEOMETRY, false)
    assert.is(ringDownResidualDb(uneven, array, GEOMETRY), -Infinity)
    assert.equal([array.firstSample, array.endSample, array.frames], [4, 8, 9])
    const one = captureRingDown(frames(9, 0), GEOMETRY, true)
    assert.equal([...one.codes.subarray(0, 4)], RING.map(amplitudeToCode))
    for (let i = 1; i < 16; i++)
        assert.equal(one.codes.slice(4 * i, 4 * i + 4), one.codes.slice(0, 4))
})

test("a wall on less than half of the circle does not affect the ring-down of a single transducer", () => {
    const wall = (_: number, line: number): number => (line < 7 ? 0.3 : 0)
    const one = captureRingDown(frames(9, 0, wall), GEOMETRY, true)
    assert.equal([...one.codes.subarray(0, 4)], RING.map(amplitudeToCode))
})

test("ignores echoes in less than half of the frames", () => {
    const bubble = (f: number): number => (f % 5 < 2 ? 0.2 : 0)
    const array = captureRingDown(frames(25, 3, bubble), GEOMETRY, false)
    assert.equal(array.codes, captureRingDown(frames(25, 3), GEOMETRY, false).codes)
})

test("the residual grows with the change of the ring-down", () => {
    const array = captureRingDown(frames(9, 3), GEOMETRY, false)
    const left = [0, 0.25, 0.5, 1, 2, 3, 6].map(db =>
        ringDownResidualDb(frames(8, 3, undefined, db), array, GEOMETRY)
    )
    for (let i = 1; i < left.length; i++) assert.ok(left[i]! >= left[i - 1]!, left.join(" "))
    // 1 dB leaves 10^(1/20) - 10^(0.28/20) = 9 % and 2 dB 23 %, with √(1 + R/(R + rest)) for the phase: +2.8 dB; a code is 0.28 dB.
    assert.ok(left[3]! < -16 && left[3]! > -22, `${left[3]} dB after 1 dB`)
    assert.ok(left[2]! < -25 && left[2]! > -32, `${left[2]} dB after 0.5 dB`)
    assert.ok(left[4]! < -8 && left[4]! > -14, `${left[4]} dB after 2 dB`)
})

test("the residual is -Infinity without ring-down", () => {
    assert.is(ringDownResidualDb(frames(8, 0), noRingDown(GEOMETRY), GEOMETRY), -Infinity)
})

test("refuses too few frames, or a line missing in most frames", () => {
    const refused = (some: PolarFrame[], what: RegExp): void =>
        assert.throws(
            () => captureRingDown(some, GEOMETRY, false),
            (e: Error) => e instanceof RingDownError && what.test(e.message)
        )
    refused(frames(7, 0), /8 frames or more, but 7 were received/)
    const gappy = frames(10, 0)
    for (const { present } of gappy.slice(0, 6)) present[3] = 0
    refused(gappy, /A-line 3 was received in only 4 of 10 frames/)
    gappy[0]!.present[3] = 1
    assert.ok(captureRingDown(gappy, GEOMETRY, false))
})

test.run()
