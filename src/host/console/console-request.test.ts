// Requests of the page: values inside and outside their ranges, and arbitrary text.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { parseConsoleRequest, REQUEST_MAX_BYTES } from "./console-request"
import { frameOf, testView } from "./testing/test-view"

const test = suite("console requests")

test("switches accept booleans only, drawn accepts whole numbers from 0 only", () => {
    for (const kind of ["subtract", "transmit"]) {
        const parsed = parseConsoleRequest(`{"kind":"${kind}","value":true}`)
        assert.equal(parsed.request, { kind, value: true })
        for (const rest of ['"value":1', '"value":"true"', '"other":true'])
            assert.match(
                parseConsoleRequest(`{"kind":"${kind}",${rest}}`).refusal!,
                /allowed: true or false/
            )
    }
    assert.equal(parseConsoleRequest('{"kind":"capture","value":7}').request, { kind: "capture" })
    assert.equal(parseConsoleRequest('{"kind":"drawn","value":0}').request, {
        kind: "drawn",
        value: 0,
    })
    for (const value of ["-1", "0.5", "1e99", '"3"'])
        assert.match(
            parseConsoleRequest(`{"kind":"drawn","value":${value}}`).refusal!,
            /allowed: the number of a frame/
        )
})

test("refuses unknown kinds, such as names of inherited object members", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"])
        assert.match(
            parseConsoleRequest(`{"kind":"${name}"}`).refusal!,
            /its kind is .*; use subtract, /
        )
    assert.match(parseConsoleRequest("{}").refusal!, /its kind is missing; use subtract, /)
})

test("refuses text that is not a JSON object", () => {
    assert.match(parseConsoleRequest("stop").refusal!, /not valid JSON/)
    for (const text of ["7", "null", "[]", '"stop"'])
        assert.match(parseConsoleRequest(text).refusal!, /not a JSON object/)
})

test("refuses text longer than 256 bytes", () => {
    const text = JSON.stringify({ kind: "capture", x: "ä".repeat(REQUEST_MAX_BYTES / 2) })
    assert.match(parseConsoleRequest(text).refusal!, /longer than 256 bytes/)
})

/** Arbitrary text, and often text that resembles a request. */
const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
        .record({
            kind: fc.constantFrom(
                ...["subtract", "transmit", "answer", "stop", "acknowledge"],
                ...["pause-sound", "capture", "drawn", "other", 7]
            ),
            value: fc.oneof(fc.double(), fc.boolean(), fc.anything()),
        })
        .map(one => JSON.stringify(one) ?? "")
)

test("any text gives a request or a one-sentence refusal, and leaves the view in a valid state [IVUS-LNK-005]", () => {
    const { view, describe, addFrame } = testView()
    describe()
    let frames = 0
    fc.assert(
        fc.property(anything, text => {
            const { request, refusal } = parseConsoleRequest(text)
            assert.is((request === undefined) !== (refusal === undefined), true)
            if (refusal) assert.match(refusal, /^The request was refused: .*\.$/s)
            if (request) view.handle(request)
            addFrame(frameOf(frames++, 100))
            const { display } = view.state()
            assert.ok(display.gainDb >= -60 && display.gainDb <= 60)
            assert.ok(display.dynamicRangeDb >= 10 && display.dynamicRangeDb <= 72)
            assert.ok(display.depthMm! >= 1.3 - 1e-3 && display.depthMm! <= 3.2 + 1e-3)
            JSON.stringify(view.state())
        }),
        { numRuns: 500 }
    )
    assert.is(view.picture().widthPx, 512)
})

test.run()
