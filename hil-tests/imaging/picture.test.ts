// Accuracy of pictures and measurements from vessel to file, without firmware: phantom, the front
// end's TGC and companding, reconstruction.

import { existsSync, readFileSync } from "node:fs"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { Vessel } from "../../boards/virtual/vessel/vessel"
import {
    echoFromPng,
    generatedVein,
    phantom,
    vesselFromCsv,
} from "../../boards/virtual/vessel/vessel"
import { findLumenBorders } from "../../src/host/measure/lumen-border"
import { measureLumen } from "../../src/host/measure/lumen-measures"
import type { ImagingGeometry, PolarFrame } from "../../src/host/picture/picture"
import {
    encodePng,
    estimateRingDown,
    greyMapper,
    scanConverter,
} from "../../src/host/picture/picture"
import { imagedBy, simulatedFrames } from "../support/imaging/simulated-frames"

const DATA = new URL("../../../shared/data/", import.meta.url)

const ARRAY_20MHZ = imagedBy("array-20mhz")
const ARRAY_10MHZ = imagedBy("array-10mhz")

const PULLBACK_MM = 25

interface Score {
    meanPercent: number
    biasPercent: number
    worstPercent: number
    narrowestOffMm: number
}

/** Compares measured areas with the true areas at `places`. */
function score(
    name: string,
    vessel: Vessel,
    geometry: ImagingGeometry,
    frames: readonly PolarFrame[],
    places: readonly number[]
): Score {
    const borders = findLumenBorders(frames, geometry, estimateRingDown(frames, geometry))
    const areas = borders.map(border => measureLumen(border.radiusMm).areaMm2)
    const errors = places
        .filter(zMm => vessel.lumenAreaMm2(zMm) >= 2)
        .map(zMm => {
            const at = nearest(frames, zMm)
            const truth = vessel.lumenAreaMm2(frames[at]!.positionMm)
            return 100 * (areas[at]! / truth - 1)
        })
    const narrowest = frames[areas.indexOf(Math.min(...areas))]!.positionMm
    const trueAreas = frames.map(f => vessel.lumenAreaMm2(f.positionMm))
    const trueNarrowest = frames[trueAreas.indexOf(Math.min(...trueAreas))]!.positionMm
    const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length
    const result = {
        meanPercent: mean(errors.map(Math.abs)),
        biasPercent: mean(errors),
        worstPercent: Math.max(...errors.map(Math.abs)),
        narrowestOffMm: Math.abs(narrowest - trueNarrowest),
    }
    console.log(
        `${name}: area error mean ${result.meanPercent.toFixed(2)} %, bias ${result.biasPercent.toFixed(2)} %, worst ${result.worstPercent.toFixed(1)} % of ${errors.length} cross-sections; position of the minimum off by ${result.narrowestOffMm.toFixed(2)} mm`
    )
    return result
}

function nearest(frames: readonly PolarFrame[], zMm: number): number {
    let best = 0
    frames.forEach((frame, f) => {
        const distanceMm = Math.abs(frame.positionMm - zMm)
        if (distanceMm < Math.abs(frames[best]!.positionMm - zMm)) best = f
    })
    return best
}

const everyHalfMm = Array.from({ length: 49 }, (_, n) => (n + 1) / 2)

const test = suite("picture")

// Acceptance: 6 % mean, 15 % worst, 0.3 mm. The tests hold the pipeline to half of the area limits,
// about three times the measured errors.

test("areas of a recorded vessel [IVUS-IMG-001]", () => {
    const file = new URL("vessel-diastole.csv", DATA)
    if (!existsSync(file)) {
        console.log("skipped, because vessel-diastole.csv is missing")
        return
    }
    const text = readFileSync(file, "utf8")
    const vessel = vesselFromCsv(text, {
        pullbackMm: PULLBACK_MM,
        catheterRadiusMm: ARRAY_20MHZ.catheterRadiusMm,
        depthMm: 10,
    })
    const recorded = new Set(
        text
            .trim()
            .split("\n")
            .slice(1)
            .map(row => Number(row.split(",")[1]))
    )
    const frames = simulatedFrames(
        phantom(vessel, { ...ARRAY_20MHZ, seed: 1 }),
        ARRAY_20MHZ,
        750,
        PULLBACK_MM
    )
    const result = score(
        "vessel-diastole.csv",
        vessel,
        ARRAY_20MHZ,
        frames,
        [...recorded].filter(zMm => zMm < PULLBACK_MM)
    )
    assert.ok(result.meanPercent < 3)
    assert.ok(result.worstPercent < 7.5)
    assert.ok(Math.abs(result.biasPercent) < 2)
    assert.ok(result.narrowestOffMm <= 0.3)
})

test("areas of a generated vein, with compression, plaque and shadow [IVUS-IMG-001]", () => {
    const vessel = generatedVein(1, PULLBACK_MM)
    const frames = simulatedFrames(
        phantom(vessel, { ...ARRAY_20MHZ, seed: 1 }),
        ARRAY_20MHZ,
        250,
        PULLBACK_MM
    )
    const result = score("generated vein, 20 MHz", vessel, ARRAY_20MHZ, frames, everyHalfMm)
    assert.ok(result.meanPercent < 3)
    assert.ok(result.worstPercent < 7.5)
    assert.ok(result.narrowestOffMm <= 0.3)
})

test("areas of a generated vein, imaged by the 10 MHz array with lost lines", () => {
    const vessel = generatedVein(2, 12)
    const frames = simulatedFrames(
        phantom(vessel, { ...ARRAY_10MHZ, seed: 2 }),
        ARRAY_10MHZ,
        80,
        12
    )
    // 30 consecutive lines are lost in every frame, at changing angles, and one complete frame.
    for (const { index, present, codes } of frames)
        for (let i = 0; i < 256; i++)
            if ((i + 37 * index) % 256 < 30 || index === 20) {
                present[i] = 0
                codes.fill(255, i * 256, (i + 1) * 256)
            }
    const result = score(
        "generated vein, 10 MHz, gaps",
        vessel,
        ARRAY_10MHZ,
        frames,
        everyHalfMm.filter(zMm => zMm < 12)
    )
    // The 10 MHz pulse is twice as long: twice the bias is allowed.
    assert.ok(result.meanPercent < 5)
    assert.ok(result.worstPercent < 10)
})

test("a recorded frame is reproduced", async () => {
    const file = new URL("frame-20mhz-polar.png", DATA)
    if (!existsSync(file)) {
        console.log("skipped, because frame-20mhz-polar.png is missing")
        return
    }
    const bytes = readFileSync(file)
    const frames = simulatedFrames(echoFromPng(bytes, ARRAY_20MHZ), ARRAY_20MHZ, 20, PULLBACK_MM)
    const mapper = greyMapper(ARRAY_20MHZ, estimateRingDown(frames, ARRAY_20MHZ))
    const image = scanConverter(ARRAY_20MHZ).convert(
        mapper.frame(frames[10]!.codes),
        frames[10]!.present
    )
    const shown = PNG.sync.read(Buffer.from(await encodePng(image)))
    const direct = nearestLineConversion(PNG.sync.read(bytes), shown.width)
    const greys = Array.from(direct, (_, p) => shown.data[4 * p]!)
    const r = correlation(greys, direct)
    console.log(`frame-20mhz-polar.png: correlation ${r.toFixed(4)}`)
    // Acceptance is 0.97; nearest-neighbour sampling alone costs about half a percent.
    assert.ok(r > 0.985)
})

/**
 * The simplest scan conversion, deliberately independent of the one under test: nearest line,
 * nearest sample.
 */
function nearestLineConversion(polar: PNG, sizePx: number): Float64Array {
    const out = new Float64Array(sizePx * sizePx)
    for (let y = 0; y < sizePx; y++)
        for (let x = 0; x < sizePx; x++) {
            const dx = (2 * (x + 0.5)) / sizePx - 1
            const dy = (2 * (y + 0.5)) / sizePx - 1
            const sample = Math.round(Math.hypot(dx, dy) * polar.width)
            const revolution = Math.atan2(dy, dx) / (2 * Math.PI) + 1
            const line = Math.round(revolution * polar.height) % polar.height
            if (sample < polar.width)
                out[y * sizePx + x] = polar.data[4 * (line * polar.width + sample)]!
        }
    return out
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
    let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0]
    const n = a.length
    for (let p = 0; p < n; p++) {
        sa += a[p]!
        sb += b[p]!
        saa += a[p]! * a[p]!
        sbb += b[p]! * b[p]!
        sab += a[p]! * b[p]!
    }
    return (n * sab - sa * sb) / Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb))
}

test.run()
