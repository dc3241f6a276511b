// From the cause of an alarm of high priority to its register on the Jacdac bus: at most 100 ms. `npm run bench -- alarms` has all.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { FAULT_NAMES } from "../../boards/virtual/fault-groups"
import { PRIORITY_HIGH, priorityOf } from "../../src/shared/alarms"
import { CODES } from "../../src/shared/code-table"
import { CASES, latencyMs, limitMs, NO_CASE, NO_CAUSE } from "../support/rig/alarm-latency"

const test = suite("time from cause to alarm")

test("every fault of the virtual board is timed, or is listed with a reason", () => {
    const timed = new Set(CASES.map(({ cause }) => cause))
    for (const name of FAULT_NAMES)
        assert.is(timed.has(name) !== Object.hasOwn(NO_CASE, name), true, name)
})

test("every alarm of high priority is timed, or is listed with a reason [IVUS-ALM-005]", () => {
    const timed = new Set(CASES.map(({ code }) => code))
    for (const [code] of CODES.filter(([c]) => priorityOf(c) === PRIORITY_HIGH))
        assert.is(timed.has(code) !== Object.hasOwn(NO_CAUSE, code), true, `${code}`)
})

// The limit includes the 20 ms between two reads of the client. Where the program can see the cause only later, it counts from then.
for (const one of CASES.filter(({ code }) => priorityOf(code) === PRIORITY_HIGH))
    test(`${one.cause} while ${one.in}: alarm ${one.code} is readable in time [IVUS-ALM-005]`, async () => {
        const ms = await latencyMs(one, 5)
        assert.ok(ms <= limitMs(one), `${ms} ms`)
    })

test.run()
