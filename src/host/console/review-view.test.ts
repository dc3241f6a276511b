// Responsible for: the review of a pullback: frames chosen, settings, longitudinal view, figures, and what is refused.
// Not for: the way to the page (console-server.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Display } from "./display"
import { ReviewView } from "./review-view"
import { FRAMES, testResults } from "./testing/test-results"

const test = suite("the review")

function reviewed() {
    const now = { ms: 0 }
    const view = new ReviewView({
        ...{ target: "test board", results: testResults() },
        ...{ insecure: false, clean: true, summary: ["all well"] },
        ...{ display: new Display(), nowMs: () => now.ms },
    })
    const version = (name: string): number => view.pictures().find(p => p.name === name)!.version
    return { view, now, version }
}

test("tells once where each frame lies and what was measured in it", () => {
    const { rows, lengthMm } = reviewed().view.opening
    assert.is(lengthMm, 10)
    assert.is(rows.length, FRAMES)
    const [positionMm, timeMs, areaMm2, minMm, maxMm] = rows[20]!
    assert.equal([positionMm, timeMs], [5, 666.66])
    // A circle of 1.7 mm as a polygon of 64.
    assert.ok(Math.abs(areaMm2! - Math.PI * 1.7 ** 2) < 0.02, `${areaMm2}`)
    assert.ok(Math.abs(minMm! - 3.4) < 0.01 && Math.abs(maxMm! - 3.4) < 0.01)
})

test("a frame that is chosen is shown, with its place, border and R wave; one that is not there is refused", () => {
    const { view, version } = reviewed()
    const [section, long] = [version("cross-section"), version("longitudinal")]
    assert.is(view.ask({ ask: "frame", value: 5 }), undefined)
    assert.is.not(version("cross-section"), section)
    assert.is(version("longitudinal"), long)
    const { image, about } = view.pictures()[0]!.make()
    const { borderMm, ...rest } = about as { borderMm: number[] }
    assert.equal(rest, {
        ...{ frame: 5, timeMs: 166.665, positionMm: 1.25 },
        ...{ linesMissing: 0, triggersDeg: [90], oneWay: false },
    })
    assert.is(borderMm.length, 64)
    assert.ok(Math.abs(borderMm[0]! - 2.3) < 0.001)
    assert.is(image.widthPx, 512)
    assert.match(view.ask({ ask: "frame", value: FRAMES })!, /no frame 40; 0 to 39/)
    assert.is(view.told().frame, 5)
})

test("the longitudinal view is made anew when settings have come to rest", () => {
    const { view, now, version } = reviewed()
    const [section, long] = [version("cross-section"), version("longitudinal")]
    now.ms = 1000
    view.ask({ ask: "gain", value: 10 })
    assert.is.not(version("cross-section"), section)
    assert.is(version("longitudinal"), long)
    now.ms = 1251
    assert.is.not(version("longitudinal"), long)
    const { image } = view.pictures()[1]!.make()
    // 10 mm at 20 px/mm, 3.2 mm to either side.
    assert.equal([image.widthPx, image.heightPx], [200, 128])
    view.ask({ ask: "depth", value: 2 })
    now.ms = 2000
    assert.is(view.pictures()[1]!.make().image.heightPx, 80)
})

test("a catheter that looks one way: lines side by side, no measures, depth along the pullback", () => {
    const view = new ReviewView({
        ...{ target: "test board", insecure: false, clean: true },
        results: { ...testResults(), oneWay: true, borders: [], measures: [] },
        ...{ summary: [], display: new Display(), nowMs: () => 0 },
    })
    assert.is(view.told().measures, null)
    assert.equal(view.opening.rows[4]!.slice(2), [null, null, null])
    const [section, long] = view.pictures().map(p => p.make())
    // 64 lines of 8 px, 64 samples.
    assert.equal([section!.image.widthPx, section!.image.heightPx], [512, 64])
    assert.is((section!.about as { oneWay: boolean }).oneWay, true)
    assert.equal([long!.image.widthPx, long!.image.heightPx], [200, 64])
})

test("what belongs to a live picture is refused", () => {
    const { view } = reviewed()
    for (const ask of [
        { ask: "freeze", value: true },
        { ask: "subtract", value: true },
        { ask: "transmit", value: true },
        { ask: "capture" },
    ] as const)
        assert.match(view.ask(ask)!, /the pullback is over/)
    assert.match(view.ask({ ask: "depth", value: 50 })!, /1.30 to 3.20 mm/)
})

test.run()
