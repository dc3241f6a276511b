// The echo of a point target in channel data: when it begins, and how long it is.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ChannelDataEcho } from "./channel-data-echo"

const test = suite("channel data of a point")

const ARRAY = { elements: 64, radiusMm: 0.3, centreFrequencyMhz: 20, pulseCycles: 2 }
const CLOCK = { samplePeriodUs: 0.001, firstSampleUs: 3 }

test("an echo begins when the first edge of the pulse has come back: 1 % of its energy arrives before", () => {
    for (const [radiusMm, bandwidth] of [
        [3, 0.6],
        [3.4, 0.4],
    ] as const) {
        const echo = new ChannelDataEcho(
            {
                array: { ...ARRAY, bandwidth, fillFactor: 0.9 },
                soundSpeedMPerS: 1540,
                ...{ noise: 0, seed: 1 },
            },
            [{ radiusMm, angleRad: 0, strength: 1 }]
        )
        const rf = new Float32Array(2000)
        echo.line(0, 0, CLOCK, rf)
        const energy = (to: number): number => rf.slice(0, to).reduce((sum, a) => sum + a * a, 0)
        const backUs = (2 * (radiusMm - ARRAY.radiusMm) * 1000) / 1540
        const before = energy(Math.round((backUs - CLOCK.firstSampleUs) * 1000))
        const share = before / energy(2000)
        // The oscillation under the envelope: a quarter of a period, 12.5 ns, changes the share by a third.
        assert.ok(Math.abs(share - 0.01) < 0.004, `${share}`)
    }
})

test.run()
