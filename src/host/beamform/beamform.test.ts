// Parts of the beamformer: filter, interpolation, geometry, pair lists, refusals. Point targets: hil-tests/imaging/beamform.test.ts.
import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Demodulator, HILBERT_TAPS } from "./analytic-signal"
import { distanceMm, obliquity } from "./array"
import {
    axialWidthMm,
    BeamformError,
    Beamformer,
    beamformRate,
    bothWaysPairs,
    fullMatrix,
    lateralWidthRad,
    reciprocalPairs,
    type BeamformSettings,
    type ChannelDataSampling,
    type Pair,
} from "./beamform"
import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import { checkPairs } from "./pairs"

const test = suite("beamformer parts")

const ARRAY = { elements: 64, radiusMm: 0.3 }
const SAMPLING: ChannelDataSampling = {
    sampleRateMhz: 100,
    samplesPerPair: 128,
    firstSampleUs: 0,
    pulseDelayUs: 0.05,
    centreFrequencyMhz: 20,
}
const SETTINGS: BeamformSettings = {
    linesPerFrame: 64,
    samplesPerLine: 32,
    sampleSpacingMm: 0.05,
    apertureElements: 14,
    apodisation: "none",
    acceptanceDeg: 90,
    soundSpeedMPerS: 1540,
    gainDb: 0,
}

test("the Hilbert filter has a gain within 0.3 % of 1 from 0.08 to 0.42 of the sample rate", () => {
    // Measured on the frequency response 2 * sum h sin(w m).
    let worst = 0
    for (let f = 0.08; f <= 0.42; f += 0.001) {
        let gain = 0
        HILBERT_TAPS.forEach((h, i) => {
            gain += 2 * h * Math.sin(2 * Math.PI * f * (2 * i + 1))
        })
        worst = Math.max(worst, Math.abs(gain - 1))
    }
    assert.ok(worst < 0.003, `${worst}`)
})

test("the baseband of a pulse is its envelope, within 0.75 % of the peak between samples", () => {
    // The pulse of 2 cycles and 60 % bandwidth at five samples a cycle has sigma = 1.054 / f0 = 5.27 samples. Linear
    // interpolation of a Gaussian is off by 1 / (8 sigma^2) = 0.45 % of the peak at most, the Hilbert filter by 0.3 %.
    const sigma = 5.27
    const omega = (2 * Math.PI) / 5
    let worst = 0
    let worstRf = 0
    for (const middle of [64, 64.2, 64.5, 64.9]) {
        const demodulator = new Demodulator(128, omega)
        const pulse = (n: number): number =>
            Math.exp(-0.5 * ((n - middle) / sigma) ** 2) * Math.cos(omega * (n - middle))
        demodulator.line.forEach((_, n, line) => (line[n] = pulse(n)))
        const re = new Float32Array(128)
        const im = new Float32Array(128)
        demodulator.demodulate(re, im, 0)
        for (let n = 20; n < 107; n++) {
            const t = n + 0.5 - middle
            const envelope = Math.exp(-0.5 * (t / sigma) ** 2)
            const x = (re[n]! + re[n + 1]!) / 2
            const y = (im[n]! + im[n + 1]!) / 2
            worst = Math.max(
                worst,
                Math.hypot(
                    x - envelope * Math.cos(omega * middle),
                    y + envelope * Math.sin(omega * middle)
                )
            )
            worstRf = Math.max(worstRf, Math.abs((pulse(n) + pulse(n + 1)) / 2 - pulse(n + 0.5)))
        }
    }
    console.log(
        `linear interpolation: error ${(100 * worst).toFixed(2)} % of the peak in baseband, ${(100 * worstRf).toFixed(0)} % on RF`
    )
    assert.ok(worst < 0.0075, `${worst}`)
    assert.ok(worstRf > 0.1, "interpolation of RF is accurate enough")
})

test("distance and obliquity agree with plane geometry", () => {
    const number = (min: number, max: number): fc.Arbitrary<number> =>
        fc.double({ min, max, noNaN: true })
    fc.assert(
        fc.property(number(0.31, 20), number(-7, 7), (r, angle) => {
            const x = r * Math.cos(angle) - ARRAY.radiusMm
            const y = r * Math.sin(angle)
            const d = Math.hypot(x, y)
            // Double precision.
            assert.ok(Math.abs(distanceMm(ARRAY, r, angle) - d) < 1e-9)
            assert.ok(Math.abs(obliquity(ARRAY, r, angle) - x / d) < 1e-6)
        })
    )
})

test("pair lists have the published number of pairs, each once", () => {
    // 64 x 14 reciprocal, 64 x 27 both ways, 64 x 64: O'Donnell's arrays.
    for (const [pairs, count] of [
        [reciprocalPairs(64, 14), 896],
        [bothWaysPairs(64, 14), 1728],
        [fullMatrix(64), 4096],
    ] as const) {
        assert.is(pairs.length, count)
        checkPairs(pairs, 64)
    }
    // 13 neighbours on one side, or on both, round the circle.
    const rxOf = (pairs: readonly Pair[], of: number): number[] =>
        pairs.filter(([tx]) => tx === of).map(([, rx]) => rx)
    const from = (first: number, count: number): number[] =>
        Array.from({ length: count }, (_, i) => (first + i) % 64)
    for (const tx of [0, 1, 30, 63]) {
        assert.equal(rxOf(reciprocalPairs(64, 14), tx), from(tx, 14))
        assert.equal(rxOf(bothWaysPairs(64, 14), tx), from(tx + 64 - 13, 27))
        assert.equal(rxOf(fullMatrix(64), tx), from(tx, 64))
    }
})

const refused = (
    changed: Partial<BeamformSettings & ChannelDataSampling>,
    what: RegExp,
    pairs: readonly Pair[] = reciprocalPairs(64, 14),
    array = ARRAY
): void => {
    try {
        new Beamformer(array, pairs, { ...SAMPLING, ...changed }, { ...SETTINGS, ...changed })
    } catch (error) {
        assert.instance(error, BeamformError)
        assert.match((error as Error).message, what)
        return
    }
    assert.unreachable(`${what} was taken`)
}

test("refuses settings, lists and frames out of range", () => {
    for (const value of [NaN, -1, Infinity]) {
        refused({ sampleRateMhz: value }, /sample rate/)
        refused({ samplesPerPair: value }, /samples a pair/)
        refused({ firstSampleUs: value }, /first sample/)
        refused({ pulseDelayUs: value }, /pulse delay/)
        refused({ centreFrequencyMhz: value }, /centre frequency/)
        refused({ linesPerFrame: value }, /lines a frame/)
        refused({ samplesPerLine: value }, /samples a line/)
        refused({ sampleSpacingMm: value }, /sample spacing/)
        refused({ apertureElements: value }, /aperture/)
        refused({ acceptanceDeg: value }, /acceptance/)
        refused({ soundSpeedMPerS: value }, /sound speed/)
        refused({ gainDb: value * 100 }, /gain/)
    }
    // Values just beyond each limit are refused; the limits are accepted.
    for (const [name, what, beyond, limits] of [
        ["samplesPerPair", /samples a pair = .* 64 to 16384/, [63, 16385], [64, 16384]],
        ["firstSampleUs", /first sample = .* 0 to 100/, [100.1], [0, 100]],
        ["pulseDelayUs", /pulse delay = .* 0 to 10/, [10.1], [0, 10]],
        ["sampleRateMhz", /4 to 8/, [79.9, 160.1], [80, 160]],
        ["linesPerFrame", /lines a frame = .* 16 to 4096/, [15, 4097, 64.5], [16, 4096]],
        ["samplesPerLine", /samples a line = .* 32 to 8192/, [31, 8193], [32, 8192]],
        ["sampleSpacingMm", /sample spacing = .* 0.001 to 1/, [0.0009, 1.01], [0.001, 1]],
        ["apertureElements", /aperture = .* 1 to 64/, [0, 65, 2.5], [1, 64]],
        ["acceptanceDeg", /acceptance = .* 1 to 90/, [0.9, 90.1], [1, 90]],
        ["soundSpeedMPerS", /sound speed = .* 1000 to 2500/, [999, 2501], [1000, 2500]],
        ["gainDb", /gain = .* -60 to 120/, [-60.1, 120.1], [-60, 120]],
    ] as const) {
        for (const value of beyond) refused({ [name]: value }, what)
        // Few lines and elements keep the largest tables small.
        const small = { linesPerFrame: 16, apertureElements: 1 }
        for (const value of limits) {
            const changed = { ...small, [name]: value }
            new Beamformer(
                ARRAY,
                [[0, 1]],
                { ...SAMPLING, ...changed },
                { ...SETTINGS, ...changed }
            )
        }
    }
    refused({ apertureElements: 65 }, /1 to 64/)
    refused({}, /empty/, [])
    refused({}, /element 64; elements are 0 to 63/, [[0, 64]])
    refused({}, /element 0\.5/, [[0.5, 1]])
    refused({}, /1-2 twice/, [
        [1, 2],
        [2, 1],
        [1, 2],
    ])
    refused({}, /elements of the array = 1 /, [[0, 0]], {
        elements: 1,
        radiusMm: 0.3,
    })
    const beamformer = new Beamformer(
        ARRAY,
        [
            [0, 1],
            [1, 2],
        ],
        SAMPLING,
        SETTINGS
    )
    assert.throws(
        () => beamformer.beamform(new Int16Array(255), new Uint8Array(2)),
        /255 samples and 2 flags, but 2 pairs of 128/
    )
})

test("reports lines without any pair as missing", () => {
    const beamformer = new Beamformer(ARRAY, [[0, 1]], SAMPLING, SETTINGS)
    const { present } = beamformer.beamform(new Int16Array(128), new Uint8Array(1).fill(1))
    // With 14 elements for each line, 0 and 1 are in the apertures of 13 lines.
    assert.is(
        present.reduce((sum, flag) => sum + flag, 0),
        13
    )
    assert.is(present[32], 0)
})

test("computes only the requested lines", () => {
    const pairs = reciprocalPairs(64, 14)
    const beamformer = new Beamformer(ARRAY, pairs, SAMPLING, SETTINGS)
    const rf = Int16Array.from({ length: 128 * 896 }, (_, i) => 20000 * Math.sin(i * i))
    const received = new Uint8Array(896).fill(1)
    const all = beamformer.beamform(rf, received)
    const some = beamformer.beamform(rf, received, 10, 20)
    for (let line = 0; line < 64; line++) {
        const wanted = line >= 10 && line < 20
        assert.is(some.present[line], wanted ? 1 : 0)
        const at = [line * 32, line * 32 + 32] as const
        const own = all.amplitude.subarray(...at)
        assert.ok(own.some(a => a > 0))
        assert.equal(some.amplitude.subarray(...at), wanted ? own : new Float32Array(32))
    }
})

test("a gain of 20 dB is a factor of 10", () => {
    const lines = {
        amplitude: Float32Array.of(0.0003, 0.001, 0.02, 0.9),
        present: Uint8Array.of(1),
    }
    const codes = (gainDb: number): Uint8Array =>
        new Beamformer(ARRAY, [[0, 1]], SAMPLING, { ...SETTINGS, gainDb }).codes(lines)
    for (const [gainDb, factor] of [
        [0, 1],
        [20, 10],
        [-20, 0.1],
        [6.0206, 2],
    ] as const)
        assert.equal(
            [...codes(gainDb)],
            [...lines.amplitude].map(a => amplitudeToCode(a * factor))
        )
})

test("theoretical widths agree with the textbook", () => {
    // Gaussian pulse: 0.8825 c / 2B; 7.1 MHz at 1540 m/s.
    assert.ok(Math.abs(axialWidthMm(7.1, 1540) - 0.0957) < 0.0001)
    // 14 of 512 elements are nearly a straight aperture: one-way sinc, -3 dB at 0.886 lambda / L. Tolerance 1 %.
    const array = { elements: 512, radiusMm: 5 }
    const width = lateralWidthRad({
        array,
        settings: { ...SETTINGS, apertureElements: 14 },
        pairs: fullMatrix(64).map(([tx, rx]): Pair => [tx, rx]),
        centreFrequencyMhz: 20,
        radiusMm: 1000,
    })
    const apertureMm = (14 * 2 * Math.PI * 5) / 512
    const wanted = (0.886 * 0.077) / apertureMm
    assert.ok(Math.abs(width / wanted - 1) < 0.01, `${width} ${wanted}`)
})

test("measures the rate as frames divided by time", () => {
    const beamformer = new Beamformer(ARRAY, [[0, 1]], SAMPLING, SETTINGS)
    let now = 0
    const rate = beamformRate(
        beamformer,
        new Int16Array(128),
        new Uint8Array(1),
        4,
        () => (now += 50)
    )
    assert.is(rate, 80)
})

test.run()
