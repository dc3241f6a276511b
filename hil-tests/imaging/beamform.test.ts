// The resolution of synthetic-aperture pictures of point targets against theory, and changes that
// must not affect them.
//
// The echoes are from boards/virtual/vessel/channel-data-echo.ts, which shares no formula with the
// beamformer except distance.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    elementGain,
    pulseBandwidthMhz,
    type ElementArray,
} from "../../boards/virtual/vessel/channel-data-echo"
import {
    axialWidthMm,
    Beamformer,
    bothWaysPairs,
    fullMatrix,
    lateralPattern,
    lateralWidthRad,
    reciprocalPairs,
    type BeamformSettings,
    type LateralCase,
    type Pair,
} from "../../src/host/beamform/beamform"
import { greyMapper, noRingDown, scanConverter } from "../../src/host/picture/picture"
import {
    allPresent,
    arrayOf,
    channelDataFrame,
    measurePoint,
    samplingAt,
    SOUND_SPEED_M_PER_S,
    targetAt,
    type PointMeasures,
} from "../support/imaging/point-targets"

const test = suite("synthetic aperture")

const ARRAY = arrayOf("array-20mhz")
const RECIPROCAL = reciprocalPairs(64, 14)
/** All pairs of 27 neighbours, by reciprocity. */
const WIDE = reciprocalPairs(64, 27)
const DEGREE = Math.PI / 180

function settings(depthMm: number, changed: Partial<BeamformSettings> = {}): BeamformSettings {
    const samplesPerLine = changed.samplesPerLine ?? 1024
    return {
        linesPerFrame: 256,
        samplesPerLine,
        sampleSpacingMm: depthMm / samplesPerLine,
        apertureElements: 14,
        apodisation: "none",
        acceptanceDeg: 90,
        soundSpeedMPerS: SOUND_SPEED_M_PER_S,
        gainDb: 0,
        ...changed,
    }
}

function pointAt(
    array: ElementArray,
    pairs: readonly Pair[],
    radiusMm: number,
    angleRad: number,
    s: BeamformSettings
): PointMeasures {
    const sampling = samplingAt(array, radiusMm)
    const target = targetAt(array, radiusMm, angleRad)
    const frame = channelDataFrame(array, [target], pairs, sampling)
    return measurePoint(array, frame, pairs, sampling, s)
}

function theoryAt(
    array: ElementArray,
    pairs: readonly Pair[],
    radiusMm: number,
    s: BeamformSettings
): LateralCase {
    return {
        array,
        settings: s,
        pairs,
        centreFrequencyMhz: array.centreFrequencyMhz,
        radiusMm,
        elementGain: angle => elementGain(array, SOUND_SPEED_M_PER_S, radiusMm, angle),
    }
}

/** Relative difference. */
const off = (value: number, expected: number): number => value / expected - 1

const PLACES = [
    ["array-20mhz", 1, 10.3],
    ["array-20mhz", 2, 71],
    ["array-20mhz", 4, 200.7],
    ["array-20mhz", 8, 359],
    ["array-10mhz", 1.5, 45],
    ["array-10mhz", 6, 133.3],
    ["array-10mhz", 12, 270.2],
] as const

const APERTURES = [
    ["14 elements, 64 x 14 pairs", 14, "none", RECIPROCAL],
    ["14 elements, 64 x 14 pairs, Hann", 14, "hann", RECIPROCAL],
    ["27 elements, 64 x 14 pairs", 27, "none", RECIPROCAL],
    ["27 elements, 64 x 14 pairs, Hann", 27, "hann", RECIPROCAL],
    ["27 elements, 64 x 27 pairs, Hann", 27, "hann", WIDE],
] as const

for (const [name, apertureElements, apodisation, pairs] of APERTURES)
    test(`-6 dB widths and position of a point: ${name}`, () => {
        // A wide aperture takes four times as long: every second position is enough.
        const places = apertureElements === 14 ? PLACES : PLACES.filter((_, i) => i % 2 === 0)
        for (const [id, radiusMm, degrees] of places) {
            const array = arrayOf(id)
            const depthMm = id === "array-20mhz" ? 10 : 15
            const s = settings(depthMm, { apertureElements, apodisation })
            const m = pointAt(array, pairs, radiusMm, degrees * DEGREE, s)
            const where = `${id} ${radiusMm} mm ${degrees} degrees`
            const axialMm = axialWidthMm(pulseBandwidthMhz(array), SOUND_SPEED_M_PER_S)
            const lateralRad = lateralWidthRad(theoryAt(array, pairs, radiusMm, s))
            console.log(
                `${where}, ${name}: axial ${(1000 * m.axialWidthMm).toFixed(1)} um (theory ${(1000 * axialMm).toFixed(1)}), lateral ${(m.lateralWidthRad / DEGREE).toFixed(2)} degrees (theory ${(lateralRad / DEGREE).toFixed(2)})`
            )
            // 3 %: outer elements are at an angle to the line, which lengthens the point, and their
            // echoes separate before and behind it, which shortens it; both are largest at 1 mm
            // with 27 elements. The half-height is found linearly between samples 10 um apart: 0.3
            // %.
            assert.ok(
                Math.abs(off(m.axialWidthMm, axialMm)) < 0.03,
                `${where}: axial ${m.axialWidthMm}, theory ${axialMm}`
            )
            // 3 %: the theory is for one frequency and of first order in the angle (1 % at 1 mm);
            // it assumes a line between two elements, which one line in four is; linear between
            // lines 1.4 degrees apart on a lobe of 6 and more: 1 %.
            assert.ok(
                Math.abs(off(m.lateralWidthRad, lateralRad)) < 0.03,
                `${where}: lateral ${m.lateralWidthRad}, theory ${lateralRad}`
            )
            // A tenth of a sample of the element line. A quarter of a line: the aperture moves by
            // an element every fourth line, which near the catheter shifts the peak of a broad main
            // lobe slightly.
            const sampleMm = SOUND_SPEED_M_PER_S / 2000 / (5 * array.centreFrequencyMhz)
            const awayLines = ((m.angleRad / DEGREE - degrees + 540) % 360) - 180
            assert.ok(
                Math.abs(m.radiusMm - radiusMm) < 0.1 * sampleMm,
                `${where}: found at ${m.radiusMm} mm`
            )
            assert.ok(
                Math.abs(awayLines) < (0.25 * 360) / 256,
                `${where}: found at ${m.angleRad / DEGREE} degrees`
            )
        }
    })

test("side lobes match the co-array pattern and are lower with apodisation", () => {
    const levels = (["none", "hann"] as const).map(apodisation => {
        const s = settings(10, { apodisation })
        const m = pointAt(ARRAY, RECIPROCAL, 4, 1, s)
        const theory = theoryAt(ARRAY, RECIPROCAL, 4, s)
        let psi = 0
        while (lateralPattern(theory, psi + 0.001) < lateralPattern(theory, psi)) psi += 0.001
        let highest = 0
        for (; psi < Math.PI / 4; psi += 0.001)
            highest = Math.max(highest, lateralPattern(theory, psi))
        const theoryDb = 20 * Math.log10(highest)
        console.log(
            `side lobes, ${apodisation}: ${m.sideLobeDb.toFixed(1)} dB, of one frequency ${theoryDb.toFixed(1)} dB`
        )
        return { measured: m.sideLobeDb, theoryDb }
    })
    const [none, hann] = levels
    // Side lobes of a pulse's frequencies lie at different angles: their sum is lower than for one
    // frequency.
    assert.ok(none!.measured < none!.theoryDb + 0.5)
    assert.ok(none!.measured > none!.theoryDb - 4)
    assert.ok(hann!.measured < none!.measured - 15)
})

test("a wrong sound speed moves a point in proportion and lowers its peak as predicted", () => {
    const radiusMm = 3
    const apertureElements = 27
    const right = pointAt(ARRAY, WIDE, radiusMm, 1, settings(10, { apertureElements }))
    for (const factor of [0.9, 0.95, 1.05, 1.1]) {
        const s = settings(10, {
            apertureElements,
            soundSpeedMPerS: SOUND_SPEED_M_PER_S * factor,
        })
        const m = pointAt(ARRAY, WIDE, radiusMm, 1, s)
        const predicted = focusAt(radiusMm, factor, apertureElements)
        console.log(
            `speed x ${factor}: at ${m.radiusMm.toFixed(3)} mm (predicted ${predicted.radiusMm.toFixed(3)}), height ${(m.peak / right.peak).toFixed(3)} (${predicted.height.toFixed(3)}), width x ${(m.lateralWidthRad / right.lateralWidthRad).toFixed(3)}`
        )
        // 10 um, half of the difference between the elements' paths and an eighth of a wavelength.
        assert.ok(Math.abs(m.radiusMm - predicted.radiusMm) < 0.01)
        // The prediction is for one frequency; the pulse envelopes also separate: 3 % of the
        // height.
        assert.ok(Math.abs(m.peak / right.peak - predicted.height) < 0.03)
        assert.ok(Math.abs(m.angleRad - 1) < (0.1 * 2 * Math.PI) / 256)
        assert.ok(m.peak < 0.99 * right.peak, `${factor}: as sharp as before`)
    }
})

/**
 * Radius at which the elements' echoes agree best at a wrong speed, and the height of their sum
 * there: one frequency, one way squared.
 */
function focusAt(
    radiusMm: number,
    factor: number,
    aperture: number
): { radiusMm: number; height: number } {
    const wavenumber = (2 * Math.PI * ARRAY.centreFrequencyMhz * 1000) / SOUND_SPEED_M_PER_S
    const a = ARRAY.radiusMm
    const way = (r: number, angle: number): number =>
        Math.hypot(r * Math.cos(angle) - a, r * Math.sin(angle))
    let weights = 0
    let late = 0
    const elements = Array.from({ length: aperture }, (_, n) => {
        const angle = ((n - (aperture - 1) / 2) * 2 * Math.PI) / 64
        const w = elementGain(ARRAY, SOUND_SPEED_M_PER_S, radiusMm, angle)
        weights += w
        return { angle, w }
    })
    // The mean delay of the echoes determines the depth: solved by Newton, as the path grows with
    // the radius.
    let r = a + (radiusMm - a) * factor
    for (let i = 0; i < 5; i++) {
        late = 0
        for (const { angle, w } of elements)
            late += (w / weights) * (way(radiusMm, angle) - way(r, angle) / factor)
        r += late * factor
    }
    let re = 0
    let im = 0
    for (const { angle, w } of elements) {
        const phase = wavenumber * (way(r, angle) / factor - way(radiusMm, angle))
        re += (w / weights) * Math.cos(phase)
        im += (w / weights) * Math.sin(phase)
    }
    return { radiusMm: r, height: re * re + im * im }
}

// Small pictures for the invariance tests.
const SMALL = settings(4, { linesPerFrame: 128, samplesPerLine: 128 })

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
    let most = -Infinity
    for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!)
    return most
}

function farthest(a: Float32Array, b: Float32Array): number {
    return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0)
}

test("full matrix, both directions and reciprocal pairs give the same picture", () => {
    const sampling = samplingAt(ARRAY, 2)
    const targets = [targetAt(ARRAY, 2, 0.7), targetAt(ARRAY, 1.2, 3)]
    const [a, b, c] = [RECIPROCAL, bothWaysPairs(64, 14), fullMatrix(64)].map(pairs =>
        picture(pairs, channelDataFrame(ARRAY, targets, pairs, sampling))
    )
    // Without noise both directions have the same int16 samples: float32 rounding remains.
    assert.ok(brightest(a!) > 0.2)
    assert.ok(farthest(a!, b!) < 1e-6)
    assert.ok(farthest(a!, c!) < 1e-6)
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
            // A sample may round the other way: one step of 1/32768, amplified by the Hilbert
            // filter to at most 1.5.
            assert.ok(brightest(rotated) > 0.1)
            assert.ok(farthest(rotated, after!) < 2 / 32768)
        }),
        { numRuns: 15, seed: 5 }
    )
})

test("the firing order of pairs does not matter", () => {
    const sampling = samplingAt(ARRAY, 2)
    const reversed = [...RECIPROCAL].reverse()
    const [a, b] = [RECIPROCAL, reversed].map(pairs =>
        picture(pairs, channelDataFrame(ARRAY, [targetAt(ARRAY, 2, 0.7)], pairs, sampling))
    )
    assert.is(farthest(a!, b!), 0)
})

test("a lost record is replaced by its opposite direction; without one its lines darken; with many lost they are missing", () => {
    const sampling = samplingAt(ARRAY, 2)
    const target = [targetAt(ARRAY, 2, 0)]
    const both = bothWaysPairs(64, 14)
    const full = channelDataFrame(ARRAY, target, both, sampling)
    const lost = allPresent(both)
    both.forEach(([tx, rx], i) => {
        if (tx < rx) lost[i] = 0
    })
    assert.ok(farthest(picture(both, full), picture(both, full, lost)) < 1e-6)

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

test("noise follows from the seed, and summing pairs reduces it", () => {
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
    const heard = amplitude.filter(a => a > 0)
    const most = 0.01 * (Math.sqrt(2 * (14 + 4 * 91)) / 196)
    assert.ok(heard.length > amplitude.length / 2)
    assert.ok(rms(heard, 1) < most)
    assert.ok(rms(heard, 1) > 0.8 * most)
})

test("the picture module accepts the frame: the brightest pixel is the target", () => {
    const sampling = samplingAt(ARRAY, 2)
    const s = settings(4, { samplesPerLine: 256 })
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
    const top = image.greys.indexOf(brightest(image.greys))
    const x = ((top % 400) - 199.5) * image.mmPerPxX
    const y = (Math.floor(top / 400) - 199.5) * image.mmPerPxY
    // Two pixels of 0.02 mm.
    assert.ok(Math.hypot(x - 2 * Math.cos(1), y - 2 * Math.sin(1)) < 0.1)
})

test.run()
