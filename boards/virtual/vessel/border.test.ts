// Crossings of lines with borders, also where points of the border lie on lines.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { contains, crossingsOfLines } from "./border"

const LINES = 256

const test = suite("border")

/** Points in ascending angle around the origin, each on a line or between two, on it exactly or as rounding leaves it. */
const around = fc
    .array(
        fc.record({
            line: fc.integer({ min: 0, max: LINES - 1 }),
            beside: fc.constantFrom(0, 0, 0, 0.3, -1e-13, 1e-13),
            radiusMm: fc.oneof(fc.constant(3), fc.double({ min: 0.4, max: 9, noNaN: true })),
        }),
        { minLength: 8, maxLength: 64 }
    )
    .map(points =>
        points
            .map(({ line, beside, radiusMm }) => ({ turn: line + beside, radiusMm }))
            .sort((a, b) => a.turn - b.turn)
            .flatMap(({ turn, radiusMm }) => {
                const angle = (2 * Math.PI * turn) / LINES
                return [radiusMm * Math.cos(angle), radiusMm * Math.sin(angle)]
            })
    )

/** Any points in any order: borders that wind and cross themselves; whole numbers lie on the axes and diagonals. */
const anyPoints = fc.array(
    fc.oneof(
        fc.integer({ min: -9, max: 9 }).map(n => n || 1),
        fc.double({ min: -9, max: 9, noNaN: true })
    ),
    { minLength: 16, maxLength: 64 }
)

test("each line crosses a border as often as it goes in and out, with points on lines too", () => {
    fc.assert(
        fc.property(fc.oneof(around, anyPoints), numbers => {
            const border = Float64Array.from(numbers.slice(0, numbers.length & ~1))
            // No catheter's centre is on the border.
            if (onBorder(border, 0, 0)) return
            const inside = contains(border, 0, 0)
            crossingsOfLines(border, LINES).forEach((radii, line) => {
                assert.is(radii.length % 2 === 1, inside, `line ${line}: ${radii.join(", ")}`)
                const angle = (2 * Math.PI * line) / LINES
                for (let c = 0; c < radii.length; c++) {
                    const from = radii[c]!
                    const to = radii[c + 1] ?? from + 1
                    // A point on the border belongs to either side.
                    if (to - from < 1e-6) continue
                    const r = (from + to) / 2
                    const [x, y] = [r * Math.cos(angle), r * Math.sin(angle)]
                    // Where an edge runs along the line, both answers are right.
                    if (onBorder(border, x, y)) continue
                    const odd = (radii.length - c - 1) % 2 === 1
                    assert.is(contains(border, x, y), odd, `line ${line} at ${r}`)
                }
            })
        }),
        { seed: 3, numRuns: 300 }
    )
})

/** Whether a point is on the border, as far as rounding tells. */
function onBorder(border: Float64Array, x: number, y: number): boolean {
    const n = border.length
    for (let i = 0; i < n; i += 2) {
        const j = (i + 2) % n
        const [ax, ay, bx, by] = [border[i]!, border[i + 1]!, border[j]!, border[j + 1]!]
        const length = Math.hypot(bx - ax, by - ay)
        if (length === 0) continue
        const aside = Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length
        const along = ((bx - ax) * (x - ax) + (by - ay) * (y - ay)) / length
        if (aside < 1e-9 && along > -1e-9 && along < length + 1e-9) return true
    }
    return false
}

test.run()
