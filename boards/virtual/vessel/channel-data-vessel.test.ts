// The scatterers of the wall for channel data: position, strength, and stability in the vessel.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { BorderDistance } from "./border-distance"
import { channelDataVessel } from "./channel-data-vessel"
import { generatedVein } from "./generated-vein"
import { SLICE_MM } from "./speckle"
import { LEVEL_DB } from "./tissue"
import { wallScatterers } from "./wall-scatterers"

const test = suite("channel data of a vessel wall")

const vein = generatedVein(1, 25)
const ARRAY = {
    ...{ elements: 64, radiusMm: 0.3, centreFrequencyMhz: 20 },
    ...{ pulseCycles: 2, bandwidth: 0.6, fillFactor: 0.9 },
}
const OPTIONS = { array: ARRAY, soundSpeedMPerS: 1540, attenuationDbPerMm: 1.7, seed: 1 }
const SHOT = { tx: 3, rx: 5, samplePeriodUs: 0.0125, firstSampleUs: 0.3 }

test("scatterers are behind the border, and each layer scatters at its level", () => {
    const squares = { intima: 0, media: 0, adventitia: 0 }
    const counts = { intima: 0, media: 0, adventitia: 0 }
    const { intimaMm, mediaMm, adventitiaMm } = vein.layers
    for (let layer = 20; layer < 28; layer++) {
        const zMm = layer * 0.2
        const distance = new BorderDistance(vein.borderAt(zMm))
        const at = vein.catheterAt(zMm)
        const { xMm, yMm, amplitude } = wallScatterers(vein, layer, 1)
        xMm.forEach((x, i) => {
            distance.find(x - at.xMm, yMm[i]! - at.yMm, true)
            const mm = distance.distanceMm
            assert.ok(mm <= intimaMm + mediaMm + adventitiaMm)
            // The profile mixes layers within 7.5 um of their boundary.
            const meet = [intimaMm, intimaMm + mediaMm]
            if (meet.some(edge => Math.abs(mm - edge) < 0.015)) return
            const where =
                mm < intimaMm ? "intima" : mm < intimaMm + mediaMm ? "media" : "adventitia"
            counts[where]++
            squares[where] += amplitude[i]! ** 2
        })
    }
    for (const where of ["intima", "media", "adventitia"] as const) {
        const n = counts[where]
        assert.ok(n > 1000, `${n} in the ${where}`)
        const db = 10 * Math.log10(squares[where] / n)
        // The relative rms error of the mean of n squared normal deviates is sqrt(2/n), here 0.2 dB; the limit is five times that.
        assert.ok(Math.abs(db - (LEVEL_DB[where] - LEVEL_DB.intima)) < 1, `${where}: ${db} dB`)
    }
    // None is in the lumen: there are as many cells as fit the wall, with 1.5 % rms variation at its edges; the limit is three times that.
    const area = Math.abs(vein.lumenAreaMm2(4.8))
    const { xMm } = wallScatterers(vein, 24, 1)
    const lengthMm = 2 * Math.sqrt(Math.PI * area)
    const wallMm = intimaMm + mediaMm + adventitiaMm
    const wall = lengthMm * wallMm + Math.PI * wallMm ** 2
    assert.ok(Math.abs((xMm.length * 0.15 ** 2) / wall - 1) < 0.05)
})

test("a line does not depend on earlier calls", () => {
    const [a, b] = [channelDataVessel(vein, OPTIONS), channelDataVessel(vein, OPTIONS)]
    const [first, second] = [new Float32Array(400), new Float32Array(400)]
    a.line(3, SHOT, first)
    for (const zMm of [9, 2.9, 3.009]) b.line(zMm, SHOT, second)
    b.line(3, SHOT, second)
    assert.equal(first, second)
    assert.ok(first.some(value => Math.abs(value) > 0.005))
})

test("the speckle of the wall decorrelates over the slice thickness, and not before", () => {
    const still = {
        layers: vein.layers,
        borderAt: () => vein.borderAt(5),
        catheterAt: () => vein.catheterAt(5),
    }
    const source = channelDataVessel(still, OPTIONS)
    const lineAt = (zMm: number, tx: number): Float32Array => {
        const out = new Float32Array(900)
        source.line(zMm, { ...SHOT, tx, rx: tx }, out)
        return out
    }
    const sigmaMm = SLICE_MM / (2 * Math.sqrt(2 * Math.LN2))
    for (const wayMm of [0.032, 0.1, 0.2, 0.6]) {
        let [both, one, other] = [0, 0, 0]
        for (let zMm = 2; zMm < 8; zMm += 0.6)
            for (let tx = 0; tx < 64; tx += 8) {
                const a = lineAt(zMm, tx)
                const b = lineAt(zMm + wayMm, tx)
                a.forEach((value, k) => {
                    both += value * b[k]!
                    one += value * value
                    other += b[k]! * b[k]!
                })
            }
        const found = both / Math.sqrt(one * other)
        const right = Math.exp(-0.25 * (wayMm / sigmaMm) ** 2)
        // Eighty lines of about ten echoes: one over the root of their number is 0.035; the slice ends at 2.5 sigma.
        assert.ok(Math.abs(found - right) < 0.08, `${found} at ${wayMm} mm where ${right} is right`)
    }
})

test.run()
