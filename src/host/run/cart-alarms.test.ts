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
const event = (code: number, value = 0) => ({ code, value, time_ms: 1500 })

test("has what the cart has, with the values of its events [IVUS-ALM-004]", () => {
    const alarms = new CartAlarms()
    const all = () => alarms.all.map(a => [a.code, a.acknowledged])
    assert.is(alarms.onEvent(event(codes.EVENT_DRIVER_WARM, 0x04000000))!.code, 311)
    assert.is(alarms.onEvent(event(codes.EVENT_DRIVER_WARM)), undefined, "it lasts")
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
