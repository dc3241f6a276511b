// The review view: chosen frame, settings, longitudinal view, measurements and refusals.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Display } from "./display"
import type { ReviewedRun } from "./review-headline"
import { ReviewView } from "./review-view"
import { FRAMES, testResults } from "./testing/test-results"
import { SMALL } from "./testing/test-view"

const test = suite("review view")

const RUN: ReviewedRun = {
    ...{ where: "runs/first", date: "2026-11-30T10:39:17.000+01:00", replayOf: "first" },
    site: { label: "second try", vessel: "LAD", side: "left", segment: null },
}

function testReview() {
    const now = { ms: 0 }
    const view = new ReviewView({
        ...{ run: RUN, verdict: "complete", results: testResults() },
        ...{ insecure: false, clean: true, summary: ["summary row"] },
        ...{ display: new Display(), nowMs: () => now.ms },
    })
    const version = (name: string): number => view.pictures().find(p => p.name === name)!.version
    return { view, now, version }
}

test("says which run it is and how it ended", () => {
    assert.equal(testReview().view.state().headline, {
        title: "second try",
        facts: [
            ...["second try", "LAD, left", "2026-11-30 10:39:17", SMALL.catheter],
            ...["runs/first", "replay of first"],
        ],
        verdict: "complete",
    })
})

test("sends position and measurements of each frame once", () => {
    const { rows, lengthMm } = testReview().view.opening
    assert.is(lengthMm, 10)
    assert.is(rows.length, FRAMES)
    const [positionMm, timeMs, areaMm2, minMm, maxMm] = rows[20]!
    assert.equal([positionMm, timeMs], [5, 666.66])
    // A circle of 1.7 mm as a polygon of 64.
    assert.ok(Math.abs(areaMm2! - Math.PI * 1.7 ** 2) < 0.02, `${areaMm2}`)
    assert.ok(Math.abs(minMm! - 3.4) < 0.01 && Math.abs(maxMm! - 3.4) < 0.01)
})

test("shows the chosen frame with its position, border and R wave, and refuses a frame that does not exist", () => {
    const { view, version } = testReview()
    const [section, long] = [version("cross-section"), version("longitudinal")]
    assert.is(view.handle({ kind: "frame", value: 5 }), undefined)
    assert.is.not(version("cross-section"), section)
    assert.is(version("longitudinal"), long)
    const { image, metadata } = view.pictures()[0]!.render()
    const { borderMm, ...rest } = metadata as { borderMm: number[] }
    assert.equal(rest, {
        ...{ frame: 5, timeMs: 166.665, positionMm: 1.25 },
        ...{ linesMissing: 0, triggersDeg: [90], fixedDirection: false },
    })
    assert.is(borderMm.length, 64)
    assert.ok(Math.abs(borderMm[0]! - 2.3) < 0.001)
    assert.is(image.widthPx, 512)
    assert.match(view.handle({ kind: "frame", value: FRAMES })!, /no frame 40; choose 0 to 39/)
    assert.is(view.state().frame, 5)
})

test("renders the longitudinal view again 250 ms after the last change of a setting", () => {
    const { view, now, version } = testReview()
    const [section, long] = [version("cross-section"), version("longitudinal")]
    now.ms = 1000
    view.handle({ kind: "gain", value: 10 })
    assert.is.not(version("cross-section"), section)
    assert.is(version("longitudinal"), long)
    now.ms = 1251
    assert.is.not(version("longitudinal"), long)
    const { image } = view.pictures()[1]!.render()
    // 10 mm at 20 px/mm, 3.2 mm to either side.
    assert.equal([image.widthPx, image.heightPx], [200, 128])
    view.handle({ kind: "depth", value: 2 })
    now.ms = 2000
    assert.is(view.pictures()[1]!.render().image.heightPx, 80)
})

test("draws A-lines of a fixed-direction catheter side by side, without measurements", () => {
    const view = new ReviewView({
        ...{ run: RUN, verdict: null, insecure: false, clean: true },
        results: { ...testResults(), fixedDirection: true, borders: [], measures: [] },
        ...{ summary: [], display: new Display(), nowMs: () => 0 },
    })
    assert.is(view.state().measures, null)
    assert.equal(view.opening.rows[4]!.slice(2), [null, null, null])
    const [section, long] = view.pictures().map(p => p.render())
    // 64 lines of 8 px, 64 samples.
    assert.equal([section!.image.widthPx, section!.image.heightPx], [512, 64])
    assert.is((section!.metadata as { fixedDirection: boolean }).fixedDirection, true)
    assert.equal([long!.image.widthPx, long!.image.heightPx], [200, 64])
})

test("refuses requests for a live picture", () => {
    const { view } = testReview()
    for (const request of [
        { kind: "freeze", value: true },
        { kind: "subtract", value: true },
        { kind: "transmit", value: true },
        { kind: "capture" },
    ] as const)
        assert.match(view.handle(request)!, /this is a review/)
    assert.match(view.handle({ kind: "depth", value: 50 })!, /1.30 to 3.20 mm/)
})

test.run()
