// Two pullbacks through one vessel of known areas: shift, differences, and what is not compared.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { RunError } from "../errors"
import type { FrameFlag } from "../measure/frame-measures"
import { aboutNothing } from "../runs/run-about"
import { bareRecord, type RunRecord } from "../runs/run-record"
import type { ComparedFrame, ComparedRun } from "./compared-run"
import { compareRuns } from "./compare-runs"
import { comparisonPage } from "./comparison-page"
import { comparisonCsv, comparisonText } from "./comparison-text"

/** A vein of 60 to 80 mm² with a narrow place of 30 mm² at 25 mm. */
const veinMm2 = (mm: number): number =>
    70 +
    7 * Math.sin(mm / 3.1) +
    3 * Math.sin(mm / 1.3 + 1) -
    40 * Math.exp(-(((mm - 25) / 2) ** 2))

/** The same after a treatment: the narrow place is open, and all of it is 3 % wider. */
const openedMm2 = (mm: number): number =>
    1.03 * (veinMm2(mm) + 32 * Math.exp(-(((mm - 25) / 2) ** 2)))

interface Made {
    readonly name?: string
    readonly fromMm?: number
    readonly lengthMm?: number
    readonly stepMm?: number
    readonly areaMm2?: (mm: number) => number
    readonly flags?: (mm: number) => FrameFlag[]
    readonly record?: Partial<RunRecord>
    readonly frame?: Partial<ComparedFrame>
}

/** A run that began at `fromMm` of the vessel, which is its 0. */
function run(made: Made = {}): ComparedRun {
    const { name = "run", fromMm = 0, lengthMm = 40, stepMm = 1 / 30, areaMm2 = veinMm2 } = made
    const parts = { about: aboutNothing(0, "virtual board"), hello: undefined, files: [] }
    const basics = { verdict: "complete" as const, verdictReason: null, catheter: "array-20mhz" }
    const record = { ...bareRecord(basics, parts), ...made.record }
    const count = Math.floor(lengthMm / stepMm) + 1
    const frames = Array.from({ length: count }, (_, frame): ComparedFrame => {
        const area = areaMm2(fromMm + frame * stepMm)
        return {
            ...{ frame, positionMm: frame * stepMm, areaMm2: area },
            ...{ minDiameterMm: 2 * Math.sqrt(area / Math.PI), maxDiameterMm: null },
            ...{
                vesselAreaMm2: null,
                plaqueBurdenPercent: null,
                stentAreaMm2: null,
                confidence: 1,
            },
            flags: made.flags?.(fromMm + frame * stepMm) ?? [],
            ...made.frame,
        }
    })
    return { name, record, catheter: undefined, frames }
}

const figureOf = (comparison: ReturnType<typeof compareRuns>, name: string) =>
    comparison.figures.find(one => one.name === name)!

const test = suite("compare")

test("finds the shift of two pullbacks within a step of 0.1 mm", () => {
    fc.assert(
        fc.property(fc.double({ min: -12, max: 12, noNaN: true }), fc.boolean(), (from, opened) => {
            const second = run({ fromMm: 12 + from, areaMm2: opened ? openedMm2 : veinMm2 })
            const { alignment } = compareRuns([run({ fromMm: 12 }), second])
            assert.is(alignment.by, "anatomy")
            assert.ok(
                Math.abs(alignment.shiftMm - from) <= 0.1,
                `${alignment.shiftMm} ${alignment.by} for ${from}`
            )
        }),
        { seed: 1, numRuns: 8 }
    )
})

test("tells the gain of an opened place, and the volume of what is in common", () => {
    const volumes = { from_mm: 0, to_mm: 1, lumen_mm3: 1, vessel_mm3: null, plaque_mm3: null }
    const measured = { measurements: { volumes: { ...volumes, method: "Simpson" } } }
    const record = measured as unknown as Partial<RunRecord>
    const comparison = compareRuns([
        run({ record }),
        run({ record, fromMm: 3, areaMm2: openedMm2 }),
    ])
    const gain = figureOf(comparison, "lumen area at the first run's narrowest place")
    const { positionMm } = comparison.places.reduce((a, b) =>
        b.areasMm2[0]! < a.areasMm2[0]! ? b : a
    )
    // A shift that is off by 0.05 mm changes an area by 1 mm² at most: slope of 20 mm² a mm.
    assert.ok(Math.abs(gain.difference! - (openedMm2(positionMm) - veinMm2(positionMm))) < 1)
    const [from, to] = [comparison.places[0]!.positionMm, comparison.places.at(-1)!.positionMm]
    let sum = 0
    for (let mm = from; mm < to; mm += 0.001) sum += 0.001 * veinMm2(mm)
    const [first] = figureOf(comparison, "lumen volume").values
    // Simpson's rule over 37 mm of a smooth vein: 0.1 %.
    assert.ok(Math.abs(first! / sum - 1) < 1e-3)
    assert.equal(
        comparison.refused.map(({ what }) => what),
        ["vessel (EEM) and plaque", "stent"]
    )
})

test("side branches align a vessel of even areas, and areas that show nothing are said", () => {
    const even = { areaMm2: () => 50 }
    const plain = compareRuns([run(even), run(even)])
    assert.equal([plain.alignment.by, plain.alignment.shiftMm], ["position", 0])
    assert.ok(plain.notes.some(note => note.includes("do not show how far")))
    const given = compareRuns([run(even), run(even)], 2.5)
    assert.equal([given.alignment.by, given.alignment.shiftMm], ["given", 2.5])
    const flags = (mm: number): FrameFlag[] =>
        (mm > 9 && mm < 11) || (mm > 20 && mm < 21) ? ["branch"] : []
    const { alignment } = compareRuns([run({ ...even, flags }), run({ ...even, flags, fromMm: 4 })])
    assert.is(alignment.by, "anatomy")
    assert.ok(Math.abs(alignment.shiftMm - 4) <= 0.1, String(alignment.shiftMm))
})

test("says how the sizes of two vessels differ, whatever their shapes", () => {
    const of = (factor: number): readonly [ComparedRun, ComparedRun] => [
        run({ areaMm2: mm => veinMm2(mm) / 35 }),
        run({ areaMm2: mm => (factor * veinMm2(mm)) / 35 }),
    ]
    for (const [factor, percent, note] of [
        // 2 and 250 mm²
        [125, 12_400, /areas of run 2 are 125 times larger.*hardly.*same vessel/],
        [1 / 125, -99.2, /areas of run 2 are 125 times smaller/],
    ] as const) {
        const runs = of(factor)
        const comparison = compareRuns(runs)
        assert.equal([comparison.alignment.by, comparison.alignment.shiftMm], ["position", 0])
        assert.is(comparison.alignment.medianPercent, percent)
        const text = comparisonText(comparison, runs)
        assert.match(text, note)
        assert.match(text, new RegExp(`differ by .${Math.abs(percent).toFixed(1)} % \\(median\\)`))
    }
    // A vessel that is half as wide again is the same one.
    const alike = compareRuns(of(1.5))
    assert.equal([alike.alignment.by, alike.alignment.medianPercent], ["anatomy", 50])
    assert.not.match(alike.notes.join(), /hardly/)
})

test("runs that were made from one capture are said to be", () => {
    const [one, other] = [
        { ...run(), capture: "1" },
        { ...run(), capture: "2" },
    ]
    assert.match(compareRuns([one, one]).notes.join(), /the same capture/)
    assert.not.match(compareRuns([one, other]).notes.join(), /the same capture/)
})

test("a lumen that is only partly seen is not compared", () => {
    const flags = (mm: number): FrameFlag[] => (mm > 24 && mm < 26 ? ["partly-seen"] : [])
    const comparison = compareRuns([run(), run({ flags })])
    const there = comparison.places.filter(p => p.positionMm > 24.1 && p.positionMm < 25.9)
    assert.ok(there.every(p => p.differenceMm2 === null && p.areasMm2[1] === null))
    assert.ok(figureOf(comparison, "minimum lumen area").values[1]! > 31)
    assert.match(comparisonCsv(comparison), /,,,.*,partly-seen\n/)
})

test("refuses what different catheters do not show alike, and says it", () => {
    const record = { catheter: "rotational-40mhz" }
    const comparison = compareRuns([
        run({ frame: { vesselAreaMm2: 90, stentAreaMm2: 20 } }),
        run({ record, frame: { vesselAreaMm2: 80, stentAreaMm2: 25 } }),
    ])
    const [wall] = comparison.refused
    assert.match(wall!.reason, /the catheters differ \(array-20mhz and rotational-40mhz\)/)
    assert.is(figureOf(comparison, "mean vessel (EEM) area"), undefined)
    assert.is(figureOf(comparison, "minimum stent area").difference, 5)
    assert.match(comparisonText(comparison, [run(), run()]), /Not compared: vessel/)
})

test("runs without a place in common are refused with one sentence", () => {
    const cases: [ComparedRun, ComparedRun, number?][] = [
        [run(), run(), 100],
        [run({ lengthMm: 10 }), run({ lengthMm: 10 }), 9],
        [run({ flags: () => ["partly-seen"] }), run()],
        [run({ frame: { areaMm2: null } }), run()],
    ]
    for (const [first, second, shift] of cases)
        assert.throws(
            () => compareRuns([first, second], shift),
            (error: Error) =>
                error instanceof RunError && /^[A-Z][^.]*[;][^.]*\.$/.test(error.message)
        )
})

test("the page holds both runs, escapes their texts, and loads nothing", () => {
    const record = { patient: { id: null, name: "<b>&" } }
    const runs = [run({ name: "a" }), run({ name: "b", record, areaMm2: openedMm2 })] as const
    const page = comparisonPage(compareRuns(runs), runs, {
        strips: [null, { href: "data:image/png;base64,AA==", fromMm: 0, toMm: 40 }],
        crossSection: which => (which === 0 ? "data:image/png;base64,AA==" : undefined),
    })
    assert.match(page, /&lt;b&gt;&amp;/)
    assert.not.match(page, /<script|https?:|NaN|undefined/)
    assert.match(page, /not for clinical use/)
    assert.is(page.match(/no picture/g)!.length, 1 + 3)
})

test.run()
