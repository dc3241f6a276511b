// The live view: its state and picture after frames, requests and the cart's messages.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { PAIRS_FULL, SAMPLE_FORMAT_RF10 } from "../../shared/acquisition/line-record"
import { PRIORITY_HIGH } from "../../shared/alarms"
import * as codes from "../../shared/codes"
import { CAUSE_PROGRAM, type Status, STATUS_SOUND } from "../../shared/protocol/messages"
import { PICTURE_SAMPLES } from "../frames/rf-frames"
import { acknowledging, homing } from "../run/motions"
import type { Motion } from "../run/operator"
import { LiveQuestions } from "./live-questions"
import { frameOf, LINES, meanGrey, testView } from "./testing/test-view"

const status = (state: number, fault = 0): Status => ({
    ...{ state, fault, time_ms: 0, position_nm: 0, speed_nm_s: 0 },
    ...{ fifo_lines: 0, lines_fired: 0, lines_sent: 0, credit_bytes: 0, flags: 0, control: 0 },
    ...{ fault_value: 104, alarm: fault, warnings: 0 },
})

const live = suite("live view")

live("has no picture and no cart state before a cart connects", () => {
    const { view } = testView()
    const state = view.state()
    assert.is(state.picture, "none")
    assert.equal([state.cartState, state.control], [null, null])
    assert.equal([view.latest(), view.scene()], [undefined, null])
    assert.match(view.handle({ kind: "capture" })!, /go live first/)
})

live(
    "draws A-lines of a fixed-direction catheter side by side, from RF too, to the chosen depth",
    () => {
        // Half of 13.32 mm.
        const { view, addFrame, describe, now } = testView({ depthMm: 6.66 })
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
        // Mid-scale of the ADC: no signal.
        const codes = new Uint8Array(25 * words * 2)
        for (let k = 0; k < codes.length; k += 2) codes[k] = 512 >> 8
        const present = new Uint8Array(25).fill(1)
        addFrame(frameOf(0, 0, { codes, present, linesPresent: 25 }))
        assert.is(view.scene()!.fixedDirection, true)
        assert.is(view.latest()!.frame.codes.length, 25 * PICTURE_SAMPLES)
        const { widthPx, heightPx } = view.picture()
        assert.equal([widthPx, heightPx], [25 * 8, PICTURE_SAMPLES / 2])
        // One frame a second: live until 2.5 frame periods have passed.
        now.ms = 2400
        assert.is(view.state().picture, "live")
        now.ms = 2600
        assert.is(view.state().picture, "stopped")
    }
)

live("reports time, position, missing lines and triggers of each frame", () => {
    const { view, describe, addFrame } = testView()
    describe()
    addFrame(frameOf(0, 100))
    const present = new Uint8Array(LINES).fill(1)
    present.fill(0, 10, 14)
    addFrame(
        frameOf(1, 100, {
            present,
            linesPresent: LINES - 4,
            triggers: [{ line: 16, tickUs: 33_000 }],
        })
    )
    const { number, about } = view.latest()!
    assert.is(number, 2)
    assert.equal(about, {
        timeMs: 33.333,
        // 0.5 mm from the window's start at 2 mm.
        positionMm: 2.5,
        linesMissing: 4,
        triggersDeg: [90],
    })
    assert.is(view.state().framesPerS, 30)
})

live("tells pages the gain that the bedside unit asks for, and refuses one out of range", () => {
    const { view, describe, addFrame } = testView()
    describe()
    addFrame(frameOf(0, 60))
    const before = meanGrey(view)
    view.setGain(20)
    assert.is(view.state().display.gainDb, 20)
    assert.ok(meanGrey(view) > before + 20)
    view.setGain(61)
    assert.match(view.state().message!, /61 dB; allowed: -60 to 60 dB/)
})

live("makes another scene when the ring-down changes, and only then", () => {
    const { view, describe, addFrame, store } = testView()
    describe()
    const first = view.scene()
    assert.is(first!.geometry.linesPerFrame, LINES)
    for (let n = 0; n < 5; n++) addFrame(frameOf(n, 60))
    assert.is(view.scene(), first)
    view.handle({ kind: "capture" })
    for (let n = 5; n < 200 && !store.stored; n++) addFrame(frameOf(n, 60))
    const { ringDown } = view.scene()!
    assert.ok(ringDown.frames > 0)
    assert.equal([...Buffer.from(ringDown.codes, "base64")], [...store.stored!.ringDown.codes])
})

live("reports the picture as stopped 500 ms after the last frame [IVUS-DSP-001]", () => {
    const { view, now, describe, addFrame } = testView()
    describe()
    addFrame(frameOf(0, 100))
    now.ms = 500
    assert.is(view.state().picture, "live")
    now.ms = 501
    assert.is(view.state().picture, "stopped")
    assert.match(view.handle({ kind: "capture" })!, /go live first/)
})

live("does not show the partial frames at the start and end of a run", () => {
    const { view, describe, addFrame } = testView()
    const cut = { linesPresent: 3 }
    describe()
    addFrame(frameOf(0, 100, cut))
    assert.is(view.latest(), undefined)
    addFrame(frameOf(1, 100))
    // A frame with gaps in mid-run is shown.
    addFrame(frameOf(2, 100, cut))
    assert.is(view.state().frames, 2)
    view.receiver = { end: {}, assembler: undefined } as never
    addFrame(frameOf(3, 100, cut))
    assert.is(view.state().frames, 2)
})

live("takes the full depth where the chosen one does not fit", () => {
    const { view, describe } = testView({ depthMm: 9 })
    describe()
    assert.match(
        view.state().message!,
        /9 mm cannot be shown; 1.30 to 3.20 mm.*The full depth is shown/
    )
    assert.is(view.state().display.depthMm, 3.2)
})

live("reports faults, refusals and a lost link, and clears a fault with the next state", () => {
    const { view } = testView()
    const { listener } = view
    listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_STALL))
    assert.match(view.state().fault!.sentence, /^The cart stopped: the sled does not follow/)
    listener.onStatus!(status(machine.STATE_LIVE))
    assert.is(view.state().fault, null)
    assert.is(view.state().transmit, true)
    listener.onRefusal!({
        ...{ command: 2, serial: 1, reason: codes.REFUSED_NO_SETUP },
        value: 0,
    })
    assert.match(view.state().message!, /refused: no pullback is set up/)
    view.linkLost("The cart closed the link.")
    const { fault, cartState } = view.state()
    assert.equal(fault, { sentence: "The cart closed the link.", detail: null })
    assert.is(cartState, null)
})

live("computes the heart rate from the trigger times", () => {
    const { view, describe, addFrame } = testView()
    describe()
    for (let n = 0; n < 120; n++)
        addFrame(
            frameOf(n, 100, {
                triggers: n % 24 === 0 ? [{ line: 0, tickUs: n * 33_333 }] : [],
            })
        )
    // One beat in 24 frames of 33.333 ms: 75 a minute.
    assert.is(view.state().ecgPerMin, 75)
    for (let n = 120; n < 240; n++) addFrame(frameOf(n, 100))
    assert.is(view.state().ecgPerMin, null)
})

live("reports channel data and contradictory geometries instead of showing them", () => {
    const { view, describe, addFrame } = testView()
    describe({ pair_list: PAIRS_FULL })
    assert.match(view.state().message!, /channel data/)
    addFrame(frameOf(0, 100))
    assert.is(view.latest(), undefined)
    describe({ catheter_radius_um: 3000 })
    assert.match(view.state().message!, /half of the depth of 3.2 mm/)
})

live("passes live and standby requests to the cart", () => {
    const { view, transmits } = testView()
    view.handle({ kind: "transmit", value: false })
    view.handle({ kind: "transmit", value: true })
    assert.equal(transmits, [false, true])
})

live(
    "shows the warnings that the cart has, the most urgent first, and none of a fault [IVUS-ALM-006, IVUS-ALM-007]",
    () => {
        const { view, asked } = testView()
        const send = (code: number, value = 0): void =>
            view.listener.onEvent!({ code, value, time_ms: 2000 })
        /** Bit 0 is code 311, bit 8 code 319; 16 bits higher: acknowledged. */
        const report = (warnings: number, sound = 0, fault = 0): void =>
            view.listener.onStatus!({
                ...status(fault ? machine.STATE_FAULT : machine.STATE_READY, fault),
                ...{ warnings, flags: STATUS_SOUND * sound },
            })
        const shown = () => view.state().alarms.map(({ code }) => code)
        send(codes.EVENT_DRIVER_WARM, 0x04000000)
        send(codes.EVENT_SLED_MOVED, 5_000_000)
        send(codes.EVENT_ENGINE_BUS, 1)
        send(codes.FAULT_STALL)
        report(0x101, PRIORITY_HIGH, codes.FAULT_STALL)
        assert.equal(shown(), [codes.EVENT_SLED_MOVED, codes.EVENT_DRIVER_WARM])
        assert.is(view.state().sound, "high")
        const [moved, warm] = view.state().alarms
        assert.match(moved!.text, /^Warning: an outside force moved the sled: .*medium priority\)$/)
        assert.equal([moved!.lamp, moved!.flashHz], ["yellow", 0.6])
        assert.match(warm!.detail, /0x04000000: otpw$/)
        assert.is(view.handle({ kind: "pause-sound" }), undefined)
        assert.is(view.handle({ kind: "acknowledge" }), undefined)
        assert.equal(asked, ["pause-sound", "acknowledge"])
        assert.equal(shown().length, 2, "until the cart says so")
        report(0x10001)
        assert.equal(
            view.state().alarms.map(({ code, acknowledged }) => [code, acknowledged]),
            [[codes.EVENT_DRIVER_WARM, true]]
        )
        assert.is(view.state().sound, null)
    }
)

live("shows who is in control of the cart", () => {
    const { view } = testView()
    view.listener.onStatus!({ ...status(machine.STATE_READY), control: machine.HOLDER_UNIT })
    assert.is(view.state().control, "a bedside unit")
    view.listener.onStatus!({ ...status(machine.STATE_READY), control: machine.HOLDER_HOST })
    assert.is(view.state().control, "the host")
})

live("says what the cart was doing when a fault ended it", () => {
    const { view } = testView()
    view.listener.onStatus!(status(machine.STATE_LIVE))
    view.listener.onEvent!({ code: codes.EVENT_STATE, value: machine.STATE_FAULT, time_ms: 0 })
    view.listener.onEvent!({ code: codes.FAULT_LINK_LOST, value: 104, time_ms: 0 })
    view.listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_LINK_LOST))
    assert.match(
        view.state().fault!.sentence,
        /^The cart stopped while live: the link .* \(fault 141\)\.$/
    )
    view.listener.onStatus!(status(machine.STATE_SELF_TEST))
    assert.is(view.state().fault, null)
})

live("gives the reason of each stop: fault, e-stop, lost link, restart [IVUS-DSP-004]", () => {
    const { view } = testView()
    const { listener } = view
    const sentence = (): string => view.state().fault!.sentence
    const restart = (boots: number) =>
        listener.onRestart!({
            ...{ sequence: 9, boots, uptime_ms: 32_400, state: machine.STATE_LIVE },
            ...{ fault: 0, cause: CAUSE_PROGRAM },
        })
    listener.onStatus!(status(machine.STATE_LIVE))
    listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_ENGINE_RESET))
    listener.onStatus!(status(machine.STATE_STOPPED, codes.FAULT_ESTOP))
    assert.match(sentence(), /^The cart stopped while live: emergency stop/)
    listener.onStatus!(status(machine.STATE_STOPPED, codes.FAULT_LINK_LOST))
    assert.match(
        sentence(),
        /while live: emergency stop.*; after it, another fault occurred: the l/
    )
    listener.onStatus!(status(machine.STATE_UNHOMED))

    // The link is lost in live: the cart reports the fault when it has connected again.
    restart(4)
    assert.match(
        view.state().message!,
        /^The cart restarted in state live after 32 s, as its program/
    )
    listener.onStatus!(status(machine.STATE_LIVE))
    view.linkLost("The link to the cart is lost.")
    assert.equal(view.state().fault, { sentence: "The link to the cart is lost.", detail: null })
    view.showMessage("")
    restart(4)
    assert.is(view.state().message, "")
    listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_LINK_LOST))
    assert.match(sentence(), /^The cart stopped while live: the link to the host was lost/)
    assert.is(view.state().fault!.detail, "code 141; the host's last message was 104 ms old")

    // The cart has restarted meanwhile: what it did before says nothing about its fault.
    listener.onStatus!(status(machine.STATE_LIVE))
    view.linkLost("The link to the cart is lost.")
    restart(5)
    assert.match(view.state().message!, /this is start number 5\.$/)
    listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_WATCHDOG))
    assert.match(sentence(), /^The cart stopped: the watchdog/)

    listener.onStatus!(status(machine.STATE_READY))
    listener.onStatus!(status(machine.STATE_FAULT, codes.FAULT_MOTOR_DRIVER_RESET))
    assert.match(sentence(), /^The cart stopped in state ready: the motor driver was reset/)
})

live("answers only the question that is shown [IVUS-DSP-004]", () => {
    const questions = new LiveQuestions(({ kind }) => kind === "home")
    const { view, stops } = testView({}, undefined, questions)
    const done: string[] = []
    const ask = (motion: Motion, isFirst: boolean): void =>
        questions.ask(motion, () => void done.push(motion.kind), assert.unreachable, isFirst)
    assert.is(view.state().question, null)
    ask(homing(), true)
    assert.equal(done, ["home"])
    ask(acknowledging(codes.FAULT_STALL), true)
    const { id, kind, what, label } = view.state().question!
    assert.equal([kind, label], ["acknowledge", "Acknowledge the fault"])
    assert.match(what, /^When the fault is acknowledged, nothing moves/)
    ask(acknowledging(codes.FAULT_ENGINE_RESET), true)
    assert.match(view.handle({ kind: "answer", value: id })!, /changed meanwhile; read/)
    assert.equal(done, ["home"])
    assert.is(view.handle({ kind: "answer", value: id + 1 }), undefined)
    assert.equal(done, ["home", "acknowledge"])
    assert.is(view.state().question, null)
    assert.match(view.handle({ kind: "answer", value: id + 1 })!, /changed meanwhile/)
    // After the first fault the command line allows nothing.
    ask(homing(), false)
    assert.is(view.state().question!.kind, "home")
    questions.withdraw()
    assert.is(view.state().question, null)
    view.handle({ kind: "stop" })
    assert.is(stops.length, 1)
    assert.match(testView().view.handle({ kind: "answer", value: 1 })!, /nothing is asked/)
})

live("takes a message away when the cart goes on", () => {
    const { view } = testView()
    view.listener.onStatus!(status(machine.STATE_STOPPED, codes.FAULT_ESTOP))
    view.showMessage("The cart refused.")
    view.listener.onStatus!(status(machine.STATE_STOPPED, codes.FAULT_ESTOP))
    assert.is(view.state().message, "The cart refused.")
    view.listener.onStatus!(status(machine.STATE_SELF_TEST))
    assert.is(view.state().message, null)
    view.showMessage("The homing was stopped.")
    view.listener.onStatus!(status(machine.STATE_HOMING))
    assert.is(view.state().message, null)
    assert.is(view.state().moving, true)
})

live.run()
