// The offset that each catheter states for the leading edge of its echoes.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { allCatheters, hostColumnsOf } from "./catheter-list"
import { echoLeadUs, echoSigmaMm, edgeOffsetUm, FIRST_PERCENT } from "./echo-pulse"

const test = suite("echo of a pulse")

test("each catheter states its offset; src/host/measure/README.md has the same figures", () => {
    const stated = allCatheters().map(c => [c.id, edgeOffsetUm({ ...c, ...hostColumnsOf(c.id)! })])
    assert.equal(Object.fromEntries(stated), {
        "array-20mhz": 5,
        "array-10mhz": 10,
        "rotational-40mhz": 3,
        "rotational-60mhz": 2,
        "rotational-15mhz": 8,
        "single-un0rick": 16,
    })
})

test("an echo begins when 1 % of its energy has arrived", () => {
    const pulse = { pulse_cycles: 2, centre_frequency_khz: 20000, bandwidth_percent: 60 }
    const sigmaUs = echoSigmaMm(pulse) / 0.77
    // The length at half height of src/host/beamform/README.md: 96 um of amplitude.
    assert.ok(Math.abs(echoSigmaMm(pulse) * Math.SQRT2 * 2.3548 - 0.096) < 0.001)
    const step = sigmaUs / 1000
    let before = 0
    for (let t = -8 * sigmaUs; t < -echoLeadUs(pulse); t += step)
        before += (step / sigmaUs / Math.sqrt(2 * Math.PI)) * Math.exp(-0.5 * (t / sigmaUs) ** 2)
    assert.ok(Math.abs(before - 0.01) < 0.0001, `${before}`)
    assert.ok(Math.abs(echoLeadUs(pulse) / sigmaUs - FIRST_PERCENT) < 1e-9)
})

test.run()
