// Responsible for: what the host says of an uneven rotation, against the lag that the phantom's drive shaft really had.
// Not for: the rotor's own speed (rotor.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein, phantom } from "../boards/virtual/vessel/vessel"
import { phantomOptions } from "../src/host/cli/echo-source"
import { rotationUnevenness } from "../src/host/picture/picture"
import { geometryOf } from "../src/host/results/picture-frames"
import { catheterOf } from "../src/wire/catheters"
import { BenchCart, EVEN_SLED, REQUEST } from "./tools/bench-cart"

const TURNING = { ...REQUEST, catheterId: "rotational-40mhz", lengthMm: 2 }

async function figureOf(nurdDeg: number) {
    const catheter = catheterOf(TURNING.catheterId)!
    const made = await BenchCart.boot(TURNING, {
        ...EVEN_SLED,
        nurdDeg,
        echo: phantom(generatedVein(3, 5), phantomOptions(catheter, 3)),
    })
    await made.home()
    await made.pull()
    await made.cart.until(() => made.ended, made.nowUs + 20e6)
    const { assembler, description } = made.cart.receiver
    return rotationUnevenness(assembler!.frames, geometryOf(description!))!
}

const test = suite("non-uniform rotation as the host reports it")

/**
 * The lag A·sin(2π·1.13·turns) changes from turn to turn by a sine of 2A·sin(π·0.13), of which the rms is 0.56 A.
 * Half a line (0.7°) is rounded at the phantom and half at the host.
 */
const rmsOfLag = (nurdDeg: number): number =>
    Math.SQRT2 * Math.sin(Math.PI * 0.13) * nurdDeg

for (const nurdDeg of [0, 5, 15])
    test(`a lag of ±${nurdDeg}°`, async () => {
        const figure = await figureOf(nurdDeg)
        assert.ok(figure.framePairs >= 25, `${figure.framePairs} pairs`)
        const rmsDeg = rmsOfLag(nurdDeg)
        assert.ok(Math.abs(figure.rmsDeg - rmsDeg) < 0.7 + 0.15 * rmsDeg, `${figure.rmsDeg}° where ${rmsDeg}° is right`) // prettier-ignore
    })

test.run()
