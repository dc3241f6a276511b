// The resolution of synthetic-aperture pictures of point targets against theory.
//
// The echoes are from boards/virtual/vessel/channel-data-echo.ts, which shares no formula with the
// beamformer except distance.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    elementGain,
    pulseBandwidthMhz,
    type ElementArray,
} from "../../boards/virtual/vessel/channel-data-echo"
import {
    axialWidthMm,
    lateralPattern,
    lateralWidthRad,
    reciprocalPairs,
    type BeamformSettings,
    type LateralCase,
    type Pair,
} from "../../src/host/beamform/beamform"
import {
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

const relativeError = (value: number, expected: number): number => value / expected - 1

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
                Math.abs(relativeError(m.axialWidthMm, axialMm)) < 0.03,
                `${where}: axial ${m.axialWidthMm}, theory ${axialMm}`
            )
            // 3 %: the theory is for one frequency and of first order in the angle (1 % at 1 mm);
            // it assumes a line between two elements, which one line in four is; linear between
            // lines 1.4 degrees apart on a lobe of 6 and more: 1 %.
            assert.ok(
                Math.abs(relativeError(m.lateralWidthRad, lateralRad)) < 0.03,
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
    // Side lobes of a pulse's frequencies are at different angles: their sum is lower than for one
    // frequency.
    assert.ok(none!.measured < none!.theoryDb + 0.5)
    assert.ok(none!.measured > none!.theoryDb - 4)
    assert.ok(hann!.measured < none!.measured - 15)
})

test("a wrong sound speed moves a point in proportion and lowers its peak as predicted", () => {
    const radiusMm = 3
    const apertureElements = 27
    const reference = pointAt(ARRAY, WIDE, radiusMm, 1, settings(10, { apertureElements }))
    for (const factor of [0.9, 0.95, 1.05, 1.1]) {
        const s = settings(10, {
            apertureElements,
            soundSpeedMPerS: SOUND_SPEED_M_PER_S * factor,
        })
        const m = pointAt(ARRAY, WIDE, radiusMm, 1, s)
        const predicted = focusAt(radiusMm, factor, apertureElements)
        console.log(
            `speed x ${factor}: at ${m.radiusMm.toFixed(3)} mm (predicted ${predicted.radiusMm.toFixed(3)}), height ${(m.peak / reference.peak).toFixed(3)} (${predicted.height.toFixed(3)}), width x ${(m.lateralWidthRad / reference.lateralWidthRad).toFixed(3)}`
        )
        // 10 um, half of the difference between the elements' paths and an eighth of a wavelength.
        assert.ok(Math.abs(m.radiusMm - predicted.radiusMm) < 0.01)
        // The prediction is for one frequency; the pulse envelopes also separate: 3 % of the
        // height.
        assert.ok(Math.abs(m.peak / reference.peak - predicted.height) < 0.03)
        assert.ok(Math.abs(m.angleRad - 1) < (0.1 * 2 * Math.PI) / 256)
        assert.ok(m.peak < 0.99 * reference.peak, `${factor}: the peak is not lower`)
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
    const distanceMm = (r: number, angle: number): number =>
        Math.hypot(r * Math.cos(angle) - a, r * Math.sin(angle))
    let weights = 0
    let delayMm = 0
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
        delayMm = 0
        for (const { angle, w } of elements)
            delayMm += (w / weights) * (distanceMm(radiusMm, angle) - distanceMm(r, angle) / factor)
        r += delayMm * factor
    }
    let re = 0
    let im = 0
    for (const { angle, w } of elements) {
        const phase = wavenumber * (distanceMm(r, angle) / factor - distanceMm(radiusMm, angle))
        re += (w / weights) * Math.cos(phase)
        im += (w / weights) * Math.sin(phase)
    }
    return { radiusMm: r, height: re * re + im * im }
}

test.run()
