// Dates, lines and objects of log entries, and the requests of the client. Dates are exact to the ms of the cart's clock.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { CODES } from "../../shared/code-table"
import * as codes from "../../shared/codes"
import type { LogEntry, Status } from "../../shared/protocol/messages"
import { LogClient } from "./log-client"
import { type DatedEntry, dated, logLine, logObject } from "./log-text"
import { RecordingSession, statusOf } from "./testing/scripted-operator"

const text = suite("text of the event log")

const DAY_S = 1767225600
const entry = (
    number: number,
    boots: number,
    time_ms: number,
    code: number,
    value = 0
): LogEntry => ({
    ...{ number, boots, time_ms, code, value, state: machine.STATE_READY },
})
const undated = (code: number, value: number): DatedEntry => ({
    ...entry(5, 12, 201_900, code, value),
    dateMs: undefined,
})

text(
    "dates follow from the host's dates of the same start, also backwards, and the last one counts [IVUS-LOG-004]",
    () => {
        const dates = dated([
            entry(1, 1, 100, codes.EVENT_RESTART, 1),
            entry(2, 2, 100, codes.EVENT_RESTART, 1),
            entry(3, 2, 5100, codes.EVENT_DATE, DAY_S),
            entry(4, 2, 6100, codes.EVENT_HOMED),
            // The clock of the host was set.
            entry(5, 2, 7100, codes.EVENT_DATE, DAY_S + 3600),
            entry(6, 2, 8100, codes.EVENT_HOMED),
            entry(7, 3, 100, codes.EVENT_RESTART, 1),
            entry(8, 0, 0, 0),
            // Beyond 2038.
            entry(9, 4, 100, codes.EVENT_DATE, 3_800_000_000 | 0),
        ]).map(e => e.dateMs)
        assert.equal(dates, [
            ...[undefined, DAY_S * 1000 - 5000, DAY_S * 1000, DAY_S * 1000 + 1000],
            ...[(DAY_S + 3600) * 1000, (DAY_S + 3601) * 1000, undefined, undefined],
            3_800_000_000_000,
        ])
    }
)

text("dates are not those of another start with the same number [IVUS-LOG-004]", () => {
    const dates = dated([
        entry(1, 1, 100, codes.EVENT_RESTART, 1),
        entry(2, 1, 5100, codes.EVENT_DATE, DAY_S),
        entry(3, 1, 100, codes.EVENT_RESTART, 1),
        entry(4, 1, 6100, codes.EVENT_HOMED),
        entry(5, 1, 100, codes.EVENT_RESTART, 1),
        entry(6, 1, 2100, codes.EVENT_DATE, DAY_S + 3600),
        // The first entries of the next start are lost.
        entry(7, 0, 0, 0),
        entry(8, 2, 2100, codes.EVENT_HOMED),
    ]).map(e => e.dateMs)
    assert.equal(dates, [
        ...[DAY_S * 1000 - 5000, DAY_S * 1000, undefined, undefined],
        ...[(DAY_S + 3598) * 1000, (DAY_S + 3600) * 1000, undefined, undefined],
    ])
})

text("a line has date or start, state, code, sentence and value in its unit [IVUS-LOG-004]", () => {
    assert.is(
        logLine(undated(codes.EVENT_SPEED, 2_500_000)),
        "boot 12 +00:03:21    ready        313 the speed was changed during the pullback (2.5 mm/s)"
    )
    const date = new Date(2026, 10, 30, 11, 20, 5)
    assert.is(
        logLine({ ...undated(codes.EVENT_STATE, machine.STATE_LIVE), dateMs: date.getTime() }),
        "2026-11-30 11:20:05  ready        301 the state of the cart changed (live)"
    )
    assert.match(
        logLine(undated(codes.REFUSED_LENGTH, 12_500_000)),
        /205 refused: the length must be .* \(nearest allowed value: 12\.5 mm\)$/
    )
    assert.match(logLine(undated(codes.REFUSED_STATE, machine.STATE_FAULT)), /\(state: fault\)$/)
    assert.match(logLine(undated(codes.FAULT_LINK_LOST, 104)), /last message was 104 ms old\)$/)
    assert.match(logLine(undated(codes.EVENT_HOMED, -12_000)), /\(-0\.012 mm\)$/)
    assert.match(logLine(undated(codes.EVENT_RESTART, 3)), /its program alone started again\)$/)
    assert.match(logLine(undated(codes.FAULT_HOMING, 0)), /moves freely$/)
    assert.match(logLine(undated(codes.FAULT_HOMING, 17)), /\(value 17\)$/)
    assert.match(logLine(undated(codes.FAULT_STALL, 8_319_986)), /encoder reads 8\.320 mm\)$/)
    assert.match(logLine(undated(999, 17)), /999 unknown code 999 \(value 17\)$/)
    assert.match(logLine({ ...entry(8, 0, 0, 0), dateMs: undefined }), /entry 8 is damaged/)
    const days = { ...entry(1, 1, 100 * 3600_000, codes.EVENT_HOMED), dateMs: undefined }
    assert.match(logLine(days), /^boot 1 \+100:00:00 /)
})

text("an object has date or null, class and value; every code has a text on one line", () => {
    assert.equal(logObject({ ...undated(codes.EVENT_SPEED, 2_500_000), dateMs: DAY_S * 1000 }), {
        ...{ number: 5, date: "2026-01-01T00:00:00.000Z", boot: 12, time_ms: 201_900 },
        ...{ state: "ready", code: 313, class: "log", value: 2_500_000, value_text: "2.5 mm/s" },
        text: "the speed was changed during the pullback",
    })
    const refused = logObject(undated(codes.REFUSED_SPEED, 1e6)) as Record<string, unknown>
    assert.equal([refused.date, refused.class], [null, "refusal"])
    assert.is(refused.value_text, "nearest allowed value: 1 mm/s")
    assert.equal(logObject({ ...entry(8, 0, 0, 0), dateMs: undefined }), {
        number: 8,
        damaged: true,
    })
    for (const [code] of CODES)
        for (const value of [0, 1, -1, 0x7fffffff])
            assert.match(logLine(undated(code, value)), new RegExp(`^[ -~]* ${code} [ -~]+$`))
})

text.run()

const client = suite("client of the event log")

function bench(): { session: RecordingSession; log: LogClient } {
    const session = new RecordingSession()
    return { session, log: new LogClient(session.session) }
}

const at = (time_ms: number, state: number): Status => ({ ...statusOf(state), time_ms })

client(
    "asks once, when the cart has started and stored the date, and is done with the entry of number 0",
    () => {
        const { session, log } = bench()
        log.listener.onStatus!(statusOf(machine.STATE_SELF_TEST))
        assert.equal(session.commands, [])
        log.listener.onStatus!(at(10, machine.STATE_FAULT))
        assert.equal(session.commands, [])
        log.listener.onStatus!(at(110, machine.STATE_FAULT))
        log.listener.onStatus!(at(210, machine.STATE_FAULT))
        assert.equal(session.commands, [machine.COMMAND_LOG])
        log.listener.onLogEntry!(entry(1, 1, 100, codes.EVENT_RESTART, 1))
        assert.is(log.done, false)
        log.listener.onLogEntry!(entry(0, 0, 0, 0))
        assert.is(log.done, true)
        assert.is(log.entries.length, 1)
    }
)

client("fails if the cart moves, before or while it sends", () => {
    const moving = bench()
    moving.log.listener.onStatus!(statusOf(machine.STATE_PULLING))
    assert.match(moving.log.failure!.message, /is pulling; its log can only be read/)
    const { log } = bench()
    for (const ms of [0, 100]) log.listener.onStatus!(at(ms, machine.STATE_READY))
    const refusal = { command: machine.COMMAND_LOG, reason: codes.REFUSED_STATE, value: 5 }
    log.listener.onRefusal!({ ...refusal, serial: 99 })
    assert.is(log.failure, undefined)
    log.listener.onRefusal!({ ...refusal, serial: 1 })
    assert.match(log.failure!.message, /did not send all of its log.*; try again\.$/)
})

client.run()
