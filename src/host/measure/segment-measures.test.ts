// Lesion, references, stenosis and volumes of pullbacks with known areas, and what is refused.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type Edits, NO_EDITS } from "./edits"
import type { FrameFlag, FrameMeasures } from "./frame-measures"
import { measureSegment, type PullbackMode, type SegmentMeasures } from "./segment-measures"

type Area = (mm: number) => number

interface Pulled {
    readonly lengthMm?: number
    readonly frames?: number
    readonly mode?: PullbackMode
    readonly edits?: Edits
    /** Vessel (EEM) area. */
    readonly vessel?: (mm: number) => number | undefined
    /** Shortest diameter; the longest one is 1 mm. */
    readonly shortestMm?: (mm: number) => number
    readonly flags?: (mm: number) => FrameFlag[]
    readonly timeMs?: (mm: number) => number
}

const NAME = { by: "A. Smith", date: "2026-11-30T10:00:00Z" }

function frame(
    areaMm2: number,
    minDiameterMm: number,
    flags: FrameFlag[],
    vesselMm2: number | undefined
): FrameMeasures {
    return {
        lumen: {
            ...{ areaMm2, minDiameterMm, maxDiameterMm: 1, meanDiameterMm: 1, eccentricity: 0 },
            ...{ feretMinMm: 1, feretMaxMm: 1, centroidXMm: 0, centroidYMm: 0 },
        },
        vessel: vesselMm2 === undefined ? null : { areaMm2: vesselMm2, arcSeenDeg: 360 },
        ...{ plaqueAreaMm2: null, plaqueBurdenPercent: null, calciumArcDeg: null },
        ...{ shadowArcDeg: 0, stent: null, heardFraction: 1, confidence: 1, flags },
    }
}

/** A pullback at 1 mm/s through a vessel of these areas. */
function pulled(area: Area, options: Pulled = {}): SegmentMeasures {
    const { lengthMm = 50, frames = 750, mode = "continuous", edits = NO_EDITS } = options
    const positionsMm = Array.from({ length: frames }, (_, i) => (lengthMm * i) / (frames - 1 || 1))
    return measureSegment({
        ...{ positionsMm, mode, edits },
        timesMs: positionsMm.map(options.timeMs ?? (mm => 1000 * mm)),
        measures: positionsMm.map(mm =>
            frame(
                ...([area(mm), options.shortestMm?.(mm) ?? 1] as const),
                ...([options.flags?.(mm) ?? [], options.vessel?.(mm)] as const)
            )
        ),
    })
}

/** 1 in the middle, with straight sides of 1 mm. */
const bump = (mm: number, centreMm: number, halfMm: number): number =>
    Math.max(0, Math.min(1, halfMm + 1 - Math.abs(mm - centreMm)))
/** 60 % narrower over 10 mm. Its edges, at 90 % of the reference, are 5 + 5/6 mm from its centre. */
const narrowed: Area = mm => 100 * (1 - 0.6 * bump(mm, 25, 5))

const reasons = ({ refused }: Pick<SegmentMeasures, "refused">): string[] =>
    refused.map(({ what, reason }) => `${what}: ${reason}`)

const test = suite("measures of a pullback")

test("a lesion between two normal stretches: stenosis, length, references beside it", () => {
    const { mla, lesion, referenceDistal, referenceProximal, ...m } = pulled(narrowed)
    assert.is(mla!.areaMm2, 40)
    // Within a step of 0.2 mm, over which areas are averaged.
    assert.ok(Math.abs(lesion!.lengthMm! - 2 * (5 + 5 / 6)) < 0.1, `${lesion!.lengthMm}`)
    assert.ok(Math.abs(m.areaStenosisPercent! - 60) < 0.1, `${m.areaStenosisPercent}`)
    assert.ok(Math.abs(m.taperedReferenceMm2! - 100) < 0.1)
    assert.ok(referenceDistal!.toMm < 19 && referenceDistal!.toMm > 9)
    assert.ok(referenceProximal!.fromMm > 31 && referenceProximal!.fromMm < 41)
    assert.equal([referenceDistal!.source, m.notes], ["automatic", []])
    assert.equal(reasons(m), [
        "wall volumes: the outer border of the vessel (EEM) is not visible in any frame",
    ])
})

test("finds the stenosis of any lesion within 3 percentage points, its length within 1 mm", () => {
    const between = (min: number, max: number): fc.Arbitrary<number> =>
        fc.double({ min, max, noNaN: true })
    fc.assert(
        fc.property(
            ...([between(0.25, 0.85), between(1, 9), between(16, 34)] as const),
            ...([between(-0.05, 0.05), fc.integer({ min: 1, max: 1e6 })] as const),
            (depth, half, centre, taper, seed) => {
                let state = seed
                // Areas of frames differ by up to 1 % from their truth.
                const noise = (): number =>
                    1 + 0.02 * ((state = (state * 16807) % 2147483647) / 2147483647 - 0.5)
                // A vessel that tapers by up to 5 %: the mean of the references is then off by 1 % at the ends of a lesion.
                const normal = (mm: number): number => 60 * (1 + (taper * (mm - 25)) / 50)
                const area = (mm: number): number =>
                    normal(mm) * (1 - depth * bump(mm, centre, half))
                const m = pulled(mm => area(mm) * noise())
                assert.ok(Math.abs(m.areaStenosisPercent! - 100 * depth) < 3)
                const truth = 2 * (half + 1 - 0.1 / depth)
                assert.ok(Math.abs(m.lesion!.lengthMm! - truth) < 1)
            }
        ),
        { seed: 1, numRuns: 60, endOnFailure: true }
    )
})

test("a taper is no lesion: straight in area or in radius, short or long, with noise", () => {
    let state = 1
    const noise = (): number =>
        1 + 0.04 * ((state = (state * 16807) % 2147483647) / 2147483647 - 0.5)
    for (const lengthMm of [6, 25, 50, 200])
        for (const area of [
            (mm: number) => 30 - (22 * mm) / lengthMm,
            (mm: number) => 8 + (22 * mm) / lengthMm,
            (mm: number) => Math.PI * (3.09 - (1.494 * mm) / lengthMm) ** 2,
        ]) {
            const m = pulled(mm => area(mm) * noise(), { lengthMm })
            assert.equal([m.areaStenosisPercent, m.lesion], [null, null])
            assert.match(reasons(m)[0]!, /^stenosis: no place is narrower .* taper/)
            assert.ok(m.mla!.areaMm2 < 8.2)
        }
})

test("every lesion is listed with its own references, and a reference on one of them is told", () => {
    // 69, 50 and 30 % of 100 mm²; edges at 90 % of it.
    const depths = [0.5, 0.69, 0.3]
    const three: Area = mm =>
        100 * (1 - depths.reduce((sum, depth, n) => sum + depth * bump(mm, 10 + 15 * n, 2), 0))
    const m = pulled(three)
    assert.is(m.lesions.length, 3)
    m.lesions.forEach(({ areaStenosisPercent, lengthMm, min }, n) => {
        assert.ok(Math.abs(areaStenosisPercent! - 100 * depths[n]!) < 0.5, `${areaStenosisPercent}`)
        assert.ok(Math.abs(lengthMm! - 2 * (3 - 0.1 / depths[n]!)) < 0.2, `${lengthMm}`)
        assert.ok(Math.abs(min.positionMm - (10 + 15 * n)) < 2.1)
    })
    assert.is(m.areaStenosisPercent, m.lesions[1]!.areaStenosisPercent)
    assert.match(m.notes.join(), /There are 3 lesions; stenosis and length are of that at 2[3-7]/)
    const onAnother = { which: "proximal", from_mm: 38.5, to_mm: 41.5, ...NAME } as const
    const moved = pulled(three, { edits: { ...NO_EDITS, references: [onAnother] } })
    assert.match(moved.notes.join(), /The proximal reference lies on the lesion at [34]\d.\d\d mm/)
    assert.is(pulled(narrowed).lesions.length, 1)
    assert.equal(pulled(() => 100).lesions, [])
})

test("tells how much flatter the lumen of the lesion is than that of its references", () => {
    const flattened = pulled(narrowed, { shortestMm: mm => 1 - 0.7 * bump(mm, 25, 5) })
    const { lesionRatio, referenceRatio } = flattened.flattening!
    assert.ok(Math.abs(lesionRatio - 0.3) < 1e-6, `${lesionRatio}`)
    assert.ok(Math.abs(referenceRatio - 1) < 1e-6, `${referenceRatio}`)
    assert.is(pulled(() => 100).flattening, null)
})

test("a side branch is no reference, flagged or not", () => {
    const withBranch: Area = mm => narrowed(mm) + 40 * bump(mm, 36, 0.9)
    assert.ok(Math.abs(pulled(withBranch).areaStenosisPercent! - 60) < 0.5)
    const wide: Area = mm => narrowed(mm) + 40 * bump(mm, 38, 3)
    const flags = (mm: number): FrameFlag[] => (Math.abs(mm - 38) < 4 ? ["branch"] : [])
    const m = pulled(wide, { flags })
    assert.ok(Math.abs(m.areaStenosisPercent! - 60) < 0.5, `${m.areaStenosisPercent}`)
    assert.ok(m.referenceProximal!.toMm < 34)
    const healthy = pulled(mm => 28 + 6 * bump(mm, 25, 1))
    assert.is(healthy.areaStenosisPercent, null)
})

test("a narrowing at the end of the pullback has no stenosis, and a smaller lumen is not overlooked", () => {
    const atEnd = pulled(mm => 100 * (1 - 0.6 * bump(mm, 50, 5)))
    assert.is(atEnd.areaStenosisPercent, null)
    const both = pulled(mm => 100 * (1 - 0.3 * bump(mm, 20, 3) - 0.8 * bump(mm, 50, 5)))
    assert.is(both.areaStenosisPercent, null)
    assert.match(reasons(both)[0]!, /narrowest lumen, 20.00 mm² at .*set references/)
})

test("references of a person count, one of them too", () => {
    const reference = { which: "distal", from_mm: 2, to_mm: 6, ...NAME } as const
    const edits = { ...NO_EDITS, references: [reference] }
    const m = pulled(mm => 100 * (1 - 0.6 * bump(mm, 50, 5)), { edits })
    assert.ok(Math.abs(m.areaStenosisPercent! - 60) < 0.1)
    assert.equal([m.referenceDistal!.source, m.referenceProximal], ["moved", null])
    assert.match(m.notes[0]!, /^There is no reference proximal to the narrowing/)
    const moved = pulled(mm => narrowed(mm) + (mm < 12 ? 20 : 0), { edits })
    assert.ok(Math.abs(moved.areaStenosisPercent! - 100 * (1 - 40 / 110)) < 0.2)
    assert.is(moved.referenceProximal!.source, "automatic")
})

test("volumes by Simpson, of lumen, vessel and plaque; remodelling", () => {
    // A cone: the rule is exact for a square.
    const cone = pulled(mm => Math.PI * (2 + 0.02 * mm) ** 2, { vessel: () => 50 })
    const truth = (Math.PI * (3 ** 3 - 2 ** 3)) / (3 * 0.02)
    // Frames are interpolated linearly; so are 750 of them here.
    assert.ok(Math.abs(cone.volumes!.lumenMm3 / truth - 1) < 1e-5)
    assert.ok(Math.abs(cone.volumes!.vesselMm3! - 2500) < 1e-6)
    assert.is(cone.volumes!.plaqueMm3, cone.volumes!.vesselMm3! - cone.volumes!.lumenMm3)
    const remodelled = pulled(narrowed, { vessel: mm => 120 * (1 + 0.2 * bump(mm, 25, 5)) })
    assert.ok(Math.abs(remodelled.remodellingIndex! - 1.2) < 1e-6)
    assert.is(pulled(narrowed).remodellingIndex, null)
})

test("volumes of lumen, vessel and plaque are over the same frames, and tell which", () => {
    // 20 less 10 mm² over each millimetre that is told. Frames are 50 / 749 mm apart.
    const seenIn = (isSeen: (mm: number) => boolean): SegmentMeasures =>
        pulled(() => 10, { vessel: mm => (isSeen(mm) ? 20 : undefined) })
    for (const [isSeen, fromMm, toMm, missing] of [
        [(mm: number) => mm < 49.1, 0, 49.1, 0],
        [(mm: number) => mm > 0.9, 0.9, 50, 0],
        [(mm: number) => mm > 0.9 && mm < 49.1 && !(mm > 20 && mm < 20.8), 0.9, 49.1, 12],
    ] as const) {
        const m = seenIn(isSeen)
        const v = m.volumes
        assert.ok(Math.abs(v!.fromMm - fromMm) < 0.07 && Math.abs(v!.toMm - toMm) < 0.07)
        const lengthMm = v!.toMm - v!.fromMm
        for (const [volume, areaMm2] of [
            [v!.lumenMm3, 10],
            [v!.vesselMm3!, 20],
            [v!.plaqueMm3!, 10],
        ] as const)
            assert.ok(Math.abs(volume - areaMm2 * lengthMm) < 1e-6, `${volume}`)
        assert.is(v!.framesUsed + v!.framesMissing, Math.round((lengthMm * 749) / 50) + 1)
        assert.is(v!.framesMissing, missing)
        assert.not.match(reasons(m).join("\n"), /volumes/)
    }
    for (const [isSeen, reason] of [
        [(mm: number) => mm < 48.5, /wall volumes: from 48.\d\d mm on, 1.5\d mm have no visible/],
        [(mm: number) => mm > 1.5, /wall volumes: from 0.00 mm on, 1.5\d mm have no visible/],
        [(mm: number) => mm < 20 || mm > 21.5, /wall volumes: from 19.\d\d mm on, 1.\d\d mm/],
        [(mm: number) => mm % 0.5 < 0.3, /wall volumes: only \d+ of 7\d\d frames .* 80 % are/],
    ] as const) {
        const m = seenIn(isSeen)
        assert.equal([m.volumes!.vesselMm3, m.volumes!.plaqueMm3], [null, null])
        assert.ok(Math.abs(m.volumes!.lumenMm3 - 500) < 1e-6)
        assert.match(reasons(m).join("\n"), reason)
    }
})

test("lengths and volumes are refused unless a motor pulled at one speed; areas are not", () => {
    for (const [mode, word] of [
        ["stepped", "stepped"],
        ["gated", "gated"],
    ] as const) {
        const m = pulled(narrowed, { mode })
        assert.equal([m.lesion!.lengthMm, m.volumes], [null, null])
        assert.ok(Math.abs(m.areaStenosisPercent! - 60) < 0.1)
        assert.match(reasons(m).join("\n"), new RegExp(`lengths: .*${word}`))
        assert.match(reasons(m).join("\n"), new RegExp(`volumes: .*${word}`))
    }
    const faster = pulled(narrowed, { timeMs: mm => 1000 * Math.min(mm, 10 + (mm - 10) / 2) })
    assert.match(reasons(faster)[0]!, /had 1.00 mm\/s and, from (9|10).\d mm on, .* mm\/s$/)
    const byHand = pulled(narrowed, { mode: "manual" })
    assert.equal([byHand.areaStenosisPercent, byHand.refused.length], [null, 4])
    assert.is(byHand.mla!.areaMm2, 40)
})

test("frames that show a part of the lumen, or little of it, are no minimum and no reference", () => {
    const flags = (mm: number): FrameFlag[] => (mm > 40 ? ["partly-seen"] : [])
    const m = pulled(mm => (mm > 40 ? 5 : narrowed(mm)), { flags })
    assert.is(m.mla!.areaMm2, 40)
    assert.match(m.notes[0]!, /^150 of 750 frames are left out here/)
    const gap = pulled(narrowed, { flags: mm => (mm > 20 && mm < 30 ? ["partly-seen"] : []) })
    assert.match(reasons(gap).join("\n"), /volumes: from (19|20).\d\d mm on, .* have no measured/)
    const none = pulled(narrowed, { flags: () => ["partly-seen"] })
    assert.equal([none.mla, none.refused.length], [null, 4])
})

test("a run of one frame, or of none, has no references: one reason", () => {
    for (const [frames, reason] of [
        [1, /only one frame/],
        [0, /one direction/],
    ] as const) {
        const m = pulled(narrowed, { frames })
        assert.is(m.areaStenosisPercent, null)
        for (const text of reasons(m)) assert.match(text, reason)
    }
})

test.run()
