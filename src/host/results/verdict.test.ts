// A run is complete only if its bursts show it, whatever the cart's summary says.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { STATE_PULLING } from "../../shared/cart-machine"
import { EVENT_LEFT_OUT, EVENT_STATE, EVENT_STOPPED, FAULT_STALL } from "../../shared/codes"
import { plainLine, plainRecords, record, TestBoard } from "../link/testing/test-board"
import { RunReceiver } from "../run/run-receiver"
import { verdictOf } from "./verdict"

/** The test board fires one A-line a micrometre from 2 mm on. */
const START_NM = 2_000_000
const LINES = 400

/** A run of {@link LINES} A-lines whose summary says that all is well. */
function received(
    windowMm: number,
    { outcome = 0, startNm = START_NM, position_nm = START_NM + 1000 * LINES } = {}
): RunReceiver {
    const receiver = new RunReceiver()
    const window_end_nm = startNm + windowMm * 1e6
    const half = LINES / 2
    receiver.push(
        new TestBoard()
            .hello()
            .describe({ window_start_nm: startNm, window_end_nm })
            .lines(plainRecords(0, half), { position_nm: START_NM })
            .lines(plainRecords(half, LINES), { position_nm })
            .end({ outcome, lines_fired: LINES })
            .bytes()
    )
    receiver.finish()
    return receiver
}

const test = suite("verdict on a run")

test("a run whose bursts reach both ends of the window is complete", () => {
    assert.equal(verdictOf({ receiver: received(0.4), requestedMm: 0.4 }), {
        verdict: "complete",
        verdictReason: null,
    })
    // The tolerance is 50 um: accuracy of the positions, 10 um, and of a stop, 20 um, and some reserve.
    assert.is(verdictOf({ receiver: received(0.44) }).verdict, "complete")
})

test("a run that stops short is incomplete although the cart calls it complete [IVUS-DAT-003]", () => {
    const { verdict, verdictReason } = verdictOf({ receiver: received(10), requestedMm: 10 })
    assert.is(verdict, "incomplete")
    assert.match(verdictReason!, /only 0\.40 of 10\.00 mm were imaged/)
    assert.is(verdictOf({ receiver: received(0.46) }).verdict, "incomplete")
})

test("a run that begins late is incomplete", () => {
    const receiver = received(1.4, { startNm: START_NM - 1e6 })
    assert.match(verdictOf({ receiver }).verdictReason!, /only 0\.40 of 1\.40 mm/)
})

test("a capture whose oldest part was let go on a full disk does not blame the cart", () => {
    const replayed = (isAtSpeed: boolean, windowMm: number): string => {
        const receiver = new RunReceiver()
        const described = { window_start_nm: START_NM, window_end_nm: START_NM + windowMm * 1e6 }
        const board = new TestBoard().hello().describe(described)
        board.event(EVENT_LEFT_OUT, 200)
        const position_nm = START_NM + 200_000
        if (!isAtSpeed) board.lines([record({ ...plainLine(200), flags: 0 })], { position_nm })
        board.lines(plainRecords(201, LINES), { position_nm })
        receiver.push(board.end({ lines_fired: LINES }).bytes())
        receiver.finish()
        return verdictOf({ receiver }).verdictReason!
    }
    assert.match(
        replayed(true, 0.4),
        /^the oldest part .* let go on a full disk: 0\.20 of 0\.40 mm are left$/
    )
    // Neither one that began late, nor one that also ended early, is a matter of the disk alone.
    assert.match(replayed(false, 0.4), /have the cart checked/)
    assert.match(replayed(true, 1), /have the cart checked/)
})

test("A-lines lost at the end do not shorten a run whose later bursts show the sled beyond it", () => {
    const receiver = received(1, { position_nm: START_NM + 1.1e6 })
    assert.is(verdictOf({ receiver }).verdict, "complete")
})

test("another length than the requested one is incomplete [IVUS-DAT-003]", () => {
    const { verdict, verdictReason } = verdictOf({ receiver: received(0.4), requestedMm: 5 })
    assert.is(verdict, "incomplete")
    assert.match(verdictReason!, /a window of 0\.40 mm, and 5\.00 mm were asked for/)
})

test("stops, faults and a missing summary are told apart [IVUS-DAT-003]", () => {
    const of = (outcome: number): string =>
        verdictOf({ receiver: received(0.4, { outcome }) }).verdict
    assert.is(of(EVENT_STOPPED), "stopped")
    assert.is(of(FAULT_STALL), "failed")
    const cut = new RunReceiver()
    cut.push(new TestBoard().hello().describe().lines(plainRecords(0, 8)).bytes())
    assert.is(verdictOf({ receiver: cut }).verdict, "incomplete")
})

test("a live picture without a pullback is not called a pullback", () => {
    const of = (outcome: number, pulls: boolean) => {
        const receiver = new RunReceiver()
        const board = new TestBoard().hello().describe()
        if (pulls) board.event(EVENT_STATE, STATE_PULLING)
        const resting = Array.from({ length: 8 }, (_, i) => record({ ...plainLine(i), flags: 0 }))
        receiver.push(board.lines(resting).end({ outcome, lines_fired: 8 }).bytes())
        return verdictOf({ receiver })
    }
    assert.match(of(0, false).verdictReason!, /live picture without a pullback/)
    assert.match(of(0, true).verdictReason!, /no A-line was received at speed/)
    assert.match(of(EVENT_STOPPED, false).verdictReason!, /stopped the live picture/)
    assert.match(of(EVENT_STOPPED, true).verdictReason!, /stopped the pullback/)
})

test.run()
