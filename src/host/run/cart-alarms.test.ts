// The alarms of a cart as its events and statuses say: what began, what is over, what is acknowledged.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import type { Status } from "../../shared/protocol/messages"
import { CartAlarms } from "./cart-alarms"
import { reportsAlarms } from "./alarm-reports"
import { statusOf } from "./testing/scripted-operator"

const test = suite("alarms that a cart has now")

/** @param warnings bits, as the protocol's README has them: 1 is code 311, 2 is 312, 0x100 is 319 */
const status = (warnings: number, fault: number = codes.GOOD): Status => ({
    ...statusOf(fault ? machine.STATE_FAULT : machine.STATE_READY, 1, fault),
    warnings,
    fault_value: 121,
})
const event = (code: number, value = 0, time_ms = 1500) => ({ code, value, time_ms })

test("has what the cart has, with the values of its events [IVUS-ALM-004]", () => {
    const alarms = new CartAlarms()
    const all = () => alarms.all.map(a => [a.code, a.acknowledged])
    assert.is(alarms.onEvent(event(codes.EVENT_DRIVER_WARM, 0x04000000))!.code, 311)
    assert.is(alarms.onEvent(event(codes.EVENT_DRIVER_WARM, 0x04000000)), undefined)
    alarms.onStatus(status(0x1))
    assert.match(alarms.all[0]!.detail, /0x04000000: otpw$/)
    alarms.onEvent(event(codes.EVENT_SLED_MOVED, 5_000_000))
    alarms.onStatus(status(0x101))
    assert.equal(all(), [
        [311, false],
        [319, false],
    ])
    alarms.onEvent(event(codes.EVENT_ACKNOWLEDGED, 319))
    // Only the warm driver lasts.
    assert.equal(alarms.onStatus(status(0x10001)), [])
    assert.equal(all(), [[311, true]])
    alarms.onStatus(status(0))
    assert.equal(all(), [])
})

test("an alarm that occurs again before it is acknowledged replaces the first, and is reported again", () => {
    const lines: string[] = []
    const reports = reportsAlarms(line => lines.push(line))
    const alarms = new CartAlarms()
    const onEvent = (code: number, value: number, ms: number): void => {
        reports.onEvent(event(code, value, ms))
        alarms.onEvent(event(code, value, ms))
    }
    const details = () => alarms.all.map(({ detail }) => detail)
    onEvent(codes.EVENT_SLED_MOVED, 1_000_000, 1500)
    alarms.onStatus({ ...status(0x100), time_ms: 2000 })
    onEvent(codes.EVENT_SLED_MOVED, 50_000_000, 100_000)
    assert.is(lines.length, 2)
    assert.is(details().length, 1)
    assert.match(details()[0]!, /100\.000 s .*50\.000 mm/)
    alarms.onStatus({ ...status(0x1000100), time_ms: 100_100 })
    assert.ok(alarms.all[0]!.acknowledged)
    // The push after the acknowledgement is one that nobody has seen.
    onEvent(codes.EVENT_SLED_MOVED, 60_000_000, 110_000)
    assert.is(lines.length, 3)
    assert.not(alarms.all[0]!.acknowledged)
    // A condition that ends by itself is not reported for each time that it comes back.
    onEvent(codes.EVENT_DRIVER_WARM, 0x04000000, 120_000)
    onEvent(codes.EVENT_DRIVER_WARM, 0x0c000000, 130_000)
    assert.is(lines.length, 4)
    assert.match(details()[1]!, /0x0c000000/)
})

test("the event of what a status has said before brings its value, and is not reported again", () => {
    const alarms = new CartAlarms()
    assert.is(alarms.onStatus({ ...status(0x100), time_ms: 1600 }).length, 1)
    assert.is(alarms.onEvent(event(codes.EVENT_SLED_MOVED, 5_000_000, 1500)), undefined)
    assert.match(alarms.all[0]!.detail, /5\.000 mm/)
})

test("finds what began before this session, and does not repeat what was acknowledged", () => {
    const lines: string[] = []
    const { onEvent, onStatus } = reportsAlarms(line => lines.push(line))
    onStatus(status(0x20003, codes.FAULT_WATCHDOG))
    onStatus(status(0x20003, codes.FAULT_WATCHDOG))
    assert.equal(
        lines.map(line => /\d+, \w+ priority/.exec(line)![0]),
        ["311, low priority", "164, medium priority"]
    )
    onEvent(event(codes.EVENT_ACKNOWLEDGED, codes.FAULT_WATCHDOG))
    onStatus(status(0x30003))
    assert.is(lines.length, 2)
    const found = new CartAlarms()
    found.onStatus(status(0x1, codes.FAULT_WATCHDOG))
    assert.equal(
        found.all.map(({ detail }) => detail),
        [
            "code 311, present at 0.000 s of the cart's clock",
            "code 164 at 0.000 s of the cart's clock; it had not expired after 121 ms",
        ]
    )
})

test.run()
