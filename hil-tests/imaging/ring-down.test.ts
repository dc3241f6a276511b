// A captured ring-down reference against the virtual vessel's strong ring-down: what remains, and
// when it is stale.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein, phantom } from "../../boards/virtual/vessel/vessel"
import { phantomOptions } from "../../src/host/targets/virtual/echo-source"
import {
    captureRingDown,
    greyMapper,
    type ImagingGeometry,
    noRingDown,
    type PolarFrame,
    ringDownResidualDb,
} from "../../src/host/picture/picture"
import { RESIDUAL_LIMIT_DB } from "../../src/host/references/staleness"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { amplitudeToCode } from "../../src/shared/acquisition/sample-codes"

const test = suite("ring-down reference in a vessel")

/** The same vein; `catheterSeed` selects a catheter with another ring-down. */
function scene(id: string, catheterSeed = 3) {
    const catheter = catheterOf(id)!
    const options = phantomOptions(catheter, catheterSeed)
    const geometry: ImagingGeometry = options
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const source = phantom(generatedVein(3, 12), options)
    const echo = new Float32Array(samples)
    const gain = Float32Array.from(
        { length: samples },
        (_, k) => 10 ** (options.tgcDb(k * geometry.sampleSpacingMm) / 20)
    )
    const frameAt = (zMm: number, index: number): PolarFrame => {
        const codes = new Uint8Array(lines * samples)
        for (let i = 0; i < lines; i++) {
            source.line(zMm, i, echo)
            for (let k = 0; k < samples; k++)
                codes[i * samples + k] = amplitudeToCode(echo[k]! * gain[k]!)
        }
        const present = new Uint8Array(lines).fill(1)
        return { index, timeMs: index * 33, positionMm: zMm, codes, present }
    }
    const frames = (fromMm: number, toMm: number, count: number) =>
        Array.from({ length: count }, (_, f) => frameAt(fromMm + ((toMm - fromMm) * f) / count, f))
    return { catheter, geometry, frames }
}

/** Mean grey value of the ring-down zone. */
function zoneGrey(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    ringDown: ReturnType<typeof noRingDown>
): number {
    const mapper = greyMapper(geometry, ringDown)
    const { firstSample, endSample } = ringDown
    let sum = 0
    for (const frame of frames) {
        const greys = mapper.frame(frame.codes)
        for (let i = 0; i < geometry.linesPerFrame; i++)
            for (let k = firstSample; k < endSample; k++)
                sum += greys[i * geometry.samplesPerLine + k]!
    }
    const zone = geometry.linesPerFrame * (endSample - firstSample)
    return sum / (frames.length * zone)
}

/**
 * A third of the amplitude at which a reference counts as stale. At standstill the speckle of the blood is in the reference,
 * too, and above 20 MHz blood scatters more (power of frequency: 2.6 above that of the wall).
 */
function residualGoalDb(frequencyMhz: number): number {
    return RESIDUAL_LIMIT_DB - 10 + 26 * Math.max(0, Math.log10(frequencyMhz / 20))
}

for (const id of ["array-20mhz", "array-10mhz", "rotational-40mhz", "rotational-15mhz"])
    test(`${id}: a reference captured at standstill removes the ring-down of a pullback`, () => {
        const { catheter, geometry, frames } = scene(id)
        const one = catheter.elements === 1
        // Live at standstill: only noise differs.
        const reference = captureRingDown(frames(0, 0.02, 8), geometry, one)
        const later = frames(1, 3, 8)
        const residualDb = ringDownResidualDb(later, reference, geometry)
        const goalDb = residualGoalDb(catheter.centre_frequency_khz / 1000)
        assert.ok(residualDb <= goalDb, `${residualDb} dB remain`)
        const [before, after] = [noRingDown(geometry), reference].map(r =>
            zoneGrey(later, geometry, r)
        )
        console.log(
            `${id}: ${residualDb.toFixed(1)} dB of the ring-down remain, grey ${before!.toFixed(0)} → ${after!.toFixed(0)}`
        )
        // Before: a bright ring. Blood, at -57 dB on a 60 dB display, is 13; a residual of 3 % of
        // the ring's code is about 30 dB above blood.
        assert.ok(before! > 100, `${before}`)
        assert.ok(after! < before! / 3, `${after}`)
    })

test("the reference of another catheter of the same model is stale [IVUS-IMG-005]", () => {
    for (const seed of [4, 5, 6, 7]) {
        const own = scene("array-20mhz")
        const other = scene("array-20mhz", seed)
        const foreign = captureRingDown(other.frames(0, 0.02, 8), other.geometry, false)
        const residualDb = ringDownResidualDb(own.frames(1, 3, 8), foreign, own.geometry)
        assert.ok(residualDb > RESIDUAL_LIMIT_DB, `seed ${seed}: ${residualDb} dB`)
    }
})

test.run()
