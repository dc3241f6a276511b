// Tests TGC points: conversion to 32 gains, messages for invalid points, drawing. Gains are whole hundredths of a dB, so the
// tolerance of a comparison is half of one.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { allCatheters, CATHETER_IDS } from "../../shared/acquisition/catheter-list"
import { catheterOf, SOUND_SPEED_MM_S } from "../../shared/acquisition/catheters"
import { roundTripNs } from "../../shared/acquisition/sequence-budget"
import { TGC_POINTS, tgcOf, tgcStepNs, tgcTopCdb } from "../../shared/acquisition/tgc"
import { checkCatheter } from "./catheter-schema"
import { specOf, tgcOfSpec } from "./catheter-spec"
import { invalidFieldText } from "./check"
import { drawing } from "./drawing"
import { planSequence } from "./sequence-plan"
import { checkTgcPoints, pointsOfCurve, tgcCurve, type TgcPoint, tgcPicture } from "./tgc"

const test = suite("TGC points")

const ARRAY = catheterOf("array-20mhz")!
const HALF = 0.5 + 1e-9
const depthOf = (i: number, stepNs: number): number => (i * stepNs * SOUND_SPEED_MM_S) / 2e9

/** Points that are right: rising depths in thousandths of a mm, gains in hundredths of a dB. */
const anyPoints = fc
    .uniqueArray(fc.nat(15_000), { minLength: 1, maxLength: 12 })
    .chain(depths =>
        fc.tuple(
            fc.constant(depths.sort((a, b) => a - b)),
            fc.array(fc.nat(4995), {
                minLength: depths.length,
                maxLength: depths.length,
            })
        )
    )
    .map(([depths, gains]) => depths.map((um, i): TgcPoint => [um / 1000, gains[i]! / 100]))
const anyCatheter = fc.constantFrom(...CATHETER_IDS).map(id => catheterOf(id)!)

test("31 steps are the round trip to the depth, within half a ns per step", () => {
    for (const catheter of allCatheters()) {
        const wholeNs = (TGC_POINTS - 1) * tgcStepNs(catheter)
        assert.ok(Math.abs(wholeNs - roundTripNs(catheter)) <= 31 / 2 + 1, catheter.id)
    }
})

test("any points give 32 integer gains within their range, each interpolated linearly", () => {
    fc.assert(
        fc.property(anyPoints, anyCatheter, (points, catheter) => {
            const curve = tgcCurve(points, catheter)
            assert.is(curve.length, TGC_POINTS)
            const gains = points.map(([, db]) => Math.round(100 * db))
            const stepNs = tgcStepNs(catheter)
            for (const [i, cdb] of curve.entries()) {
                assert.ok(Number.isInteger(cdb))
                assert.ok(cdb >= Math.min(...gains) && cdb <= Math.max(...gains))
                // Interpolated from the other end than in the code.
                const mm = depthOf(i, stepNs)
                const right = points.find(([at]) => at >= mm)
                const left = [...points].reverse().find(([at]) => at <= mm)
                const exact = !right
                    ? left![1]
                    : !left || right === left
                      ? right[1]
                      : right[1] - ((right[1] - left[1]) * (right[0] - mm)) / (right[0] - left[0])
                assert.ok(Math.abs(cdb - 100 * exact) <= HALF + 1e-6, `point ${i}`)
            }
        }),
        { seed: 11, numRuns: 500 }
    )
})

test("rising points give a rising curve, and additional points on the line change nothing", () => {
    fc.assert(
        fc.property(
            anyPoints,
            anyCatheter,
            fc.double({ min: 0.1, max: 0.9, noNaN: true }),
            (points, catheter, share) => {
                const gains = points.map(([, db]) => db).sort((a, b) => a - b)
                const rising = points.map(([mm], i): TgcPoint => [mm, gains[i]!])
                const curve = tgcCurve(rising, catheter)
                for (let i = 1; i < TGC_POINTS; i++) assert.ok(curve[i]! >= curve[i - 1]!)
                const more = rising.flatMap(([mm, db], i): TgcPoint[] => {
                    const next = rising[i + 1]
                    const own: TgcPoint = [mm, db]
                    return next
                        ? [own, [mm + share * (next[0] - mm), db + share * (next[1] - db)]]
                        : [own]
                })
                for (const [i, cdb] of tgcCurve(more, catheter).entries())
                    assert.ok(Math.abs(cdb - curve[i]!) <= 1, `point ${i}`)
            }
        ),
        { seed: 12, numRuns: 300 }
    )
})

test("the two ends of a catheter's own TGC give its own curve", () => {
    for (const catheter of allCatheters()) {
        const { tgc_start_cdb, tgc_slope_cdb_per_mm } = catheter
        const at = (mm: number): TgcPoint => [mm, (tgc_start_cdb + tgc_slope_cdb_per_mm * mm) / 100]
        const given = tgcCurve([at(0), at(catheter.depth_um / 1000 + 1)], catheter)
        for (const [i, cdb] of tgcOf(catheter).entries())
            assert.ok(Math.abs(given[i]! - cdb) <= 1, `${catheter.id} ${i}`)
    }
})

test("the 32 points of a curve give the same curve", () => {
    fc.assert(
        fc.property(
            fc.array(fc.nat(4995), { minLength: TGC_POINTS, maxLength: TGC_POINTS }),
            anyCatheter,
            (curve, catheter) => {
                const points = pointsOfCurve(curve, tgcStepNs(catheter))
                assert.is(checkTgcPoints(points, tgcTopCdb(catheter)), undefined)
                assert.equal(tgcCurve(points, catheter), curve)
            }
        ),
        { seed: 13, numRuns: 200 }
    )
})

test("known answers: before the first point, at a jump, after the last; a single point is a constant gain", () => {
    // Points are 0.322630 mm apart: number 6 at 1.936, 7 at 2.258, 31 at 10.0015.
    const curve = tgcCurve(
        [
            [1, 3],
            [2, 3],
            [2.1, 25],
            [6, 25],
        ],
        ARRAY
    )
    assert.equal(curve.slice(0, 7), Array(7).fill(300))
    assert.equal(curve.slice(7), Array(25).fill(2500))
    assert.equal(tgcCurve([[5, 12.34]], ARRAY), Array(32).fill(1234))
    // Number 3 is at 0.967890 mm: 9.6789 dB.
    assert.is(
        tgcCurve(
            [
                [0, 0],
                [10, 100],
            ],
            ARRAY
        )[3],
        968
    )
})

/** What is given, and the sentence. */
const WRONG: [unknown, RegExp][] = [
    [undefined, /^the curve is missing; allowed: one point or more, each \[mm, dB\]$/],
    ["0:0", /^the curve is "0:0"/],
    [{}, /^the curve is \{\}/],
    [[], /^the curve is \[\]/],
    [[[0, 0], 7], /^point 2 is 7; allowed: a depth in mm and a gain in dB$/],
    [[[0, 0], "x"], /^point 2 is "x"/],
    [[[0]], /^point 1 is \[0\]/],
    [[[0, 1, 2]], /^point 1 is \[0,1,2\]/],
    [[[-0.1, 0]], /^the depth of point 1 is -0\.1; allowed: 0 to 60 mm$/],
    [
        [
            [0, 0],
            [60.1, 0],
        ],
        /^the depth of point 2 is 60\.1; allowed: 0 to 60 mm$/,
    ],
    [[[NaN, 0]], /^the depth of point 1 is NaN/],
    [[["1", 0]], /^the depth of point 1 is "1"/],
    [
        [
            [0, 0],
            [5, 1],
            [5, 2],
        ],
        /^the depth of point 3 is 5; allowed: above 5 mm, that of point 2$/,
    ],
    [
        [
            [0, 0],
            [5, 1],
            [4, 2],
        ],
        /^the depth of point 3 is 4; allowed: above 5 mm, that of point 2$/,
    ],
    [[[0, -1]], /^the gain of point 1 is -1; allowed: 0 to 100 dB$/],
    [
        [
            [0, 0],
            [1, 100.01],
        ],
        /^the gain of point 2 is 100\.01; allowed: 0 to 100 dB$/,
    ],
    [[[0, null]], /^the gain of point 1 is null/],
    [[[0, Infinity]], /^the gain of point 1 is Infinity/],
]

for (const [points, sentence] of WRONG)
    test(`${JSON.stringify(points)} is refused with its value and its limit`, () => {
        const wrong = checkTgcPoints(points, 10_000)
        assert.match(invalidFieldText(wrong!), sentence)
    })

test("any input is refused or gives a curve within the limits of the front end", () => {
    fc.assert(
        fc.property(
            fc.oneof(fc.anything(), fc.array(fc.tuple(fc.double(), fc.double())), anyPoints),
            anyCatheter,
            (any, catheter) => {
                const top = tgcTopCdb(catheter)
                const wrong = checkTgcPoints(any, top)
                if (wrong) assert.ok(invalidFieldText(wrong).length > 10)
                else
                    for (const cdb of tgcCurve(any as TgcPoint[], catheter))
                        assert.ok(Number.isInteger(cdb) && cdb >= 0 && cdb <= top)
            }
        ),
        { seed: 14, numRuns: 1000 }
    )
})

test("a spec with points is checked for its front end, drawn and loaded", () => {
    const tgc_points: TgcPoint[] = [
        [0, 2],
        [5, 2],
        [5.1, 49.95],
    ]
    for (const id of CATHETER_IDS) {
        const spec = { ...specOf(id)!, tgc_points }
        assert.is(checkCatheter(spec), undefined, id)
        const high = { ...spec, tgc_points: [[0, 49.96]] }
        const wrong = checkCatheter(high)
        assert.is(
            wrong?.field,
            id === "single-un0rick" ? "tgc_points: the gain of point 1" : undefined
        )
        const plan = planSequence({ spec, frameRateMhz: 10_000 })
        assert.equal(plan.sequence.tgc.gainsCdb, tgcCurve(tgc_points, spec))
        assert.equal(tgcOfSpec(spec), tgcCurve(tgc_points, spec))
        const own = planSequence({ spec: specOf(id)!, frameRateMhz: 10_000 })
        assert.is.not(plan.sequenceCrc, own.sequenceCrc)
        assert.is(plan.tableCrc, own.tableCrc)
        assert.match(drawing(plan), / as given\n/)
        assert.match(drawing(own), / a straight line\n/)
        // Requested points replace those of the spec.
        const requested = planSequence({ spec, frameRateMhz: 10_000, tgcPoints: [[0, 7]] })
        assert.equal(requested.sequence.tgc.gainsCdb, Array(32).fill(700))
    }
    for (const points of [null, [], [[0]], 5])
        assert.match(
            checkCatheter({ ...specOf("array-20mhz"), tgc_points: points })?.field ?? "",
            /^tgc_points: /
        )
})

test("draws one column per depth, the gain as height, a jump as a vertical line", () => {
    const stepNs = tgcStepNs(ARRAY)
    const curve = Array.from({ length: TGC_POINTS }, (_, i) => (i < 16 ? 0 : 800))
    const [title, ...rows] = tgcPicture(curve, stepNs, ARRAY.depth_um)
    assert.match(title!, /dB/)
    assert.match(rows[0]!, /^ {5}8\.0 \| {32,33}\*{31,32}$/)
    assert.match(rows[4]!, /^ {5}4\.0 \| {31,33}[|*]$/)
    assert.match(rows[8]!, /^ {5}0\.0 \|\*{31,32}$/)
    assert.match(rows.at(-1)!, /0 {57,}10 mm$/)
    // Each column has a mark for any curve.
    fc.assert(
        fc.property(fc.array(fc.nat(10_000), { minLength: 32, maxLength: 32 }), gains => {
            const lines = tgcPicture(gains, stepNs, ARRAY.depth_um).slice(1, 10)
            for (let x = 10; x < 74; x++) assert.is(lines.filter(l => l[x] === "*").length, 1)
        }),
        { seed: 15, numRuns: 200 }
    )
})

test.run()
