// Changes that must not affect a synthetic-aperture picture: pair list, firing order, rotation,
// lost pairs; and its noise.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    Beamformer,
    bothWaysPairs,
    fullMatrix,
    reciprocalPairs,
    type BeamformSettings,
    type Pair,
} from "../../src/host/beamform/beamform"
import { greyMapper, noRingDown, scanConverter } from "../../src/host/picture/picture"
import {
    allPresent,
    arrayOf,
    channelDataFrame,
    samplingAt,
    SOUND_SPEED_M_PER_S,
    targetAt,
} from "../support/imaging/point-targets"

const test = suite("invariances of synthetic aperture")

const ARRAY = arrayOf("array-20mhz")
const RECIPROCAL = reciprocalPairs(64, 14)

/** Small pictures, up to 4 mm. */
function settings(samplesPerLine: number, linesPerFrame: number): BeamformSettings {
    return {
        linesPerFrame,
        samplesPerLine,
        sampleSpacingMm: 4 / samplesPerLine,
        apertureElements: 14,
        apodisation: "none",
        acceptanceDeg: 90,
        soundSpeedMPerS: SOUND_SPEED_M_PER_S,
        gainDb: 0,
    }
}

const SMALL = settings(128, 128)

function picture(
    pairs: readonly Pair[],
    frame: Int16Array,
    present: Uint8Array = allPresent(pairs),
    s: BeamformSettings = SMALL
): Float32Array {
    const sampling = samplingAt(ARRAY, 2)
    return new Beamformer(ARRAY, pairs, sampling, s).beamform(frame, present).amplitude
}

function brightest(values: ArrayLike<number>): number {
    let max = -Infinity
    for (let i = 0; i < values.length; i++) max = Math.max(max, values[i]!)
    return max
}

function largestDifference(a: Float32Array, b: Float32Array): number {
    return a.reduce((max, x, i) => Math.max(max, Math.abs(x - b[i]!)), 0)
}

test("full matrix, both directions and reciprocal pairs give the same picture", () => {
    const sampling = samplingAt(ARRAY, 2)
    const targets = [targetAt(ARRAY, 2, 0.7), targetAt(ARRAY, 1.2, 3)]
    const [a, b, c] = [RECIPROCAL, bothWaysPairs(64, 14), fullMatrix(64)].map(pairs =>
        picture(pairs, channelDataFrame(ARRAY, targets, pairs, sampling))
    )
    // Without noise both directions have the same int16 samples: float32 rounding remains.
    assert.ok(brightest(a!) > 0.2)
    assert.ok(largestDifference(a!, b!) < 1e-6)
    assert.ok(largestDifference(a!, c!) < 1e-6)
})

const targets = fc.array(
    fc.record({
        radiusMm: fc.double({ min: 0.8, max: 3, noNaN: true }),
        angleRad: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    }),
    { minLength: 1, maxLength: 3 }
)

test("rotating the targets by one element rotates the picture by its lines", () => {
    const sampling = samplingAt(ARRAY, 2)
    const linesPerElement = SMALL.linesPerFrame / 64
    fc.assert(
        fc.property(targets, fc.integer({ min: 1, max: 63 }), (places, rotation) => {
            const [before, after] = [0, rotation].map(by =>
                picture(
                    RECIPROCAL,
                    channelDataFrame(
                        ARRAY,
                        places.map(p =>
                            targetAt(ARRAY, p.radiusMm, p.angleRad + (by * 2 * Math.PI) / 64)
                        ),
                        RECIPROCAL,
                        sampling
                    )
                )
            )
            const shift = rotation * linesPerElement * SMALL.samplesPerLine
            const rotated = Float32Array.from(
                before!,
                (_, i) => before![(i - shift + before!.length) % before!.length]!
            )
            // A sample may be rounded differently: one step of 1/32768, amplified by the Hilbert
            // filter to at most 1.5.
            assert.ok(brightest(rotated) > 0.1)
            assert.ok(largestDifference(rotated, after!) < 2 / 32768)
        }),
        { numRuns: 15, seed: 5 }
    )
})

test("the firing order of pairs does not change the picture", () => {
    const sampling = samplingAt(ARRAY, 2)
    const reversed = [...RECIPROCAL].reverse()
    const [a, b] = [RECIPROCAL, reversed].map(pairs =>
        picture(pairs, channelDataFrame(ARRAY, [targetAt(ARRAY, 2, 0.7)], pairs, sampling))
    )
    assert.is(largestDifference(a!, b!), 0)
})

test("a lost record is replaced by its opposite direction; otherwise its lines darken, or are missing if many records are lost", () => {
    const sampling = samplingAt(ARRAY, 2)
    const target = [targetAt(ARRAY, 2, 0)]
    const both = bothWaysPairs(64, 14)
    const full = channelDataFrame(ARRAY, target, both, sampling)
    const lost = allPresent(both)
    both.forEach(([tx, rx], i) => {
        if (tx < rx) lost[i] = 0
    })
    assert.ok(largestDifference(picture(both, full), picture(both, full, lost)) < 1e-6)

    const beamformer = new Beamformer(ARRAY, RECIPROCAL, sampling, SMALL)
    const frame = channelDataFrame(ARRAY, target, RECIPROCAL, sampling)
    const some = allPresent(RECIPROCAL)
    RECIPROCAL.forEach(([tx], i) => {
        if (tx === 32) some[i] = 0
    })
    const { present } = beamformer.beamform(frame, some)
    // Element 32 transmits to 32..45. A line at element 32 has 26..39 in its aperture, and 8 of 105
    // pairs are lost; one at element 38 has 31..44 and loses 13; one whose aperture ends before 32
    // loses none.
    assert.is(present[2 * 32], 1)
    assert.is(present[2 * 38], 0)
    assert.is(present[2 * 20], 1)
    const none = beamformer.beamform(frame, new Uint8Array(896))
    assert.is(brightest(none.present), 0)
    assert.is(brightest(none.amplitude), 0)
})

test("noise depends on the seed, and summing pairs reduces it", () => {
    const sampling = samplingAt(ARRAY, 2)
    const noisy = (seed: number): Int16Array =>
        channelDataFrame(ARRAY, [], RECIPROCAL, sampling, { level: 0.01, seed })
    assert.equal(noisy(3), noisy(3))
    assert.ok(noisy(3).some((x, i) => x !== noisy(4)[i]))
    const rms = (values: Float32Array | Int16Array, scale: number): number => {
        let sum = 0
        for (const v of values) sum += (v / scale) ** 2
        return Math.sqrt(sum / values.length)
    }
    assert.ok(Math.abs(rms(noisy(3), 32768) / 0.01 - 1) < 0.01)
    const { amplitude } = new Beamformer(ARRAY, RECIPROCAL, sampling, SMALL).beamform(
        noisy(3),
        allPresent(RECIPROCAL)
    )
    // Envelope of the mean of 14 + 91 lines, the 91 counted twice: power 2 (14 + 4 * 91) / 196^2 of
    // one line's. Linear interpolation of white noise removes up to a third of its power, the end
    // of the Hilbert filter another tenth.
    const imaged = amplitude.filter(a => a > 0)
    const maxRms = 0.01 * (Math.sqrt(2 * (14 + 4 * 91)) / 196)
    assert.ok(imaged.length > amplitude.length / 2)
    assert.ok(rms(imaged, 1) < maxRms)
    assert.ok(rms(imaged, 1) > 0.8 * maxRms)
})

test("the picture module accepts the frame: the brightest pixel is the target", () => {
    const sampling = samplingAt(ARRAY, 2)
    const s = settings(256, 256)
    const beamformer = new Beamformer(ARRAY, RECIPROCAL, sampling, s)
    const lines = beamformer.beamform(
        channelDataFrame(ARRAY, [targetAt(ARRAY, 2, 1)], RECIPROCAL, sampling),
        allPresent(RECIPROCAL)
    )
    const geometry = {
        linesPerFrame: 256,
        samplesPerLine: 256,
        sampleSpacingMm: 4 / 256,
        catheterRadiusMm: ARRAY.radiusMm,
        ringDownMm: 0.25,
        centreFrequencyMhz: 20,
    }
    const greys = greyMapper(geometry, noRingDown(geometry)).frame(beamformer.codes(lines))
    const image = scanConverter(geometry, 400).convert(greys, lines.present)
    const peakIndex = image.greys.indexOf(brightest(image.greys))
    const x = ((peakIndex % 400) - 199.5) * image.mmPerPxX
    const y = (Math.floor(peakIndex / 400) - 199.5) * image.mmPerPxY
    // Two pixels of 0.02 mm.
    assert.ok(Math.hypot(x - 2 * Math.cos(1), y - 2 * Math.sin(1)) < 0.1)
})

test.run()
