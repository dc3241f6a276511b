// A side branch is flagged where it leaves, and nowhere in a vein that narrows, tilts and wanders.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { crossingsOfLines } from "../../boards/virtual/vessel/border"
import { generatedVein } from "../../boards/virtual/vessel/vessel"
import { branchFrames } from "../../src/host/measure/branches"

const LINES = 256
const STEP_MM = 0.05
const LENGTH_MM = 25
const PLACES = Array.from({ length: LENGTH_MM / STEP_MM }, (_, i) => i * STEP_MM)

/** True borders as a finder would give them. */
function flagged(radiusAt: (mm: number) => Float32Array): number[] {
    const borders = PLACES.map(mm => ({ radiusMm: radiusAt(mm), edgeFraction: 1 }))
    const found = branchFrames(borders as never, PLACES)
    return PLACES.filter((_, i) => found[i])
}

const test = suite("side branches")

test("none in veins that an artery compresses", () => {
    for (let seed = 1; seed <= 8; seed++) {
        const vein = generatedVein(seed, LENGTH_MM)
        const found = flagged(mm => {
            const crossings = crossingsOfLines(vein.borderAt(mm), LINES)
            return Float32Array.from(crossings, radii => radii[0]!)
        })
        assert.equal(found, [], `seed ${seed}`)
    }
})

test("one where it leaves, within its width", () => {
    const [branchMm, halfMm, outMm] = [12, 1, 1.2]
    const found = flagged(mm => {
        const half = Math.sqrt(Math.max(0, halfMm ** 2 - (mm - branchMm) ** 2))
        // A taper of 1 % per mm.
        const radiusMm = 2.5 * (1 - 0.01 * (mm - branchMm))
        return Float32Array.from({ length: LINES }, (_, i) => {
            const angle = (2 * Math.PI * i) / LINES - Math.PI
            return (
                radiusMm +
                (radiusMm * Math.abs(Math.sin(angle)) < half && Math.cos(angle) > 0 ? outMm : 0)
            )
        })
    })
    // Near its sides the branch adds less to the area than the finder asks for.
    assert.ok(found.length > (0.9 * halfMm) / STEP_MM, `${found.length} frames`)
    for (const mm of found) assert.ok(Math.abs(mm - branchMm) <= halfMm, `${mm} mm`)
})

test.run()
