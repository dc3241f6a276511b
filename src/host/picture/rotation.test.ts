// The estimate of non-uniform rotation, on noise frames with a known rotation of each line.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { ImagingGeometry, PolarFrame } from "./geometry"
import { polarFrames } from "./polar-frames"
import { type RotationUnevenness, rotationUnevenness as unevennessOf } from "./rotation"

const LINES = 128
const SAMPLES = 138
const STEP_DEG = 360 / LINES
const GEOMETRY: ImagingGeometry = {
    linesPerFrame: LINES,
    samplesPerLine: SAMPLES,
    sampleSpacingMm: 0.05,
    catheterRadiusMm: 0.3,
    ringDownMm: 0.2,
    centreFrequencyMhz: 20,
}
/** Samples up to the end of the ring-down: 0.5 mm at 0.05 mm. */
const RING_DOWN = 10

/** Uniform random numbers from 0 to 1. */
function noise(seed: number): () => number {
    let state = seed
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state / 2 ** 32
    }
}

/** Noise codes of mean 128 and at most 60 from it, so that mixtures fit a byte. */
function texture(seed: number): Float64Array {
    const random = noise(seed)
    return Float64Array.from({ length: LINES * SAMPLES }, () => 120 * random() - 60)
}

const frameOf = (index: number, values: Float64Array): PolarFrame => ({
    index,
    timeMs: 33 * index,
    positionMm: 0.01 * index,
    codes: Uint8Array.from(values, v => 128 + v),
    present: new Uint8Array(LINES).fill(1),
})

/** The same frame, with line i displaced by `shift(i)` lines. */
function turned(values: Float64Array, shift: (line: number) => number): Float64Array {
    const out = new Float64Array(values.length)
    // Where the rotation is slow, a line appears twice.
    const from = new Int16Array(LINES).fill(-1)
    for (let i = 0; i < LINES; i++) from[(i + shift(i) + LINES) % LINES] = i
    for (let round = 0; round < 2; round++)
        for (let j = 0; j < LINES; j++) if (from[j]! < 0) from[j] = from[(j + LINES - 1) % LINES]!
    for (let j = 0; j < LINES; j++) {
        const line = from[j]! * SAMPLES
        out.set(values.subarray(line, line + SAMPLES), j * SAMPLES)
    }
    return out
}

/** A mixture of two textures whose correlation with the first is `share`. */
function mixed(a: Float64Array, b: Float64Array, share: number): Float64Array {
    const rest = Math.sqrt(1 - share * share)
    return a.map((v, i) => share * v + rest * b[i]!)
}

/** Displacement of ±5 lines in addition to 4 lines of the whole frame: 9 lines are 25.3 degrees. */
const UNEVEN = (line: number): number => 4 + Math.round(5 * Math.sin((2 * Math.PI * line) / LINES))
const TRUE_RMS_DEG =
    STEP_DEG *
    Math.sqrt(
        Array.from({ length: LINES }, (_, i) => (UNEVEN(i) - 4) ** 2).reduce((a, b) => a + b, 0) /
            LINES
    )

const rotationUnevenness = (
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry
): RotationUnevenness | undefined => unevennessOf(polarFrames(frames), geometry)

const test = suite("non-uniform rotation")

test("a frame rotated as a whole has no variation", () => {
    const still = texture(1)
    for (const by of [0, 3, -7]) {
        const result = rotationUnevenness(
            [
                frameOf(0, still),
                frameOf(
                    1,
                    turned(still, () => by)
                ),
            ],
            GEOMETRY
        )!
        assert.equal(result, {
            ...{ rmsDeg: null, maxDeg: null, belowDeg: STEP_DEG / 2 },
            ...{ resolutionDeg: STEP_DEG, framePairs: 1, framePairsUnlike: 0 },
        })
    }
})

test("measures the displacement of the lines without that of the whole frame", () => {
    const still = texture(2)
    const result = rotationUnevenness(
        [frameOf(0, still), frameOf(1, turned(still, UNEVEN))],
        GEOMETRY
    )!
    assert.is(result.belowDeg, null)
    // Sectors of 15 degrees are five lines: tolerance 15 %, as in hil-tests/imaging/rotation.test.ts.
    assert.ok(
        Math.abs(result.rmsDeg! / TRUE_RMS_DEG - 1) < 0.15,
        `${result.rmsDeg} instead of ${TRUE_RMS_DEG}`
    )
    // One line of the path, and its effect on the mean.
    assert.ok(Math.abs(result.maxDeg! - 5 * STEP_DEG) <= 1.1 * STEP_DEG, `${result.maxDeg}`)
})

test("ignores frames whose speckle does not correlate", () => {
    const [one, two] = [texture(3), texture(4)]
    const pair = [frameOf(0, one), frameOf(1, turned(one, UNEVEN))]
    const alone = rotationUnevenness(pair, GEOMETRY)!
    const other = [2, 3, 4].map(i => frameOf(i, texture(10 + i)))
    const result = rotationUnevenness([...pair, ...other], GEOMETRY)!
    assert.equal(result, { ...alone, framePairsUnlike: 3 })
    // Slices up to 0.13 mm apart count: exp(-1/2), correlation 0.6 (rotation.ts). With 128 · 30 bins the correlation has
    // an uncertainty of 0.02.
    for (const [share, framePairs] of [
        [0.66, 1],
        [0.54, 0],
    ] as const) {
        const frames = [frameOf(0, one), frameOf(1, mixed(one, two, share))]
        const { framePairs: alike } = rotationUnevenness(frames, GEOMETRY)!
        assert.is(alike, framePairs, `${share}`)
    }
})

test("compares consecutive complete frames only", () => {
    const still = texture(5)
    const at = (...indices: number[]): PolarFrame[] => indices.map(i => frameOf(i, still))
    assert.is(rotationUnevenness(at(0, 1, 3, 4, 5), GEOMETRY)!.framePairs, 3)
    const frames = at(0, 1, 2, 3)
    frames[1]!.present[77] = 0
    assert.is(rotationUnevenness(frames, GEOMETRY)!.framePairs, 1)
    frames[3]!.present[0] = 0
    assert.is(rotationUnevenness(frames, GEOMETRY), undefined)
    assert.is(rotationUnevenness(at(0, 2, 4), GEOMETRY), undefined)
    assert.is(rotationUnevenness([], GEOMETRY), undefined)
})

test("uses at most 60 pairs, spread over the pullback", () => {
    const still = texture(6)
    const swung = turned(still, UNEVEN)
    // The rotation is non-uniform in the second half only.
    const long = Array.from({ length: 121 }, (_, i) =>
        frameOf(i, i > 60 && i % 2 === 1 ? swung : still)
    )
    const result = rotationUnevenness(long, GEOMETRY)!
    assert.is(result.framePairs + result.framePairsUnlike, 60)
    assert.ok(result.rmsDeg !== null)
    const some = rotationUnevenness(long.slice(0, 62), GEOMETRY)!
    assert.is(some.framePairs + some.framePairsUnlike, 31)
})

test("ignores the ring-down, which rotates with the catheter", () => {
    const still = texture(7)
    const ringing = (values: Float64Array): Float64Array => {
        const random = noise(99)
        return values.map((v, i) =>
            i % SAMPLES < RING_DOWN ? 250 * Math.round(random()) - 125 : v
        )
    }
    const dull = [frameOf(0, still), frameOf(1, turned(still, UNEVEN))]
    const loud = [frameOf(0, ringing(still)), frameOf(1, ringing(turned(still, UNEVEN)))]
    assert.equal(rotationUnevenness(loud, GEOMETRY), rotationUnevenness(dull, GEOMETRY))
})

test.run()
