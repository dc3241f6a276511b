// The physics of the phantom against theory: levels, speckle statistics, attenuation, shadow, repeatability.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { PhantomOptions } from "./phantom"
import { phantom } from "./phantom"
import type { Vessel, VesselGeometry } from "./vessel-model"
import { withTruth } from "./vessel-truth"

const OPTIONS: PhantomOptions = {
    linesPerFrame: 256,
    samplesPerLine: 256,
    sampleSpacingMm: 10 / 256,
    catheterRadiusMm: 0.3,
    ringDownMm: 0.25,
    centreFrequencyMhz: 20,
    seed: 7,
    tgcDb: r => 1.5 * (r - 0.3),
}
const SPACING = OPTIONS.sampleSpacingMm
/** The middle of an echo is this far behind its beginning: 0.7 of the pulse's length of 0.09 mm at half height. */
const LEAD_MM = 0.063

/** A round tube centred on the catheter. */
function tube(radiusMm: number, extra: Partial<VesselGeometry> = {}): Vessel {
    const border = new Float64Array(512)
    for (let p = 0; p < 256; p++) {
        border[2 * p] = radiusMm * Math.cos((2 * Math.PI * p) / 256)
        border[2 * p + 1] = radiusMm * Math.sin((2 * Math.PI * p) / 256)
    }
    return withTruth({
        lengthMm: 10,
        catheterRadiusMm: 0.3,
        layers: { intimaMm: 0.3, mediaMm: 0.4, adventitiaMm: 0.5 },
        plaques: [],
        neighbours: [],
        borderAt: () => border.slice(),
        catheterAt: () => ({ xMm: 0, yMm: 0 }),
        lumenAreaMm2: () => Math.PI * radiusMm * radiusMm,
        ...extra,
    })
}

/** Mean power in dB after the front end's gain, over lines, planes and radii. */
function levelDb(
    vessel: Vessel,
    options: PhantomOptions,
    fromMm: number,
    toMm: number,
    lines: readonly number[] = Array.from({ length: 64 }, (_, n) => 4 * n)
): number {
    const source = phantom(vessel, options)
    const echo = new Float32Array(options.samplesPerLine)
    let sum = 0
    let count = 0
    for (const zMm of [0.5, 2, 3.5, 5])
        for (const line of lines) {
            source.line(zMm, line, echo)
            const to = Math.round(toMm / SPACING)
            for (let k = Math.round(fromMm / SPACING); k <= to; k++) {
                const gainDb = options.tgcDb(k * SPACING)
                sum += (echo[k]! * 10 ** (gainDb / 20)) ** 2
                count++
            }
        }
    return 10 * Math.log10(sum / count)
}

const test = suite("phantom")

test("a line depends only on position and seed, not on earlier calls", () => {
    const places: [number, number][] = []
    for (let n = 0; n < 60; n++) places.push([((n * 37) % 60) / 9, (n * 101) % 256])
    const inOrder = phantom(tube(2), OPTIONS)
    const echo = new Float32Array(256)
    const first = places.map(([z, line]) => {
        inOrder.line(z, line, echo)
        return echo.slice()
    })
    const backwards = phantom(tube(2), OPTIONS)
    for (let n = places.length - 1; n >= 0; n--) {
        backwards.line(places[n]![0], places[n]![1], echo)
        assert.equal(echo, first[n])
    }
    const other = phantom(tube(2), { ...OPTIONS, seed: 8 })
    other.line(places[0]![0], places[0]![1], echo)
    assert.not.equal(echo, first[0])
})

// Levels are means over about 64/3.5 beams, 4 planes and 2..4 pulses, that is
// 150 or more independent speckles: 10*log10(1 + 1/sqrt(150)) = 0.3 dB each.
// The limits are the tissue table's differences less the effects of pulse and attenuation.
test("the wall shows bright intima, dark media and bright adventitia, and blood is dark", () => {
    const vessel = tube(2)
    const blood = levelDb(vessel, OPTIONS, 1, 1.8)
    const intima = levelDb(vessel, OPTIONS, 2.1 + LEAD_MM, 2.2 + LEAD_MM)
    const media = levelDb(vessel, OPTIONS, 2.42 + LEAD_MM, 2.58 + LEAD_MM)
    const adventitia = levelDb(vessel, OPTIONS, 2.85 + LEAD_MM, 3.05 + LEAD_MM)
    assert.ok(intima - blood > 37 && intima - blood < 47, `${intima - blood}`)
    // -21 dB, less 1.7 mm of blood (1.4 dB) and 0.15 mm of wall (0.4 dB), plus 2.9 dB of gain, and 0.6 dB by the unevenness
    // of the wall (mean of six seeds).
    assert.ok(Math.abs(intima + 19.3) < 1, `${intima}`)
    assert.ok(intima - media > 12, `${intima - media}`)
    assert.ok(adventitia - media > 10, `${adventitia - media}`)
})

test("the echo of the wall begins at the border: it has 1 % of its power there, and half of it a lead behind", () => {
    const plateauDb = levelDb(tube(2), OPTIONS, 2.1 + LEAD_MM, 2.2 + LEAD_MM)
    const k = 51
    // Within a third of a sample.
    for (const [behindMm, belowDb] of [
        [0, 20],
        [LEAD_MM, 3],
    ] as const)
        for (const offMm of [-0.013, 0.013]) {
            const vessel = tube(k * SPACING - behindMm + offMm)
            const level = levelDb(vessel, OPTIONS, k * SPACING, k * SPACING)
            const over = level - (plateauDb - belowDb)
            assert.ok(offMm < 0 ? over > 0 : over < 0, `${behindMm} ${offMm}: ${over}`)
        }
})

test("speckle is fully developed: mean over deviation of the envelope is 1.91", () => {
    const source = phantom(tube(2), { ...OPTIONS, tgcDb: () => 0 })
    const echo = new Float32Array(256)
    let sum = 0
    let squares = 0
    let count = 0
    for (let z = 0.5; z < 9; z += 0.5)
        for (let line = 0; line < 256; line += 5) {
            source.line(z, line, echo)
            // One sample in the intima, so that the mean level is constant.
            const value = echo[55]!
            sum += value
            squares += value * value
            count++
        }
    const mean = sum / count
    const deviation = Math.sqrt(squares / count - mean * mean)
    // Rayleigh: sqrt(pi/(4 - pi)) = 1.913; 884 values, 3/4 of them independent,
    // leave 3 % (one sigma) of sampling error.
    assert.ok(Math.abs(mean / deviation - 1.913) < 0.2, `${mean / deviation}`)
})

test("speckle is stable over a tenth of a slice and independent after three", () => {
    const source = phantom(tube(2), OPTIONS)
    const at = (zMm: number): number[] => {
        const echo = new Float32Array(256)
        const out: number[] = []
        for (let line = 0; line < 256; line++) {
            source.line(zMm, line, echo)
            out.push(...echo.subarray(53, 58))
        }
        return out
    }
    const here = at(3)
    assert.ok(correlation(here, at(3.03)) > 0.85)
    // About 73 beams by 2 pulses: random correlation is 0.08 (one sigma).
    assert.ok(Math.abs(correlation(here, at(3.9))) < 0.3)
})

test("tissue fades with depth as the attenuation predicts", () => {
    const even = { ...OPTIONS, tgcDb: () => 0 }
    const vessel = tube(1)
    const near = levelDb(vessel, even, 3, 4)
    const far = levelDb(vessel, even, 6, 7)
    // 0.65 dB/cm/MHz, 20 MHz, 3 mm, two-way: 7.8 dB; tissue heterogeneity leaves 3 dB.
    assert.ok(Math.abs(near - far - 7.8) < 3, `${near - far}`)
})

test("a calcified plaque is bright and casts a shadow", () => {
    const vessel = tube(2, {
        plaques: [{ kind: "calcified", fromMm: -1, toMm: 11, angleRad: 0, halfWidthRad: 0.4 }],
    })
    const behind = levelDb(vessel, OPTIONS, 3.2, 5, [0, 4, 252])
    const beside = levelDb(vessel, OPTIONS, 3.2, 5, [124, 128, 132])
    const plate = levelDb(vessel, OPTIONS, 2.03, 2.1, [0, 4, 252])
    const wall = levelDb(vessel, OPTIONS, 2.03, 2.1, [124, 128, 132])
    assert.ok(beside - behind > 15, `${beside - behind}`)
    assert.ok(plate - wall > 6, `${plate - wall}`)
})

test("a neighbouring artery is dark inside its wall", () => {
    const vessel = tube(2, {
        neighbours: [{ radiusMm: 1.5, wallMm: 0.4, at: () => ({ xMm: 0, yMm: -5 }) }],
    })
    const inIt = levelDb(vessel, OPTIONS, 4.5, 5.5, [190, 192, 194])
    const opposite = levelDb(vessel, OPTIONS, 4.5, 5.5, [62, 64, 66])
    assert.ok(opposite - inIt > 15, `${opposite - inIt}`)
})

test("ring-down is equal in every frame and strongest at the catheter", () => {
    const source = phantom(tube(4), OPTIONS)
    const a = new Float32Array(256)
    const b = new Float32Array(256)
    source.line(1, 10, a)
    source.line(8, 10, b)
    // Blood is 50 dB lower: a third of a per cent.
    assert.ok(Math.abs(a[8]! / b[8]! - 1) < 0.03)
    assert.ok(a[8]! > 10 * a[13]! && a[13]! > a[18]!)
    assert.is(a[7], 0)
})

test("levels after TGC do not depend on its offset", () => {
    const more = {
        ...OPTIONS,
        tgcDb: (r: number) => 20 + OPTIONS.tgcDb(r),
    }
    const difference = levelDb(tube(2), more, 2.1, 2.2) - levelDb(tube(2), OPTIONS, 2.1, 2.2)
    assert.ok(Math.abs(difference) < 1e-3)
})

test("refuses a line or position that does not exist", () => {
    const source = phantom(tube(2), OPTIONS)
    const echo = new Float32Array(256)
    for (const [z, line] of [
        [1, 256],
        [1, -1],
        [1, 0.5],
        [NaN, 0],
    ] as const)
        assert.throws(
            () => source.line(z, line, echo),
            (error: Error) => error instanceof RangeError
        )
    assert.throws(() => phantom(tube(2), { ...OPTIONS, catheterRadiusMm: 0 }))
})

function correlation(a: readonly number[], b: readonly number[]): number {
    const mean = (v: readonly number[]): number => v.reduce((sum, x) => sum + x, 0) / v.length
    const ma = mean(a)
    const mb = mean(b)
    let [ab, aa, bb] = [0, 0, 0]
    a.forEach((x, n) => {
        ab += (x - ma) * (b[n]! - mb)
        aa += (x - ma) ** 2
        bb += (b[n]! - mb) ** 2
    })
    return ab / Math.sqrt(aa * bb)
}

test.run()
