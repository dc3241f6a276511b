// Borders and references of a person: what is refused and why, what they replace, and what becomes of the measures.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type BorderEdit, type Edits, NO_EDITS, type ReferenceEdit } from "./edits"
import { type EditedRun, editsDefect } from "./edits-check"
import { withEdits } from "./edited-measures"
import type { FrameMeasures } from "./frame-measures"
import { mergeEdits } from "./merge-edits"
import { crossesItself, isSeenFromCentre, type Point, radiiOf } from "./polygon"

const NAME = { by: "A. Smith", date: "2026-11-30T10:00:00Z" }
const LATER = { by: "B. Jones", date: "2026-11-30T11:00:00Z" }

function circle(radius: number, points = 64, x = 0, y = 0): [number, number][] {
    return Array.from({ length: points }, (_, i) => {
        const angle = (2 * Math.PI * i) / points
        return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
    })
}

const border = (points_mm: [number, number][], more: Partial<BorderEdit> = {}): BorderEdit => ({
    ...{ frame: 12, kind: "lumen", points_mm, ...NAME, ...more },
})
const reference = (
    which: ReferenceEdit["which"],
    from_mm: number,
    to_mm: number
): ReferenceEdit => ({ which, from_mm, to_mm, ...NAME })
const editsOf = (parts: Partial<Edits>): Edits => ({ ...NO_EDITS, ...parts })

/** Two frames, 12 and 13, with a lumen of 2 mm radius, in a pullback of 20 mm with a lesion from 8 to 12 mm. */
const LUMEN = { radiusMm: new Float32Array(256).fill(2), edgeFraction: 0.5 }
const RUN: EditedRun = {
    indices: [12, 13],
    positionsMm: Array.from({ length: 41 }, (_, i) => i / 2),
    borders: [LUMEN, LUMEN],
    depthMm: 5,
    lesion: { fromMm: 8, toMm: 12 },
    lesions: [
        { fromMm: 8, toMm: 12 },
        { fromMm: 14, toMm: 14.5 },
    ],
}

const test = suite("edits of a person")

test("a polygon around the catheter crosses itself exactly if two of its points change places", () => {
    fc.assert(
        fc.property(
            fc.array(fc.double({ min: 0.5, max: 5, noNaN: true }), { minLength: 8, maxLength: 40 }),
            fc.nat(),
            (radii, pick) => {
                const points = radii.map((r, i): Point => {
                    const angle = (2 * Math.PI * (i + 0.3)) / radii.length
                    return [r * Math.cos(angle), r * Math.sin(angle)]
                })
                assert.not(crossesItself(points))
                assert.ok(isSeenFromCentre(points))
                assert.ok(isSeenFromCentre([...points].reverse()))
                const i = pick % points.length
                const k = (i + 3) % points.length
                const changed = [...points]
                ;[changed[i], changed[k]] = [points[k]!, points[i]!]
                assert.not(isSeenFromCentre(changed))
            }
        ),
        { seed: 1, numRuns: 200, endOnFailure: true }
    )
    const bow: Point[] = [[0, 0], [2, 2], [2, 0], [0, 2]] // prettier-ignore
    assert.ok(crossesItself(bow))
    const touching: Point[] = [[0, 0], [4, 0], [4, 4], [2, 0], [0, 4]] // prettier-ignore
    assert.ok(crossesItself(touching))
    const back: Point[] = [[0, 0], [4, 0], [2, 0], [0, 4]] // prettier-ignore
    assert.ok(crossesItself(back))
})

test("a circle has its radius on each A-line, also off centre", () => {
    // A polygon of 512 points is inside its circle by 1 - cos(pi / 512) of the radius: 0.00004 mm.
    for (const radius of radiiOf(circle(2, 512), 256)) assert.ok(Math.abs(radius - 2) < 5e-5)
    const aside = radiiOf(circle(2, 512, 1, 0), 256)
    assert.ok(Math.abs(aside[0]! - 3) < 1e-4 && Math.abs(aside[128]! - 1) < 1e-4)
    assert.ok(Math.abs(aside[64]! - Math.sqrt(3)) < 1e-4)
})

test("each defect is one sentence that says what to do", () => {
    const turned = circle(2, 16)
    ;[turned[3], turned[6]] = [turned[6]!, turned[3]!]
    const cases: [Partial<Edits>, RegExp][] = [
        [{ borders: [border(circle(2, 7))] }, /has 7 points; draw it with at least 8/],
        [{ borders: [border(turned)] }, /crosses itself; draw it without crossings/],
        // A circle of 0.8 mm, 2.4 F, has 0.50 mm².
        [{ borders: [border(circle(0.39))] }, /an area of 0\.48 mm², in which no catheter fits/],
        [{ borders: [border(circle(1e-6))] }, /an area of 3\.1e-12 mm², in which no catheter fits/],
        [
            { borders: [border(circle(0.3), { kind: "vessel" })] },
            /vessel border of frame 12 has an area of 0\.28 mm²/,
        ],
        [{ borders: [border(circle(5.1))] }, /leaves the picture at .* draw it within 5.00 mm/],
        [{ borders: [border(circle(1, 64, 2))] }, /once around the catheter's centre/],
        [{ borders: [border(circle(2), { frame: 99 })] }, /no such frame; measurements.csv/],
        [{ borders: [border(circle(2)), border(circle(1))] }, /is there twice/],
        [{ borders: [border(circle(1.5), { kind: "vessel" })] }, /inside that of the lumen/],
        [
            { borders: [border(circle(3)), border(circle(2.5), { kind: "vessel" })] },
            /^The vessel border of frame 12 lies inside/,
        ],
        [{ references: [reference("distal", 7, 9)] }, /lies on the lesion, .* 8.00 to 12.00 mm/],
        [{ references: [reference("proximal", 13, 15)] }, /lies on a lesion, .* 14.00 to 14.50/],
        [{ references: [reference("distal", 4, 2)] }, /has no length/],
        [{ references: [reference("distal", 15, 20)] }, /on the other side of the lesion/],
        [
            { references: [reference("proximal", 40, 41)] },
            /goes beyond the frames of the run; choose it between 0.00 and 20.00 mm/,
        ],
        [{ references: [reference("proximal", 18, 20.1)] }, /goes beyond the frames/],
        [{ references: [reference("proximal", 18.1, 18.4)] }, /holds no frame; choose it between/],
        [{ accepted: [{ frames: [12, 5], ...NAME }] }, /^Frame 5 cannot be accepted/],
    ]
    for (const [parts, expected] of cases) {
        const defect = editsDefect(editsOf(parts), RUN)
        assert.match(String(defect), expected)
        assert.match(String(defect), /^[A-Z][^\n]*\.$/)
    }
    const good = editsOf({
        borders: [
            ...[border(circle(2.2)), border(circle(3), { kind: "vessel" })],
            border(circle(0.41), { frame: 13 }),
        ],
        references: [reference("distal", 0, 4), reference("proximal", 15, 20)],
        accepted: [{ frames: "all", ...NAME }],
    })
    assert.is(editsDefect(good, RUN), undefined)
    // The reference of the other lesion.
    const other = editsOf({ references: [reference("distal", 12.5, 13.5)] })
    assert.is(editsDefect(other, RUN), undefined)
})

/** Not wholly seen, and unsure. */
const AUTOMATIC: FrameMeasures = {
    ...{ lumen: null, vessel: null, plaqueAreaMm2: null, plaqueBurdenPercent: null },
    ...{ calciumArcDeg: 20, shadowArcDeg: 0, stent: null, heardFraction: 0.5, confidence: 0.1 },
    flags: ["partly-seen", "shadow"],
}

test("a drawn border replaces the automatic one, in its frame only, and settles its doubts", () => {
    const run = {
        borders: [LUMEN, LUMEN],
        vesselBorders: [null, null],
        measures: [AUTOMATIC, AUTOMATIC],
    }
    const edits = editsOf({
        borders: [border(circle(2, 512)), border(circle(3, 512), { kind: "vessel" })],
    })
    const { measures, borders, vesselBorders } = withEdits(run, RUN.indices, edits)
    const [edited, other] = measures as [FrameMeasures, FrameMeasures]
    // The border has 256 points, so its area is smaller by 0.01 %.
    assert.ok(Math.abs(edited.lumen!.areaMm2 / (4 * Math.PI) - 1) < 3e-4)
    assert.ok(Math.abs(edited.plaqueBurdenPercent! - (100 * 5) / 9) < 0.05)
    assert.equal(edited.flags, ["shadow", "edited", "unreviewed"])
    assert.equal([edited.confidence, edited.calciumArcDeg], [1, 20])
    assert.equal(other, { ...AUTOMATIC, flags: ["partly-seen", "shadow", "unreviewed"] })
    assert.equal([borders[1], vesselBorders[1]], [LUMEN, null])
    const accepted = { ...edits, accepted: [{ frames: [12], ...LATER }] }
    const [first, second] = withEdits(run, RUN.indices, accepted).measures
    assert.not(first!.flags.includes("unreviewed"))
    assert.ok(second!.flags.includes("unreviewed"))
    // An edit after that is unreviewed again.
    const later = mergeEdits(
        { ...NO_EDITS, accepted: [{ frames: "all", ...NAME }] },
        { borders: [border(circle(2), LATER)] }
    )
    const [again, same] = withEdits(run, RUN.indices, later).measures
    assert.ok(again!.flags.includes("unreviewed"))
    assert.not(same!.flags.includes("unreviewed"))
})

test("what is replaced stays in the history, with who and when; the same again changes nothing", () => {
    const first = mergeEdits(NO_EDITS, { borders: [border(circle(2))] })
    assert.is(mergeEdits(first, { borders: [border(circle(2), LATER)] }), first)
    const second = mergeEdits(first, { borders: [border(circle(1), LATER)] })
    assert.equal(second.borders, [border(circle(1), LATER)])
    assert.equal(second.history.at(-1), {
        what: "The lumen border of frame 12 was drawn.",
        replaced: border(circle(2)),
        ...LATER,
    })
    const third = mergeEdits(second, { borders: [border([], LATER)] })
    assert.equal([third.borders, third.history.length], [[], 3])
    const moved = mergeEdits(third, { references: [reference("distal", 1, 3)] })
    const back = mergeEdits(moved, { automatic: [{ which: "distal", ...LATER }] })
    assert.equal([back.references, back.history.at(-1)!.replaced], [[], reference("distal", 1, 3)])
})

test.run()
