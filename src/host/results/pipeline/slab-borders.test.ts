// Borders in shared memory: what comes out is what went in, for any number of slabs, frames and A-lines.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { frameBordersOf, frameBorderTable, setFrameBorders } from "./frame-borders"
import { slabBordersOf, slabBorderTable, type WalledBorder } from "./slab-borders"

const test = suite("borders in shared memory")

const PLAIN = { noNullPrototype: true }
const OFTEN = { seed: 1, numRuns: 100, endOnFailure: true }

const radii = (lines: number): fc.Arbitrary<Float32Array> =>
    fc.float32Array({ minLength: lines, maxLength: lines, noNaN: true })
const number = fc.double({ noNaN: true })

const slabsOf = (lines: number): fc.Arbitrary<WalledBorder[]> => {
    const border = fc.record({ radiusMm: radii(lines), edgeWeight: radii(lines) }, PLAIN)
    const struts = fc.integer({ min: 1, max: 40 })
    const stent = fc.record({ areaMm2: number, struts, malapposed: fc.nat(40) }, PLAIN)
    const wall = fc.record(
        {
            ...{ vessel: border, calciumArcDeg: number, shadowArcDeg: number },
            stent: fc.option(stent),
            ...{ hiddenShare: number, openDeg: number, touchDeg: number, saturatedShare: number },
        },
        PLAIN
    )
    const slab = fc.tuple(border, wall).map(([own, wall]) => ({ ...own, wall }))
    return fc.array(slab, { minLength: 1, maxLength: 5 })
}

test("hold those of slabs", () => {
    fc.assert(
        fc.property(fc.integer({ min: 1, max: 8 }).chain(slabsOf), slabs => {
            const lines = slabs[0]!.radiusMm.length
            const table = slabBorderTable([], slabs, lines)
            const there = structuredClone(table)
            assert.equal(slabBordersOf(there), slabs)
            // Whoever gets it by a message has the same memory, not a copy.
            table.radii.fill(7)
            assert.equal(slabBordersOf(there)[0]!.radiusMm, new Float32Array(lines).fill(7))
        }),
        OFTEN
    )
})

test("take those of frames from any thread, also without a vessel", () => {
    const parts = { radiusMm: radii(4), edgeFraction: number, vessel: fc.option(radii(4)) }
    fc.assert(
        fc.property(fc.array(fc.record(parts, PLAIN), { maxLength: 6 }), frames => {
            const table = frameBorderTable(frames.length, 4)
            const there = structuredClone(table)
            for (const [i, { vessel, ...lumen }] of [...frames.entries()].reverse())
                setFrameBorders(there, i, lumen, vessel && { radiusMm: vessel })
            assert.equal(frameBordersOf(table), {
                borders: frames.map(({ radiusMm, edgeFraction }) => ({ radiusMm, edgeFraction })),
                vesselBorders: frames.map(({ vessel }) => vessel && { radiusMm: vessel }),
            })
        }),
        OFTEN
    )
})

test.run()
