// The border search on simple frames with known borders: complete, with gaps, shadows, and empty.
// Accuracy on realistic echoes: hil-tests/imaging/picture.test.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import type { ImagingGeometry, PolarFrame } from "../picture/geometry"
import { GeometryError } from "../picture/geometry"
import { findBorders, findLumenBorders } from "./lumen-border"
import { wholeLumen } from "./frame-measures"
import { estimateRingDown, noRingDown } from "../picture/ring-down"

const GEOMETRY: ImagingGeometry = {
    linesPerFrame: 128,
    samplesPerLine: 200,
    sampleSpacingMm: 0.04,
    catheterRadiusMm: 0.3,
    ringDownMm: 0.2,
    centreFrequencyMhz: 20,
}

/** Reproducible noise, 0..1. */
function noise(n: number): number {
    const s = Math.sin(n * 12.9898) * 43758.5453
    return s - Math.floor(s)
}

/** Standard deviation of a 20 MHz echo's power, mm, and the part of the echo before its middle: 1 % is earlier. */
const PULSE_MM = 0.029
const LEAD_MM = 2.33 * PULSE_MM

/** Share of a normal distribution below `x` standard deviations, to 0.0002 (Bowling et al. 2009). */
const normalShare = (x: number): number => 1 / (1 + Math.exp(-0.07056 * x ** 3 - 1.5976 * x))

/** Blood 40 dB below a wall of 0.4 mm whose echo begins at the radius; the speckle of all samples is independent. */
function frame(index: number, positionMm: number, radius: (line: number) => number): PolarFrame {
    const codes = new Uint8Array(128 * 200)
    for (let i = 0; i < 128; i++)
        for (let k = 8; k < 200; k++) {
            const beyond = k * 0.04 - radius(i)
            const wall = normalShare((beyond - LEAD_MM) / PULSE_MM)
            const power = 0.0001 + (beyond > 0.4 ? 0.05 : 1) * wall * 0.02
            const speckle = -Math.log(1e-9 + noise(index * 7919 + i * 200 + k))
            codes[i * 200 + k] = amplitudeToCode(Math.sqrt(power * speckle))
        }
    return {
        index,
        timeMs: index,
        positionMm,
        codes,
        present: new Uint8Array(128).fill(1),
    }
}

function series(count: number, radius: (line: number, positionMm: number) => number): PolarFrame[] {
    return Array.from({ length: count }, (_, f) => frame(f, f / 30, line => radius(line, f / 30)))
}

/** Mean and largest radial error of the borders against the true radius. */
function errors(
    frames: readonly PolarFrame[],
    radius: (line: number, positionMm: number) => number
): { mean: number; worst: number; edgeFractions: number[] } {
    const borders = findLumenBorders(frames, GEOMETRY, estimateRingDown(frames, GEOMETRY))
    let sum = 0
    let worst = 0
    borders.forEach((border, f) =>
        border.radiusMm.forEach((r, i) => {
            const error = r - radius(i, frames[f]!.positionMm)
            sum += error
            worst = Math.max(worst, Math.abs(error))
        })
    )
    return {
        mean: sum / (128 * frames.length),
        worst,
        edgeFractions: borders.map(border => border.edgeFraction),
    }
}

const round = (): number => 2
const egg = (line: number, z: number): number =>
    2 + 0.5 * Math.cos((2 * Math.PI * line) / 128) + 0.2 * Math.sin((4 * Math.PI * line) / 128 + z)

const test = suite("lumen-border")

// The noise has no beam width: lines are independent, so a border point averages about 5 lines by 3 frames. Its scatter
// is a fraction of the 0.04 mm sample. The mean error over all lines must be below half a sample: the peak of the wall is the
// greatest of some independent samples, 2 dB above their mean, and half-way is 1 dB too high, or 0.005 mm.
test("finds a round and an egg-shaped lumen to a fraction of a sample", () => {
    for (const shape of [round, egg]) {
        const found = errors(series(30, shape), shape)
        assert.ok(Math.abs(found.mean) < 0.018, `${found.mean}`)
        assert.ok(found.worst < 0.12, `${found.worst}`)
        assert.ok(Math.min(...found.edgeFractions) > 0.95)
    }
})

test("keeps the position of a step along the pullback", () => {
    const step = (_: number, z: number): number => (z < 1 ? 2.4 : 1.6)
    const frames = series(60, step)
    const borders = findLumenBorders(frames, GEOMETRY, estimateRingDown(frames, GEOMETRY))
    // 0.2 mm from the step the lumen has its true radius.
    for (const [f, r] of [
        [22, 2.4],
        [37, 1.6],
    ] as const)
        borders[f]!.radiusMm.forEach(v => assert.ok(Math.abs(v - r) < 0.15))
})

test("bridges missing lines and frames, and reports them in edgeFraction", () => {
    const frames = series(45, egg)
    for (const { index, present, codes } of frames)
        for (let i = 0; i < 128; i++)
            if ((i + 5 * index) % 128 < 20 || (index > 20 && index < 26)) {
                present[i] = 0
                codes.fill(255, i * 200, (i + 1) * 200)
            }
    const found = errors(frames, egg)
    assert.ok(Math.abs(found.mean) < 0.018, `${found.mean}`)
    assert.ok(found.worst < 0.15, `${found.worst}`)
    assert.ok(found.edgeFractions[23]! < 0.1)
    assert.ok(found.edgeFractions[5]! > 0.9)
})

test("bridges a sector that is missing in all frames by interpolation", () => {
    // The true radius grows linearly over the missing lines.
    const ramp = (line: number): number =>
        1.7 + 0.6 * Math.max(0, Math.min(1, (line - 20) / 35, (128 - line) / 35))
    const frames = series(20, ramp)
    for (const { present, codes } of frames) {
        present.fill(0, 30, 45)
        codes.fill(0, 30 * 200, 45 * 200)
    }
    const found = errors(frames, ramp)
    assert.ok(found.worst < 0.12, `${found.worst}`)
    assert.ok(found.edgeFractions[10]! > 0.8 && found.edgeFractions[10]! < 0.93)
})

test("fills lines missing in one frame from its neighbours, not by interpolation", () => {
    const lobe = (line: number): number => 1.6 + 0.7 * Math.exp(-0.5 * ((line - 64) / 7) ** 2)
    const frames = series(45, lobe)
    for (const { index, present, codes } of frames)
        if (Math.floor(index / 5) % 2 === 0) {
            present.fill(0, 44, 85)
            codes.fill(0, 44 * 200, 85 * 200)
        }
    const found = errors(frames.slice(8, 37), lobe)
    assert.ok(found.worst < 0.15, `${found.worst}`)
})

test("puts the border on the catheter's surface where the wall touches it", () => {
    const touching = (line: number): number => (line < 40 ? 0.2 : 2)
    const frames = series(30, touching)
    // This catheter has no ring-down.
    const none = { ...noRingDown(GEOMETRY), frames: 30 }
    for (const border of findLumenBorders(frames, GEOMETRY, none)) {
        assert.ok(border.radiusMm.every(r => r >= 0.2999))
        for (let i = 8; i < 32; i++) assert.ok(border.radiusMm[i]! < 0.36, `${border.radiusMm[i]}`)
    }
})

test("does not mistake a ring-down without an estimate for a wall", () => {
    const frames = series(3, round)
    for (const { codes } of frames)
        for (let i = 0; i < 128; i++) codes.fill(230, i * 200 + 8, i * 200 + 12)
    const found = errors(frames, round)
    assert.ok(found.worst < 0.15, `${found.worst}`)
})

test("returns borders at the catheter with edgeFraction 0 if nothing was received", () => {
    const frames = series(3, round)
    for (const { present } of frames) present.fill(0)
    for (const border of findLumenBorders(frames, GEOMETRY, noRingDown(GEOMETRY))) {
        assert.is(border.edgeFraction, 0)
        assert.ok(border.radiusMm.every(r => Number.isFinite(r) && r >= 0.2999))
    }
    assert.equal(findLumenBorders([], GEOMETRY, noRingDown(GEOMETRY)), [])
})

test("averages frames at one position", () => {
    const frames = Array.from({ length: 12 }, (_, f) => frame(f, 5, round))
    const found = errors(frames, round)
    assert.ok(found.worst < 0.1, `${found.worst}`)
})

test("refuses a frame that does not fit the geometry", () => {
    const wrong = { ...frame(0, 0, round), codes: new Uint8Array(7) }
    assert.throws(
        () => findLumenBorders([wrong], GEOMETRY, noRingDown(GEOMETRY)),
        (error: Error) => error instanceof GeometryError
    )
})

test("grey or noise without an edge has no border: nothing is heard, and no area counts", () => {
    for (const codeAt of [() => 150, (n: number) => 120 + 60 * noise(n)]) {
        const frames = series(4, () => 2)
        for (const { codes, index } of frames)
            codes.forEach((_, at) => (codes[at] = at % 200 < 8 ? 0 : codeAt(index * 7919 + at)))
        for (const ringDown of [estimateRingDown(frames, GEOMETRY), noRingDown(GEOMETRY)])
            for (const m of findBorders(frames, GEOMETRY, ringDown).measures) {
                assert.ok(m.confidence < 0.05, `${m.confidence}`)
                assert.is(wholeLumen(m), null)
            }
    }
})

test.run()
