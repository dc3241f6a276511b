// The fast angle against Math.atan2.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { turnsOf } from "./fast-angle"

const test = suite("fast-angle")

test("is that of Math.atan2 in all directions", () => {
    for (let n = 0; n < 10_007; n++) {
        const angle = (2 * Math.PI * n) / 10_007
        const [x, y] = [3.7 * Math.cos(angle), 3.7 * Math.sin(angle)]
        const expected = Math.atan2(y, x) / (2 * Math.PI)
        const off = Math.abs(turnsOf(y, x) - (expected < 0 ? expected + 1 : expected))
        // The third term of the series at half a step is 4e-11 rad.
        assert.ok(off < 1e-11, `${n}: ${off}`)
    }
})

test("is exact on the axes and the diagonals, and 0 where there is no direction", () => {
    for (const [x, y, turns] of [
        ...([
            [1, 0, 0],
            [1, 1, 0.125],
            [0, 1, 0.25],
            [-1, 1, 0.375],
        ] as const),
        ...([
            [-1, 0, 0.5],
            [-1, -1, 0.625],
            [0, -1, 0.75],
            [1, -1, 0.875],
            [0, 0, 0],
        ] as const),
        [1, -0, 0] as const,
    ])
        assert.is(turnsOf(y, x), turns, `${x}, ${y}`)
})

test.run()
