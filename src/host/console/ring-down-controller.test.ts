// The ring-down reference of the live view: capture, staleness and stored references.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { AGE_LIMIT_MS } from "../references/staleness"
import { frameOf, LINES, meanGrey, SMALL, testView } from "./testing/test-view"

const test = suite("ring-down of the live view")

/** A live view that has received frames with ring-down. */
function shown() {
    const made = testView()
    made.describe()
    for (let n = 0; n < 10; n++) made.addFrame(frameOf(n, 20))
    return made
}

test("is captured over 30 frames, stored and subtracted", () => {
    const { view, addFrame, store } = shown()
    const before = meanGrey(view)
    assert.is(view.handle({ kind: "capture" }), undefined)
    assert.match(view.handle({ kind: "capture" })!, /in progress/)
    for (let n = 10; n < 39; n++) addFrame(frameOf(n, 20))
    assert.equal(view.state().ringDown.capturing, [29, 30])
    assert.is(store.stored, undefined)
    addFrame(frameOf(39, 20))
    const state = view.state().ringDown
    assert.is(state.capturing, null)
    assert.is(state.subtracted, true)
    assert.is(state.reference?.frames, 30)
    assert.equal(state.notes, ["Stored in memory."])
    assert.is(store.stored!.key.serial, SMALL.catheter_serial)
    assert.ok(meanGrey(view) < before - 3)
    view.handle({ kind: "subtract", value: false })
    assert.is(meanGrey(view), before)
    assert.is(view.state().ringDown.subtracted, false)
})

test("is stale after 12 h, or when the residual is too high [IVUS-IMG-005]", () => {
    const { view, addFrame, now, store } = shown()
    view.handle({ kind: "capture" })
    for (let n = 10; n < 40; n++) addFrame(frameOf(n, 20))
    assert.equal(view.state().ringDown.stale, [])
    now.dateMs += AGE_LIMIT_MS + 1
    assert.match(view.state().ringDown.stale[0]!, /12 h old/)
    now.dateMs = store.stored!.capturedMs
    // Ring-down 3 dB louder: 11 codes.
    for (let n = 40; n < 140; n++) {
        const frame = frameOf(n, 20)
        for (let i = 0; i < frame.codes.length; i++)
            if (frame.codes[i] === 220) frame.codes[i] = 231
        addFrame(frame)
    }
    assert.match(view.state().ringDown.stale[0]!, /leaves ring-down of -\d+ dB/)
    assert.is(view.state().ringDown.subtracted, true)
})

test("loads a stored reference; subtracts nothing without one", () => {
    const first = shown()
    assert.match(first.view.handle({ kind: "subtract", value: true })!, /capture one/)
    first.view.handle({ kind: "capture" })
    for (let n = 10; n < 40; n++) first.addFrame(frameOf(n, 20))
    const later = testView({}, first.store)
    later.describe()
    assert.is(later.view.state().ringDown.subtracted, true)
})

test("reports a capture that ends early or lacks a line", () => {
    const ended = shown()
    ended.view.handle({ kind: "capture" })
    ended.addFrame(frameOf(10, 20))
    ended.view.listener.onEnd!({} as never)
    assert.match(ended.view.state().ringDown.notes[0]!, /after 1 of 30 frames/)
    const gappy = shown()
    gappy.view.handle({ kind: "capture" })
    const present = new Uint8Array(LINES).fill(1)
    present[3] = 0
    for (let n = 10; n < 40; n++)
        gappy.addFrame(frameOf(n, 20, { present, linesPresent: LINES - 1 }))
    assert.match(gappy.view.state().ringDown.notes[0]!, /A-line 3 was received in only 0 of 30/)
    assert.is(gappy.store.stored, undefined)
})

test.run()
