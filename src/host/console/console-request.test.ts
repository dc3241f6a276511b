// Responsible for: requests of the page: each taken within its range and refused outside, whatever text comes.
// Not for: what is done with them (live-view.test.ts).

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { REQUEST_MAX_BYTES, parseConsoleRequest } from "./console-request"
import { testView, frameOf } from "./testing/test-view"

const asks = suite("requests of the page")

const RANGES = [
    ["gain", -60, 60],
    ["dynamic-range", 10, 72],
    ["depth", 0, 100],
] as const

for (const [ask, min, max] of RANGES)
    asks(`${ask}: numbers within the range and no others`, () => {
        fc.assert(
            fc.property(fc.double({ min, max, noNaN: true }), value => {
                assert.equal(parseConsoleRequest(JSON.stringify({ ask, value })).ask, {
                    ask,
                    // JSON knows no minus zero.
                    value: value === 0 ? 0 : value,
                })
            })
        )
        for (const value of [min - 0.001, max + 0.001, 1e308, "1", null, [1], {}, true, undefined])
            assert.match(
                parseConsoleRequest(JSON.stringify({ ask, value })).refusal!,
                new RegExp(`${ask} is .*; ${min} to ${max} .* are allowed`)
            )
    })

asks("switches are true or false, frames whole numbers", () => {
    for (const ask of ["freeze", "subtract", "transmit"]) {
        assert.equal(parseConsoleRequest(`{"ask":"${ask}","value":true}`).ask, { ask, value: true })
        assert.match(parseConsoleRequest(`{"ask":"${ask}","value":1}`).refusal!, /true or false/)
    }
    assert.equal(parseConsoleRequest('{"ask":"capture","value":7}').ask, { ask: "capture" })
    assert.equal(parseConsoleRequest('{"ask":"frame","value":0}').ask, { ask: "frame", value: 0 })
    for (const value of ["-1", "0.5", "1e99", '"3"'])
        assert.ok(parseConsoleRequest(`{"ask":"frame","value":${value}}`).refusal)
})

asks("names that every object has are no requests", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"])
        assert.match(parseConsoleRequest(`{"ask":"${name}"}`).refusal!, /gain, .* are allowed/)
})

asks("a long text is refused unread", () => {
    const text = JSON.stringify({ ask: "capture", x: "ä".repeat(REQUEST_MAX_BYTES) })
    assert.match(parseConsoleRequest(text).refusal!, /longer than 256 bytes/)
})

/** Anything at all, and what looks like a request more often than chance would have it. */
const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
        .record({
            ask: fc.constantFrom(
                ...["gain", "dynamic-range", "depth", "freeze", "subtract"],
                ...["transmit", "capture", "frame", "other", 7]
            ),
            value: fc.oneof(fc.double(), fc.boolean(), fc.anything()),
        })
        .map(one => JSON.stringify(one) ?? "")
)

asks("whatever comes is a request or a sentence, and the view lives through it", () => {
    const { view, describe, take } = testView()
    describe()
    let frames = 0
    fc.assert(
        fc.property(anything, text => {
            const { ask, refusal } = parseConsoleRequest(text)
            assert.is((ask === undefined) !== (refusal === undefined), true)
            if (refusal) assert.match(refusal, /^The request was not taken.*\.$/s)
            if (ask) view.ask(ask)
            take(frameOf(frames++, 100))
            const { display } = view.told()
            assert.ok(display.gainDb >= -60 && display.gainDb <= 60)
            assert.ok(display.dynamicRangeDb >= 10 && display.dynamicRangeDb <= 72)
            assert.ok(display.depthMm! >= 1.3 - 1e-3 && display.depthMm! <= 3.2 + 1e-3)
            JSON.stringify(view.told())
        }),
        { numRuns: 500 }
    )
    // What was left of it can still be drawn.
    for (const picture of view.pictures()) assert.is(picture.make().image.widthPx, 512)
})

asks.run()
