// Faults that were caused: refusals, time to standstill, and the operator's time, with a sled that a formula moves.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { type Status, STATUS } from "../../shared/protocol/messages"
import { payloadLength, readPayload } from "../../shared/protocol/messages"
import { CausedFaults } from "./caused-faults"
import { FAULT_LESSONS } from "./fault-lessons"
import type { FaultState } from "./messages"

const test = suite("caused faults")
/** Any of a board's faults. */
const NAME = "stall"
const EMPTY = readPayload(new Uint8Array(payloadLength(STATUS)), 0, STATUS)

const status = (state: number, fault = 0): Status => ({ ...EMPTY, state, fault })

/** A sled that moves at 1 mm/s until a time. */
class Sled {
    timeUs = 1e6
    standsUs = Infinity
    undone = 0
    readonly faults = new CausedFaults(FAULT_LESSONS, () => () => void this.undone++, {
        nowUs: () => this.timeUs,
        positionMm: us => Math.min(us, this.standsUs) / 1e6,
        speedMmPerS: () => (this.timeUs < this.standsUs ? 1 : 0),
        driveStopUs: () => (this.timeUs < this.standsUs ? undefined : this.standsUs),
    })

    get state(): FaultState {
        return this.faults.states().find(({ name }) => name === NAME)!
    }

    /** The sled stands this long after the cause. */
    stop(ms: number): void {
        this.standsUs = this.timeUs + 1000 * ms
        this.timeUs = this.standsUs + 100_000
        this.faults.states()
    }
}

test("the cart's stop is measured by the sled, and the operator's time until nothing is unacknowledged", () => {
    const sled = new Sled()
    assert.is(sled.faults.cause(NAME), undefined)
    sled.stop(40)
    sled.faults.onStatus(status(machine.STATE_FAULT, 108))
    // The sled counts as standing within 5 um: 5 ms at 1 mm/s.
    assert.ok(Math.abs(sled.state.stoppedMs! - 40) <= 5, `${sled.state.stoppedMs} ms`)
    assert.is(sled.state.youS, null)
    sled.timeUs = 1e6 + 4.2e6
    sled.faults.onStatus(status(machine.STATE_UNHOMED))
    assert.is(sled.state.youS, 4.2)
    assert.ok(sled.state.stoppedMs !== null)
})

test("a stop by the operator is not the cart's", () => {
    const sled = new Sled()
    sled.faults.cause(NAME)
    sled.stop(3000)
    assert.is(sled.state.stoppedMs, null)
    sled.faults.onStatus(status(machine.STATE_COMPLETED))
    assert.is(sled.state.stoppedMs, null)
})

test("after a restart the operator's time ends with homing", () => {
    const sled = new Sled()
    sled.faults.cause(NAME)
    sled.faults.onLost()
    sled.stop(10)
    sled.faults.onRestart()
    sled.faults.onStatus(status(machine.STATE_UNHOMED))
    assert.is(sled.state.youS, null)
    assert.ok(sled.state.stoppedMs !== null)
    sled.timeUs = 1e6 + 6e6
    sled.faults.onStatus(status(machine.STATE_HOMING))
    assert.is(sled.state.youS, 6)
})

test("a fault is caused once and undone once; a hidden one is told with its alarm", () => {
    const sled = new Sled()
    assert.is(sled.faults.cause(NAME, true), undefined)
    assert.not(sled.state.caused)
    assert.match(sled.faults.cause(NAME) ?? "", /caused already/)
    sled.faults.onStatus(status(machine.STATE_FAULT, 108))
    assert.ok(sled.state.caused && sled.state.undo)
    assert.not(sled.faults.possible.some(({ name }) => name === NAME))
    assert.is(sled.faults.undo(NAME), undefined)
    assert.is(sled.undone, 1)
    assert.match(sled.faults.undo(NAME) ?? "", /not in force/)
    assert.match(sled.faults.cause("none") ?? "", /no such fault/)
})

test.run()
