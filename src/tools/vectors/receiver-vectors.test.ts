// The frozen streams for receivers: our counts of them, and the direction in which a picture shows an A-line.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { scanConverter } from "../../host/picture/picture"
import { countsOf, type ReceiverVectors } from "./receiver-cases"

const FILE = new URL("../../shared/protocol/receiver-vectors.json", import.meta.url)
const { angles, streams } = JSON.parse(readFileSync(FILE, "utf8")) as ReceiverVectors
const [SAMPLES, SIZE] = [100, 200]
/** A pixel at the edge of the picture covers 0.6 degrees. */
const TOLERANCE_DEG = 0.6

const test = suite("vectors for receivers")

for (const { name, hex, counts } of streams)
    test(name, () => {
        assert.equal(countsOf(Uint8Array.from(Buffer.from(hex, "hex"))), counts)
    })

test("a picture shows each A-line in its direction", () => {
    for (const { lines_per_frame: lines, index, x, y } of angles) {
        const geometry = {
            ...{ linesPerFrame: lines, samplesPerLine: SAMPLES, sampleSpacingMm: 0.1 },
            ...{ catheterRadiusMm: 0.5, ringDownMm: 0.25, centreFrequencyMhz: 20 },
        }
        const polar = new Uint8Array(lines * SAMPLES)
        polar.fill(255, index * SAMPLES, (index + 1) * SAMPLES)
        const converter = scanConverter(geometry, SIZE)
        const { greys } = converter.convert(polar, new Uint8Array(lines).fill(1))
        let [right, down] = [0, 0]
        for (let p = 0; p < greys.length; p++) {
            right += greys[p]! * ((p % SIZE) + 0.5 - SIZE / 2)
            down += greys[p]! * (Math.floor(p / SIZE) + 0.5 - SIZE / 2)
        }
        const apart = Math.atan2(right * y - down * x, right * x + down * y)
        const deg = Math.abs(apart * 180) / Math.PI
        assert.ok(deg < TOLERANCE_DEG, `${index} of ${lines}: ${deg} degrees apart`)
    }
})

test.run()
