// Prints how many frames per second one core finds and measures borders in (`npm run bench -- measure`); fails below the requirement.

import { generatedVein, phantom } from "../../boards/virtual/vessel/vessel"
import { findBorders } from "../../src/host/measure/lumen-border"
import { estimateRingDown } from "../../src/host/picture/picture"
import { imagedBy, simulatedFrames } from "../support/imaging/simulated-frames"

const FRAMES = 150
const LEAST_PER_S = 150
const ROUNDS = 5

/** CPU time, as other programs share the machine; the best of some rounds, as the first includes compilation. */
export function printMeasure(row: (what: string, value: number, unit: string) => void): void {
    for (const speedMmPerS of [1, 10]) {
        const lengthMm = (speedMmPerS * FRAMES) / 30
        const geometry = imagedBy("array-20mhz")
        const source = phantom(generatedVein(1, Math.max(10, lengthMm)), { ...geometry, seed: 1 })
        const frames = simulatedFrames(source, geometry, FRAMES, lengthMm)
        const ringDown = estimateRingDown(frames, geometry)
        let best = 0
        for (let round = 0; round < ROUNDS; round++) {
            const before = process.cpuUsage()
            findBorders(frames, geometry, ringDown)
            const { user, system } = process.cpuUsage(before)
            best = Math.max(best, FRAMES / ((user + system) / 1e6))
        }
        row(`borders and measures at ${speedMmPerS} mm/s, 30 frames/s, one core`, best, "frames/s")
        if (best >= LEAST_PER_S) continue
        console.error(`  TOO SLOW: at least ${LEAST_PER_S} frames/s are required`)
        process.exitCode = 1
    }
}
