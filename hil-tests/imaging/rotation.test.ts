// The reported non-uniform rotation against the true lag of the phantom's drive shaft.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein, phantom } from "../../boards/virtual/vessel/vessel"
import { phantomOptions } from "../../src/host/targets/virtual/echo-source"
import { polarFrames, rotationUnevenness } from "../../src/host/picture/picture"
import { rotationText, roundedRotation } from "../../src/host/results/rotation-text"
import { geometryOf } from "../../src/host/results/picture-frames"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

interface Pull {
    readonly catheterId: string
    readonly nurdDeg: number
    readonly seed?: number
    readonly frameRateHz?: number
    readonly speedMmPerS?: number
    readonly lengthMm?: number
}

async function figureOf({ nurdDeg, seed = 3, ...choice }: Pull) {
    const request = { ...REQUEST, lengthMm: 1.2, ...choice }
    const catheter = catheterOf(choice.catheterId)!
    const vein = generatedVein(seed, Math.max(5, request.lengthMm), {
        scale: Math.min(1, catheter.depth_um / 10000),
        catheterRadiusMm: catheter.catheter_radius_um / 1000,
    })
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        nurdDeg,
        echo: phantom(vein, phantomOptions(catheter, seed)),
    })
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.stopVm()
    const { assembler, description } = bench.cart.receiver
    return rotationUnevenness(polarFrames(assembler!.frames), geometryOf(description!))!
}

const test = suite("non-uniform rotation as reported by the host")

const CATHETERS: [string, number][] = [
    ["rotational-40mhz", 30],
    ["rotational-60mhz", 60],
    ["rotational-15mhz", 30],
]
const LINES = 256
const DRIFT = 0.13

/**
 * The true change from revolution to revolution, rms: the lag A·sin(2π·1.13·revolutions), rounded
 * to whole lines by the virtual rotor, of one revolution less that of the previous one, less the
 * mean over the revolution. A hundred revolutions cover all phases.
 */
function trueRmsDeg(nurdDeg: number): number {
    const lag = (revolutions: number): number =>
        Math.round((-nurdDeg / 360) * Math.sin(2 * Math.PI * (1 + DRIFT) * revolutions) * LINES)
    let squares = 0
    for (let revolution = 0; revolution < 100; revolution++) {
        const change = Array.from(
            { length: LINES },
            (_, i) => lag(revolution + 1 + i / LINES) - lag(revolution + i / LINES)
        )
        const mean = change.reduce((a, b) => a + b, 0) / LINES
        for (const c of change) squares += (c - mean) ** 2
    }
    return (Math.sqrt(squares / (100 * LINES)) * 360) / LINES
}

for (const [catheterId, frameRateHz] of CATHETERS)
    test(`${catheterId}: reports no unevenness for even rotation, and its size for uneven rotation [IVUS-IMG-004]`, async () => {
        const none = await figureOf({ catheterId, frameRateHz, nurdDeg: 0 })
        assert.ok(none.framePairs >= 25, `${none.framePairs} pairs`)
        assert.is(none.rmsDeg, null, `${none.rmsDeg}°`)
        assert.is(none.maxDeg, null)
        // Half of 360°/256.
        assert.is(none.belowDeg, 0.703125)
        for (const nurdDeg of [2, 5, 15]) {
            const { rmsDeg, belowDeg, framePairs } = await figureOf({
                catheterId,
                frameRateHz,
                nurdDeg,
            })
            assert.ok(framePairs >= 25, `${framePairs} pairs`)
            assert.is(belowDeg, null)
            // A path that may bend by one line per line is a line off at the steps: 0.1 line there
            // are ±15 %.
            const expectedDeg = trueRmsDeg(nurdDeg)
            assert.ok(
                Math.abs(rmsDeg! / expectedDeg - 1) < 0.15,
                `±${nurdDeg}°: ${rmsDeg}° instead of ${expectedDeg}°`
            )
        }
    })

test("reports no rotation for frames too far apart to share speckle", async () => {
    const fast = { lengthMm: 6, speedMmPerS: 10 }
    for (const [catheterId, frameRateHz] of CATHETERS) {
        const figure = await figureOf({ catheterId, frameRateHz, ...fast, nurdDeg: 0 })
        assert.is(figure.framePairs, 0)
        assert.ok(figure.framePairsUnlike >= 10)
        assert.is(figure.rmsDeg, null)
        assert.is(figure.belowDeg, null)
    }
})

test("prints a different sentence for each of the three results", () => {
    const base = { maxDeg: null, resolutionDeg: 1.40625, framePairs: 9, framePairsUnlike: 0 }
    const unknown = { ...base, rmsDeg: null, belowDeg: null }
    const text = (changes: object): string =>
        rotationText(roundedRotation({ ...unknown, ...changes }))
    assert.match(
        text({ rmsDeg: 2.751, maxDeg: 4.9 }),
        /by 2.75° rms, 4.9° at most .*steps of 1.41°/
    )
    assert.match(text({ belowDeg: 0.703125 }), /less than 0.7° rms/)
    assert.match(text({}), /not known/)
})

test.run()
