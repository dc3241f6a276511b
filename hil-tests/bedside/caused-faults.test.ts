// The time to standstill of a caused fault: measured only when a fault, and not the operator, has stopped the sled.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { CausedFaults } from "../../src/host/simulate/caused-faults"
import { FAULT_LESSONS } from "../../src/host/simulate/fault-lessons"
import { STATE_FAULT, STATE_PULLING } from "../../src/shared/cart-machine"
import { FAULT_STALL, GOOD } from "../../src/shared/codes"
import type { Status } from "../../src/shared/protocol/messages"

const CAUSED_US = 500_000
const STOPPED_US = 1_000_000
const [LESSON] = FAULT_LESSONS

const test = suite("times of caused faults")

/** A sled that moves at 1 mm/s until it stands, and a fault that was caused in between. */
function caused(): { faults: CausedFaults; stoppedMs: () => number | null } {
    let nowUs = CAUSED_US
    const faults = new CausedFaults([LESSON!], () => () => undefined, {
        nowUs: () => nowUs,
        positionMm: timeUs => Math.min(timeUs, STOPPED_US) / 1e6,
        speedMmPerS: () => (nowUs < STOPPED_US ? 1 : 0),
        driveStopUs: () => STOPPED_US,
    })
    faults.cause(LESSON!.name)
    nowUs = STOPPED_US + 200_000
    return { faults, stoppedMs: () => faults.states()[0]!.stoppedMs }
}

const status = (state: number, fault: number): Status => ({ state, fault, warnings: 0 }) as Status

test("a sled that stands while no fault is told was stopped by the operator", () => {
    const { faults, stoppedMs } = caused()
    faults.onStatus(status(STATE_PULLING, GOOD))
    assert.is(stoppedMs(), null)
})

test("the time is measured once a fault is told, or the cart is not heard", () => {
    // To the step of 1 ms in which the ruler is read, and its limit of 5 um at 1 mm/s.
    const wanted = (STOPPED_US - CAUSED_US) / 1000
    const told = caused()
    told.faults.onStatus(status(STATE_FAULT, FAULT_STALL))
    assert.ok(Math.abs(told.stoppedMs()! - wanted) <= 6, `${told.stoppedMs()} ms`)
    const lost = caused()
    lost.faults.onStatus(status(STATE_PULLING, GOOD))
    lost.faults.onLost()
    assert.ok(Math.abs(lost.stoppedMs()! - wanted) <= 6, `${lost.stoppedMs()} ms`)
})

test.run()
