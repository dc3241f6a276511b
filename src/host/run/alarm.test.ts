// Alarms in words, and which of them are reported when.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as alarms from "../../shared/alarms"
import { CODES } from "../../shared/code-table"
import * as codes from "../../shared/codes"
import { alarmOf, alarmsOf, alarmText } from "./alarm"
import { reportsAlarms, reportsWarnings } from "./alarm-reports"
import { faultText } from "../fault-text"
import { engineerText, technicianText } from "./alarm-text"

const test = suite("alarms of a cart")
const event = (code: number, value = 0, time_ms = 1500) => ({ code, value, time_ms })

test("names the next action for every alarm, and a value for every event [IVUS-ALM-002]", () => {
    const all = CODES.map(([code]) => code).filter(code => alarms.priorityOf(code) > 0)
    assert.ok(all.length > 60)
    for (const code of all) {
        assert.match(technicianText(code), /^.{9,}: .{9,}[^.]$/, String(code))
        assert.match(engineerText(code, 0, 0), /; ./, String(code))
    }
})

test("decodes the motor driver's status for the engineer", () => {
    // otpw is bit 26, ola bit 29, olb bit 30, stst bit 31 (TMC5160 data sheet, DRV_STATUS).
    assert.is(
        alarmOf(event(codes.EVENT_DRIVER_WARM, 0x84000000 | 0, 45_041))!.detail,
        "code 311 at 45.041 s of the cart's clock; DRV_STATUS is 0x84000000: otpw, stst"
    )
    assert.match(alarmOf(event(codes.EVENT_OPEN_LOAD, 0x60000000))!.detail, /0x60000000: ola, olb$/)
})

test("says the value of a fault where it says more than the sentence", () => {
    const text = faultText(codes.FAULT_WATCHDOG, 121)
    assert.match(text, /checked \(fault 164, it had not expired after 121 ms\)$/)
    assert.match(faultText(codes.FAULT_WATCHDOG, 87), /164, it expired after 87 ms\)$/)
    const apart = /140, motor and encoder were -0\.087 mm apart\)$/
    assert.match(faultText(codes.FAULT_ZERO, -87_000), apart)
    assert.match(faultText(codes.FAULT_HOMING, 3), /\(fault 105\)$/)
    assert.match(alarmOf(event(codes.FAULT_HOMING, 3))!.detail, /^code 105 at .*; value 3$/)
})

test("takes a fault from its event, and no alarm from other events", () => {
    const alarm = alarmOf(event(codes.FAULT_STALL, 3_000_000))!
    assert.equal([alarm.code, alarm.priority, alarm.isFault], [codes.FAULT_STALL, "high", true])
    assert.match(alarmText(alarm), /^Fault: the sled does not follow.*\(108, high priority\)$/)
    assert.equal(alarmsOf([event(codes.EVENT_STATE, 5), event(codes.EVENT_GATE, 1)]), [])
})

test("reports a warning once, information each time, and a fault only where asked for", () => {
    const [warnings, all]: [string[], string[]] = [[], []]
    const reporters = [
        reportsWarnings(line => warnings.push(line)),
        reportsAlarms(line => all.push(line)),
    ]
    const send = (code: number, value = 0): void =>
        reporters.forEach(r => r.onEvent(event(code, value)))
    send(codes.EVENT_FRAM)
    send(codes.EVENT_FRAM, 1)
    send(codes.EVENT_ENGINE_BUS, 3)
    send(codes.EVENT_ENGINE_BUS, 4)
    send(codes.FAULT_STALL, 3_000_000)
    send(codes.EVENT_ACKNOWLEDGED)
    send(codes.FAULT_STALL, 3_000_000)
    const starts = (lines: string[]): string[] => lines.map(line => line.split(":")[0]!)
    assert.equal(starts(warnings), ["Warning", "Note", "Note"])
    assert.equal(starts(all), ["Warning", "Note", "Note", "Fault", "Fault"])
})

test.run()
