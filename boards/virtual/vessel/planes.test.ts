// Planes are identical whichever thread computes them, and computation continues when the second thread fails.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein } from "./generated-vein"
import { phantom, type PhantomOptions } from "./phantom"
import type { PlaneOptions } from "./plane"
import { Planes } from "./planes"
import { vesselFromDescription } from "./vessel-from-description"

/** Few lines, so that planes are fast. */
const OPTIONS: PlaneOptions = {
    linesPerFrame: 32,
    samplesPerLine: 128,
    sampleSpacingMm: 10 / 128,
    catheterRadiusMm: 0.3,
    centreFrequencyMhz: 20,
    seed: 7,
}
const LAST = 199
const vein = generatedVein(3, 20)

const test = suite("planes")

/** A copy, as the memory is reused. */
function copyOf(planes: Planes, number: number): Float32Array[] {
    const { re, im } = planes.get(number)
    return [Float32Array.from(re), Float32Array.from(im)]
}

/** Waits until the second thread has computed planes that were not fetched yet. */
async function untilWaiting(planes: Planes): Promise<void> {
    while (planes.hasThread && planes.readyAhead < 2)
        await new Promise(resolve => setImmediate(resolve))
}

test("a plane is identical, whichever thread computed it", async () => {
    const alone = new Planes(vein, OPTIONS, LAST, false)
    const helped = new Planes(vein, OPTIONS, LAST, true)
    const both = (number: number): void =>
        assert.equal(copyOf(helped, number), copyOf(alone, number))
    for (let n = 0; n <= 40; n++) both(n)
    await untilWaiting(helped)
    // Forward, back, a jump, and back again.
    const way = [41, 42, 43, 44, 45, 44, 43, 42, 41, 40, 150, 151, 152, 149, 0]
    for (const number of way) both(number)
    assert.ok(helped.madeByThread >= 2, `${helped.madeByThread}`)
    assert.is(alone.madeByThread, 0)
    helped.close()
    for (const number of [1, 2, 199, 198, 45]) both(number)
})

test("a described vessel goes to the second thread with its borders and features", async () => {
    const sector = { from_mm: 0, to_mm: 20, angle_deg: 90, arc_deg: 120 }
    const described = vesselFromDescription(
        {
            ...{ format: 1, length_mm: 20 },
            sections: [{ z_mm: 0, vessel: { shape: "circle", diameter_mm: 8 } }],
            features: [
                { kind: "plaque", of: "mixed", ...sector, thickness_mm: 1 },
                { kind: "stent", from_mm: 0, to_mm: 20 },
                { kind: "thrombus", ...sector, thickness_mm: 0.5 },
            ],
        },
        { pullbackMm: 20, catheterRadiusMm: 0.3, depthMm: 10 }
    )
    const alone = new Planes(described, OPTIONS, LAST, false)
    const helped = new Planes(described, OPTIONS, LAST, true)
    helped.prepareRealTime()
    await untilWaiting(helped)
    for (let n = 0; n <= 4; n++) assert.equal(copyOf(helped, n), copyOf(alone, n))
    assert.ok(helped.madeByThread >= 2)
    helped.close()
})

test("planes are computed ahead up to the end of the vessel", async () => {
    const planes = new Planes(vein, OPTIONS, LAST, true)
    for (let n = 160; n <= LAST - 2; n++) planes.get(n)
    await untilWaiting(planes)
    assert.is(planes.readyAhead, 2)
    planes.get(LAST - 1)
    planes.get(LAST)
    assert.is(planes.readyAhead, 0)
    planes.close()
})

test("in real time the first planes are computed ahead too", async () => {
    const alone = new Planes(vein, OPTIONS, LAST, false)
    const helped = new Planes(vein, OPTIONS, LAST, true)
    helped.prepareRealTime()
    await untilWaiting(helped)
    for (let n = 0; n <= 4; n++) assert.equal(copyOf(helped, n), copyOf(alone, n))
    assert.ok(helped.madeByThread >= 2, `${helped.madeByThread}`)
    helped.close()
})

test("when the second thread fails, this one computes all planes", async () => {
    const alone = new Planes(vein, OPTIONS, LAST, false)
    const helped = new Planes(vein, OPTIONS, LAST, true, "./no-such-thread.mjs")
    for (let n = 0; n <= 60; n++) assert.equal(copyOf(helped, n), copyOf(alone, n))
    assert.ok(helped.hasThread)
    await untilWaiting(helped)
    assert.not(helped.hasThread)
    for (let n = 60; n <= 70; n++) assert.equal(copyOf(helped, n), copyOf(alone, n))
    assert.is(helped.madeByThread, 0)
})

test("an echo source computes the same lines with and without a second thread", async () => {
    const options: PhantomOptions = {
        ...OPTIONS,
        ringDownMm: 0.25,
        tgcDb: r => 1.5 * (r - 0.3),
    }
    const alone = phantom(vein, options)
    const helped = phantom(vein, options, true)
    const [a, b] = [new Float32Array(128), new Float32Array(128)]
    for (let n = 0; n < 800; n++) {
        alone.line(n / 50, n % 32, a)
        helped.line(n / 50, n % 32, b)
        assert.equal(b, a)
        if (n % 20 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    helped.close!()
})

test.run()
