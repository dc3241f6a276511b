// Responsible for: the live console's state: what is shown, frozen, captured, counted and told, event by event.
// Not for: requests as text (console-request.test.ts), the way to the page (console-server.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { PAIRS_FULL, SAMPLE_FORMAT_RF10 } from "../../shared/acquisition/line-record"
import type { Status } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { PICTURE_SAMPLES } from "../frames/rf-frames"
import { AGE_LIMIT_MS } from "../references/staleness"
import { frameOf, LINES, SMALL, testView } from "./testing/test-view"

const status = (state: number, fault = 0): Status => ({
    ...{ state, fault, time_ms: 0, position_nm: 0, speed_nm_s: 0 },
    ...{ fifo_lines: 0, lines_fired: 0, lines_sent: 0, credit_bytes: 0 },
})

/** Greys over the whole picture, and where the ring-down is. */
const meanGrey = (view: ReturnType<typeof testView>["view"]): number => {
    const { greys } = view.picture().image
    return greys.reduce((sum, grey) => sum + grey, 0) / greys.length
}

const live = suite("the live view")

live("tells of nothing before a cart came, and draws nothing", () => {
    const { view } = testView()
    const told = view.told()
    assert.is(told.picture, "none")
    assert.is(told.state, null)
    assert.match(told.notice, /not for clinical use/)
    assert.equal(view.pictures(), [])
    assert.match(view.ask({ ask: "freeze", value: true })!, /no picture has come/)
    assert.match(view.ask({ ask: "capture" })!, /go live first/)
    assert.match(view.ask({ ask: "depth", value: 2 })!, /no picture has come/)
})

live(
    "lines of a catheter that looks one way stand side by side, RF as well, as deep as asked for",
    () => {
        const { view, take, describe, now } = testView()
        const words = 1024
        describe({
            catheter: "single-un0rick",
            sample_format: SAMPLE_FORMAT_RF10,
            lines_per_frame: 25,
            samples_per_line: words,
            sample_spacing_nm: 12_031,
            sample_period_ps: 15_625,
            centre_frequency_khz: 5000,
            catheter_radius_um: 1000,
            ring_down_um: 800,
            frame_rate_mhz: 1000,
        })
        // Middle of the ADC: silence.
        const codes = new Uint8Array(25 * words * 2)
        for (let k = 0; k < codes.length; k += 2) codes[k] = 512 >> 8
        const present = new Uint8Array(25).fill(1)
        take(frameOf(0, 0, { codes, present, linesPresent: 25 }))
        const { image, about } = view.picture()
        assert.equal([image.widthPx, image.heightPx], [25 * 8, PICTURE_SAMPLES])
        assert.is((about as { oneWay: boolean }).oneWay, true)
        // Half of 13.32 mm.
        view.ask({ ask: "depth", value: 6.66 })
        assert.is(view.picture().image.heightPx, PICTURE_SAMPLES / 2)
        // A frame a second: live until two and a half are missing.
        now.ms = 2400
        assert.is(view.told().picture, "live")
        now.ms = 2600
        assert.is(view.told().picture, "stopped")
    }
)

live("shows each frame with its true time and place, and what is missing", () => {
    const { view, describe, take } = testView()
    describe()
    take(frameOf(0, 100))
    const present = new Uint8Array(LINES).fill(1)
    present.fill(0, 10, 14)
    take(
        frameOf(1, 100, {
            present,
            linesPresent: LINES - 4,
            triggers: [{ line: 16, tickUs: 33_000 }],
        })
    )
    assert.equal(view.picture().about, {
        frame: 2,
        timeMs: 33.333,
        // Its own 0.5 mm from the window's begin at 2 mm.
        positionMm: 2.5,
        linesMissing: 4,
        triggersDeg: [90],
        frozen: false,
        oneWay: false,
    })
    assert.is(view.told().framesPerS, 30)
})

live("a frozen picture stands, the counts go on, settings still apply to it", () => {
    const { view, describe, take } = testView()
    describe()
    for (let n = 0; n < 5; n++) take(frameOf(n, 60))
    assert.is(view.ask({ ask: "freeze", value: true }), undefined)
    const before = view.pictures()[0]!.version
    const grey = meanGrey(view)
    for (let n = 5; n < 10; n++) take(frameOf(n, 200))
    assert.is(view.pictures()[0]!.version, before)
    assert.is(meanGrey(view), grey)
    const told = view.told()
    assert.is(told.picture, "frozen")
    assert.equal(told.frozen, { frame: 5, timeMs: (4 * 33_333) / 1000 })
    assert.is(told.frames, 10)
    view.ask({ ask: "gain", value: 20 })
    assert.is.not(view.pictures()[0]!.version, before)
    assert.ok(meanGrey(view) > grey + 20)
    view.ask({ ask: "freeze", value: false })
    assert.is(view.told().picture, "live")
    assert.is((view.picture().about as { frame: number }).frame, 10)
})

live("a picture that no frame renews is told to stand", () => {
    const { view, now, describe, take } = testView()
    describe()
    take(frameOf(0, 100))
    now.ms = 500
    assert.is(view.told().picture, "live")
    now.ms = 501
    assert.is(view.told().picture, "stopped")
    assert.match(view.ask({ ask: "capture" })!, /go live first/)
})

live("frames that are cut by the run's begin and end are not shown", () => {
    const { view, describe, take } = testView()
    const cut = { linesPresent: 3 }
    describe()
    take(frameOf(0, 100, cut))
    assert.equal(view.pictures(), [])
    take(frameOf(1, 100))
    // In mid-run a frame with gaps is shown as such.
    take(frameOf(2, 100, cut))
    assert.is(view.told().frames, 2)
    view.receiver = { end: {}, assembler: undefined } as never
    take(frameOf(3, 100, cut))
    assert.is(view.told().frames, 2)
})

live("settings within the catheter's own range are kept, others refused in a sentence", () => {
    const { view, describe, take } = testView({ depthMm: 9 })
    describe()
    assert.match(view.told().said!, /9 mm cannot be shown; 1.30 to 3.20 mm.*All of it is shown/)
    take(frameOf(0, 100))
    assert.match(view.ask({ ask: "depth", value: 4 })!, /1.30 to 3.20 mm/)
    assert.is(view.ask({ ask: "depth", value: 2 }), undefined)
    const { image } = view.picture()
    assert.ok(Math.abs(image.mmPerPxX - 4 / 512) < 1e-9)
    assert.is(view.told().display.depthMm, 2)
    assert.match(view.ask({ ask: "frame", value: 1 })!, /freeze it instead/)
})

live("dynamic range: from full scale down to black", () => {
    const { view, describe, take } = testView()
    describe()
    // Code 100 of 255 lies 44 dB below full scale of 72.
    take(frameOf(0, 100))
    view.ask({ ask: "dynamic-range", value: 40 })
    const centre = 512 * 256 + 400
    assert.is(view.picture().image.greys[centre], 0)
    view.ask({ ask: "dynamic-range", value: 72 })
    assert.is(view.picture().image.greys[centre], 100)
})

live("a fault, a refusal and a lost link are sentences; a new state ends a fault", () => {
    const { view } = testView()
    const { listener } = view
    listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_STALL))
    assert.match(view.told().fault!, /^The cart stopped: the sled does not follow/)
    listener.onStatus!(status(machine.STATE_LIVE))
    assert.is(view.told().fault, null)
    assert.is(view.told().transmit, true)
    listener.onRefusal!({
        ...{ command: 2, serial: 1, reason: codes.REFUSED_NO_SETUP },
        value: 0,
    })
    assert.match(view.told().said!, /refused: no pullback is set up/)
    view.linkLost("The cart closed the link.")
    assert.equal([view.told().fault, view.told().state], ["The cart closed the link.", null])
})

live("the heart rate comes from the true times of the triggers", () => {
    const { view, describe, take } = testView()
    describe()
    for (let n = 0; n < 120; n++)
        take(
            frameOf(n, 100, {
                triggers: n % 24 === 0 ? [{ line: 0, tickUs: n * 33_333 }] : [],
            })
        )
    // A beat in 24 frames of 33.333 ms: 75 a minute.
    assert.is(view.told().ecgPerMin, 75)
    for (let n = 120; n < 240; n++) take(frameOf(n, 100))
    assert.is(view.told().ecgPerMin, null)
})

live("what cannot be shown is told: element data, and frames that contradict themselves", () => {
    const { view, describe, take } = testView()
    describe({ pair_list: PAIRS_FULL })
    assert.match(view.told().said!, /element data/)
    take(frameOf(0, 100))
    assert.equal(view.pictures(), [])
    describe({ catheter_radius_um: 3000 })
    assert.match(view.told().said!, /half of the 3.2 mm depth/)
})

live("live or standby is asked of the cart", () => {
    const { view, transmits } = testView()
    view.ask({ ask: "transmit", value: false })
    view.ask({ ask: "transmit", value: true })
    assert.equal(transmits, [false, true])
})

live.run()

const ring = suite("the ring-down of the live view")

/** Ready to capture, with ring-down in every frame. */
function shown() {
    const made = testView()
    made.describe()
    for (let n = 0; n < 10; n++) made.take(frameOf(n, 20))
    return made
}

ring("captured over 30 frames, stored, subtracted, and shown so", () => {
    const { view, take, store } = shown()
    const before = meanGrey(view)
    assert.is(view.ask({ ask: "capture" }), undefined)
    assert.match(view.ask({ ask: "capture" })!, /under way/)
    for (let n = 10; n < 39; n++) take(frameOf(n, 20))
    assert.equal(view.told().ringDown.capturing, [29, 30])
    assert.is(store.stored, undefined)
    take(frameOf(39, 20))
    const told = view.told().ringDown
    assert.is(told.capturing, null)
    assert.is(told.subtracted, true)
    assert.is(told.reference?.frames, 30)
    assert.equal(told.notes, ["Stored in memory."])
    assert.is(store.stored!.key.serial, SMALL.catheter_serial)
    assert.ok(meanGrey(view) < before - 3)
    view.ask({ ask: "subtract", value: false })
    assert.is(meanGrey(view), before)
    assert.is(view.told().ringDown.subtracted, false)
})

ring("stale by age, and by what it leaves", () => {
    const { view, take, now, store } = shown()
    view.ask({ ask: "capture" })
    for (let n = 10; n < 40; n++) take(frameOf(n, 20))
    assert.equal(view.told().ringDown.stale, [])
    now.dateMs += AGE_LIMIT_MS + 1
    assert.match(view.told().ringDown.stale[0]!, /12 h old/)
    now.dateMs = store.stored!.capturedMs
    // The transducer rings 3 dB louder: 11 codes.
    for (let n = 40; n < 140; n++) {
        const frame = frameOf(n, 20)
        for (let i = 0; i < frame.codes.length; i++)
            if (frame.codes[i] === 220) frame.codes[i] = 231
        take(frame)
    }
    assert.match(view.told().ringDown.stale[0]!, /leaves ring-down of -\d+ dB/)
    assert.is(view.told().ringDown.subtracted, true)
})

ring("one of another time is found again; without one nothing is subtracted", () => {
    const first = shown()
    assert.match(first.view.ask({ ask: "subtract", value: true })!, /capture one/)
    first.view.ask({ ask: "capture" })
    for (let n = 10; n < 40; n++) first.take(frameOf(n, 20))
    const later = testView({}, first.store)
    later.describe()
    assert.is(later.view.told().ringDown.subtracted, true)
})

ring("a capture whose picture ends, or that cannot be stored, says so", () => {
    const ended = shown()
    ended.view.ask({ ask: "capture" })
    ended.take(frameOf(10, 20))
    ended.view.listener.onEnd!({} as never)
    assert.match(ended.view.told().ringDown.notes[0]!, /after 1 of 30 frames/)
    const poor = shown()
    poor.view.ask({ ask: "capture" })
    const present = new Uint8Array(LINES).fill(1)
    present[3] = 0
    for (let n = 10; n < 40; n++) poor.take(frameOf(n, 20, { present, linesPresent: LINES - 1 }))
    assert.match(poor.view.told().ringDown.notes[0]!, /Line 3 came in 0 of 30/)
    assert.is(poor.store.stored, undefined)
})

ring.run()
