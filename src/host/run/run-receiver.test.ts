// A board's complete stream received as one run: messages, test lines, counts, and the effect of damage.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "../../shared/protocol/burst"
import { LINE_HEADER_LENGTH, LINE_TEST, testSample } from "../../shared/acquisition/line-record"
import { type Layout, type Message, readFields } from "../../shared/protocol/bytes"
import * as messages from "../../shared/protocol/messages"
import { applyDamage, damage } from "../link/testing/stream-damage"
import {
    DESCRIPTION,
    LINES_PER_FRAME,
    plainLine,
    plainRecords,
    record,
    SAMPLES_PER_LINE,
    samplesOf,
    TestBoard,
    testRecord,
} from "../link/testing/test-board"
import { linesFired, type RunListener, RunReceiver } from "./run-receiver"

const test = suite("run receiver")
const TEST = { flags: burst.FLAG_TEST_LINES | burst.FLAG_INSECURE }

function receive(board: TestBoard, listener: RunListener = {}): RunReceiver {
    const receiver = new RunReceiver(listener)
    receiver.push(board.bytes())
    receiver.finish()
    return receiver
}

/** Hello, three test lines, a run of `lines` lines in bursts of four, its end. */
function run(lines: number): TestBoard {
    const board = new TestBoard().hello()
    for (let i = 0; i < 3; i++) board.lines([testRecord(i)], TEST)
    board.describe().event(301, 5)
    for (let line = 0; line < lines; line += 4)
        board.lines(plainRecords(line, Math.min(line + 4, lines)))
    return board.end({ lines_fired: lines, lines_sent: lines })
}

test("reports everything of a clean run once and in order, with matching counts", () => {
    const reported: string[] = []
    let bytesOfLines = 0
    const board = run(24)
    const receiver = receive(board, {
        onHello: m => reported.push(`hello ${m.board_id_high}`),
        onDescription: m => reported.push(m.catheter),
        onEvent: m => reported.push(`event ${m.value}`),
        onEnd: m => reported.push(`end ${m.lines_fired}`),
        onLines: (_, bytes) => void (bytesOfLines += bytes),
    })
    assert.equal(reported, ["hello 2", "test-catheter", "event 5", "end 24"])
    assert.ok(Object.values(receiver.stream.faults).every(n => n === 0))
    assert.equal(receiver.assembler!.counts, {
        received: 24,
        missing: 0,
        repeated: 0,
        atSpeed: 24,
        otherEpoch: 0,
        framesMissing: 0,
    })
    assert.is(receiver.assembler!.frames.length, 3)
    assert.is(receiver.lineBursts.length, 6)
    assert.is(receiver.end!.lines_sent, 24)
    assert.is(receiver.bytes, board.bytes().length)
    assert.equal([receiver.testLines, receiver.testLinesWrong], [3, 0])
    assert.equal(receiver.description, DESCRIPTION)
    // Credit counts the bytes of all line bursts, test lines too.
    const lineBursts = board.bursts.filter(b => b[burst.TYPE_AT] === burst.TYPE_LINES)
    assert.is(lineBursts.length, 9)
    assert.is(
        bytesOfLines,
        lineBursts.reduce((sum, b) => sum + b.length, 0)
    )
})

test("reports status, refusal and reject with their content", () => {
    const status: messages.Status = {
        state: 4,
        fault: 0,
        time_ms: 1,
        position_nm: -2,
        speed_nm_s: -3,
        fifo_lines: 4,
        lines_fired: 5,
        lines_sent: 6,
        credit_bytes: 7,
        flags: 0,
        fault_value: -4,
        alarm: 311,
        warnings: 0x10001,
        control: 1,
    }
    const refusal: messages.Refusal = { command: 2, serial: 9, reason: 204, value: -250000 }
    const board = new TestBoard().hello()
    board.message(burst.TYPE_STATUS, messages.STATUS, status)
    board.message(burst.TYPE_REFUSAL, messages.REFUSAL, refusal)
    board.message(burst.TYPE_REJECT, messages.REJECT, { reason: 406 })
    const reported: unknown[] = []
    receive(board, {
        onStatus: m => reported.push(m),
        onRefusal: m => reported.push(m),
        onReject: r => reported.push(r),
    })
    assert.equal(reported, [status, refusal, 406])
})

test("passes every message of a board to its listener, except those of the session", () => {
    const OF_SESSION: readonly string[] = ["proof", "pong"]
    for (const { type, from, name, layout } of messages.messageTable()) {
        if (from === "host" || OF_SESSION.includes(name)) continue
        const board = new TestBoard()
        // A description that can be received; any fields do for the others.
        const zero = readFields(new Uint8Array(1024), 0, layout)
        if (name === "description") board.describe()
        else board.message(type, layout as Layout, zero as Message<Layout>)
        const called: string[] = []
        const listener = new Proxy({}, { get: (_, on) => () => called.push(String(on)) })
        const receiver = receive(board, listener)
        assert.is(receiver.stream.faults.messagesDamaged, 0, name)
        assert.is(called.length, 2, name)
        assert.is(called[0], "onBytes", name)
    }
})

test("counts a test line with another pattern, a wrong CRC or no test flag as wrong", () => {
    const damaged = testRecord(1)
    damaged[LINE_HEADER_LENGTH + 5]! ^= 1
    const pattern = record({ ...plainLine(2), flags: LINE_TEST }, samplesOf(2))
    const samples = Uint8Array.from({ length: SAMPLES_PER_LINE }, (_, k) => testSample(3, k))
    const echo = record(plainLine(3), samples)
    const board = new TestBoard().hello()
    board.lines([testRecord(0), damaged, pattern, echo, testRecord(4)], TEST)
    const receiver = receive(board)
    assert.equal([receiver.testLines, receiver.testLinesWrong], [5, 3])
    assert.is(receiver.stream.faults.linesDamaged, 1)
})

test("counts test lines neither as received nor as dropped", () => {
    const board = new TestBoard().hello().describe()
    board.lines([testRecord(0)], { ...TEST, dropped_fifo: 5 })
    const { assembler, lineBursts, dropped } = receive(board)
    assert.is(assembler!.counts.received, 0)
    assert.is(lineBursts.length, 0)
    assert.is(dropped.fifo, 0)
})

test("adds up dropped lines by cause and resets all counts on a new description", () => {
    const board = new TestBoard().hello().describe()
    const drops = { dropped_fifo: 1, dropped_credit: 20, dropped_crc: 300, dropped_gate: 4000 }
    board.lines(plainRecords(0, 2), drops).lines(plainRecords(2, 4), drops)
    const receiver = new RunReceiver()
    receiver.push(board.bytes())
    assert.equal(receiver.dropped, { fifo: 2, credit: 40, crc: 600, gate: 8000 })
    const first = board.bytes().length
    board.end({ lines_fired: 4 }).describe().lines(plainRecords(0, 3))
    receiver.push(board.bytes().subarray(first))
    assert.equal(receiver.dropped, { fifo: 0, credit: 0, crc: 0, gate: 0 })
    assert.is(receiver.assembler!.counts.received, 3)
    assert.is(receiver.assembler!.counts.missing, 0)
    assert.is(receiver.lineBursts.length, 1)
    assert.is(receiver.end, undefined)
})

test("counts lines lost at the end by the summary, and without it only up to the last received line", () => {
    const board = new TestBoard().hello().describe()
    board.lines(plainRecords(0, 4)).end({ lines_fired: 9 })
    assert.is(receive(board).assembler!.counts.missing, 5)
    // After a reset of the front end its count is unknown.
    const reset = new TestBoard()
        .hello()
        .describe()
        .lines(plainRecords(0, 4))
        .end({ lines_fired: messages.LINES_UNKNOWN })
    assert.is(receive(reset).assembler!.counts.missing, 0)
    assert.is(linesFired(receive(reset).end), undefined)
    const { assembler } = receive(new TestBoard().hello().describe().lines(plainRecords(0, 4)))
    assert.is(assembler!.counts.missing, 0)
    // The frame that was open at the end of the stream is kept.
    assert.is(assembler!.frames.length, 1)
})

test("counts a description of impossible lines as a damaged message and starts no run", () => {
    const wrong: Partial<messages.Description>[] = [
        { sample_format: 2, pair_list: 1 },
        { sample_format: 2, record_length: 48 },
        { sample_format: 3, record_length: 24 },
        { pair_list: 1 },
        { lines_per_frame: 0 },
        { lines_per_frame: 4097 },
        { samples_per_line: 0, record_length: 24 },
        { samples_per_line: 16361, record_length: 16385 },
        { record_length: 37 },
        { lines_per_frame: 65535, samples_per_line: 65511, record_length: 65535 },
    ]
    for (const changes of wrong) {
        const board = new TestBoard().hello().describe()
        board.lines(plainRecords(0, 4)).describe(changes)
        board.lines(plainRecords(0, 4)).end({ lines_fired: 4 })
        const receiver = receive(board)
        assert.is(receiver.description, undefined)
        assert.is(receiver.assembler, undefined)
        assert.is(receiver.stream.faults.messagesDamaged, 1)
    }
    const largest = { lines_per_frame: 4096, samples_per_line: 16360, record_length: 16384 }
    const board = new TestBoard().hello().describe(largest)
    assert.ok(receive(board).assembler)
    const elements = { sample_format: 2, pair_list: 1, record_length: 48 }
    assert.ok(receive(new TestBoard().hello().describe(elements)).assembler)
})

test("counts the events between two runs to the later one", () => {
    const board = new TestBoard().hello().event(1).describe().event(2)
    board.lines(plainRecords(0, 4)).end({ lines_fired: 4 }).event(3)
    const codesIn = (): number[] => receive(board).runEvents.map(({ code }) => code)
    assert.equal(codesIn(), [1, 2, 3])
    board.describe({ run: DESCRIPTION.run + 1 }).event(4)
    assert.equal(codesIn(), [3, 4])
})

test("a warning that began before the run is one of its reports, once and without a value [IVUS-ALM-006]", () => {
    const [warm, openLoad] = [311, 312]
    const status = messages.readPayload(
        new Uint8Array(messages.payloadLength(messages.STATUS)),
        0,
        messages.STATUS
    )
    // Bit n is code 311 + n.
    const warmOnly = { ...status, warnings: 1 }
    const both = { ...status, warnings: 3 }
    const board = new TestBoard().hello().event(warm)
    board.message(burst.TYPE_STATUS, messages.STATUS, warmOnly).describe().end()
    board.describe({ run: DESCRIPTION.run + 1 })
    for (const shown of [warmOnly, warmOnly])
        board.message(burst.TYPE_STATUS, messages.STATUS, shown)
    board.event(openLoad).message(burst.TYPE_STATUS, messages.STATUS, both)
    const reports = receive(board).runReports.map(({ code, value }) => [code, value])
    assert.equal(reports[0], [warm, undefined])
    assert.equal(
        reports.map(([code]) => code),
        [warm, openLoad]
    )
})

test("counts a message with a right CRC but the length of another type as damaged", () => {
    const board = new TestBoard().hello()
    board.message(burst.TYPE_STATUS, messages.EVENT, { code: 1, time_ms: 2, value: 3 })
    let reported = 0
    const receiver = receive(board, { onStatus: () => reported++ })
    assert.is(reported, 0)
    assert.is(receiver.stream.faults.messagesDamaged, 1)
})

test("recognizes a board without a key by the flag in its bursts", () => {
    assert.ok(receive(new TestBoard().hello()).insecure)
    const board = new TestBoard()
    const payload = new Uint8Array(messages.payloadLength(messages.EVENT))
    const event = { code: 1, time_ms: 2, value: 3 }
    messages.writePayload(payload, 0, messages.EVENT, event)
    board.burst({ type: burst.TYPE_EVENT, flags: 0 }, payload)
    assert.not(receive(board).insecure)
})

test("receives every line correctly or counts it as missing, whatever the damage [IVUS-DAT-001, IVUS-DAT-002]", () => {
    const damages = fc.array(damage, { minLength: 1, maxLength: 3 })
    const FIRED = 40
    const clean = run(FIRED).bytes()
    let gaps = 0
    fc.assert(
        fc.property(damages, list => {
            let bytes = clean
            for (const d of list) bytes = applyDamage(bytes, d, clean)
            const receiver = new RunReceiver()
            receiver.push(bytes)
            receiver.finish()
            const { assembler, end } = receiver
            if (!assembler) return
            const { received, missing, atSpeed } = assembler.counts
            if (end) assert.is(received + missing, FIRED)
            else assert.ok(received + missing <= FIRED)
            assert.is(atSpeed, received)
            for (const frame of assembler.frames) {
                const id = frame.tickUs - 1000
                const first = Math.floor(id / 100 / 8) * LINES_PER_FRAME
                frame.present.forEach((present, k) => {
                    const at = k * SAMPLES_PER_LINE
                    const codes = frame.codes.subarray(at, at + SAMPLES_PER_LINE)
                    if (present) assert.equal([...codes], [...samplesOf(first + k)])
                    else gaps++
                })
            }
        }),
        { numRuns: 2000, seed: 1 }
    )
    assert.ok(gaps > 500)
})

test.run()
