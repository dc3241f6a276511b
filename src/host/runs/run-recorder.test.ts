// Pullbacks among the bytes of a cart: their captures do not depend on how the bytes are cut, and hold no live picture.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { EVENT_MARK, EVENT_STATE } from "../../shared/codes"
import { TYPE_RESTART } from "../../shared/protocol/burst"
import { CAUSE_PROGRAM, type End, RESTART } from "../../shared/protocol/messages"
import { plainRecords, TestBoard } from "../link/testing/test-board"
import { RunReceiver } from "../run/run-receiver"
import type { BegunRun, RunWriting } from "./recorded-run"
import { RunRecorder } from "./run-recorder"

const test = suite("run recorder")

/** Lines [from, to) in bursts of eight. */
function lines(board: TestBoard, from: number, to: number): void {
    for (let line = from; line < to; line += 8) board.lines(plainRecords(line, line + 8))
}

/** Live until line `live`, then a pullback until line `end`. */
function pullback(board: TestBoard, run: number, live: number, end: number): void {
    board.describe({ run }).event(EVENT_STATE, machine.STATE_LIVE)
    lines(board, 0, live)
    board.event(EVENT_STATE, machine.STATE_ARMED).event(EVENT_STATE, machine.STATE_PULLING)
    lines(board, live, end)
    board.event(EVENT_MARK, 2_500_000).event(EVENT_STATE, machine.STATE_COMPLETED)
    board.end({ run, lines_fired: end, lines_sent: end })
}

interface Recorded {
    readonly begun: BegunRun
    capture: Uint8Array
    isCut: boolean | undefined
    completed: End | undefined
}

/** Keeps what is recorded in memory. */
class Recorder {
    readonly runs: Recorded[] = []
    readonly reported: string[] = []
    readonly recorder: RunRecorder = new RunRecorder(() => this.receiver, {
        ...{
            dateMs: () => 1,
            after: (ms, action) => {
                this.waitedMs.push(ms)
                this.later.push(action)
            },
        },
        begin: begun => this.begin(begun),
        report: line => void this.reported.push(line),
    })
    readonly later: (() => void)[] = []
    readonly waitedMs: number[] = []
    /** The error of the next folder. */
    refusal: string | undefined
    receiver: RunReceiver = new RunReceiver(this.recorder.listener, undefined, "nothing")

    push(...pieces: readonly Uint8Array[]): this {
        for (const piece of pieces) this.receiver.push(piece)
        return this
    }

    /** When the files of all runs are written. */
    settled = Promise.resolve()

    /** The next bytes come over another connection. */
    connectAgain(): this {
        this.receiver.finish()
        this.recorder.lost()
        this.receiver = new RunReceiver(this.recorder.listener, undefined, "nothing")
        return this
    }

    private begin(begun: BegunRun): RunWriting {
        if (this.refusal !== undefined) throw new Error(this.refusal)
        const run: Recorded = {
            ...{ begun, capture: new Uint8Array(0), isCut: undefined, completed: undefined },
        }
        this.runs.push(run)
        return {
            take: bytes => {
                assert.is(run.isCut, undefined, "bytes after the end")
                run.capture = Buffer.concat([run.capture, bytes])
            },
            finish: isCut => void (run.isCut = isCut),
            complete: end => void (run.completed = end),
            settled: () => this.settled,
            drop: assert.unreachable,
        }
    }
}

/** The runs that are recorded of these pieces, in order. */
function record(pieces: readonly Uint8Array[]): readonly Recorded[] {
    const { runs, receiver, recorder, reported } = new Recorder().push(...pieces)
    receiver.finish()
    void recorder.close()
    assert.equal(reported, [])
    return runs
}

function replay(capture: Uint8Array): RunReceiver {
    const receiver = new RunReceiver()
    receiver.push(capture)
    receiver.finish()
    assert.equal(Object.values(receiver.stream.faults).filter(Boolean), [])
    return receiver
}

function session(): TestBoard {
    const board = new TestBoard().hello()
    pullback(board, 1, 16, 40)
    pullback(board, 2, 8, 24)
    // A live picture without a pullback.
    board.describe({ run: 3 })
    lines(board, 0, 16)
    board.event(EVENT_STATE, machine.STATE_READY)
    board.end({ run: 3, lines_fired: 16, lines_sent: 16 })
    pullback(board, 4, 0, 16)
    return board
}

test("the same runs and captures however the bytes are cut: at the bursts, byte by byte, in one piece", () => {
    const board = session()
    const bytes = board.bytes()
    const expected = record([bytes])
    assert.is(expected.length, 3)
    const captures = expected.map(({ capture }) => capture)
    assert.equal(
        record(Array.from(bytes, byte => Uint8Array.of(byte))).map(({ capture }) => capture),
        captures
    )
    let at = 0
    for (const { length } of board.bursts) {
        at += length
        for (const place of [at - 1, at, at + 1]) {
            const cut = record([bytes.subarray(0, place), bytes.subarray(place)])
            assert.equal(
                cut.map(({ capture }) => capture),
                captures,
                `cut at ${place}`
            )
        }
    }
})

test("a capture has the versions, all of its pullback, and none of the live picture before it", () => {
    const recorded = record([session().bytes()])
    for (const [i, live, end] of [
        [0, 16, 40],
        [1, 8, 24],
        [2, 0, 16],
    ] as const) {
        const { isCut, capture } = recorded[i]!
        const { hello, assembler, end: summary, runEvents } = replay(capture)
        assert.is(isCut, false)
        assert.ok(hello)
        assert.is(summary?.lines_fired, end)
        const { received, missing } = assembler!.counts
        assert.equal([received, missing, assembler!.leftOut], [end - live, 0, live])
        const marks = runEvents.filter(({ code }) => code === EVENT_MARK)
        assert.is(marks.length, 1)
    }
})

test("a long live picture costs no memory and no disk: its capture is as long as without one", () => {
    const lengthAfter = (live: number): number => {
        const board = new TestBoard().hello()
        pullback(board, 1, live, live + 16)
        return record([board.bytes()])[0]!.capture.length
    }
    assert.is(lengthAfter(8000), lengthAfter(8))
})

test("A-lines that are lost where the pullback begins are missing", () => {
    const board = new TestBoard().hello().describe()
    lines(board, 0, 16)
    board.event(EVENT_STATE, machine.STATE_PULLING)
    lines(board, 24, 40)
    board.end({ lines_fired: 40 })
    const { assembler } = replay(record([board.bytes()])[0]!.capture)
    assert.equal(assembler!.gaps, [{ first: 16, last: 23 }])
})

test("a run whose summary was lost is cut where the next one is described", () => {
    const board = new TestBoard().hello().describe().event(EVENT_STATE, machine.STATE_PULLING)
    lines(board, 0, 24)
    pullback(board, 2, 0, 16)
    const [first, second] = record([board.bytes()])
    assert.ok(first!.isCut && !second!.isCut)
    assert.is(replay(first!.capture).assembler!.counts.received, 24)
    assert.is(replay(second!.capture).assembler!.counts.received, 16)
})

test("a pullback in a later session than its description", () => {
    const board = new TestBoard().hello().describe()
    lines(board, 0, 16)
    const later = new TestBoard(2).hello()
    later.event(EVENT_STATE, machine.STATE_PULLING)
    lines(later, 16, 40)
    later.end({ lines_fired: 40 })
    const { assembler, description } = replay(record([board.bytes(), later.bytes()])[0]!.capture)
    assert.ok(description)
    assert.equal([assembler!.counts.received, assembler!.counts.missing], [24, 0])
})

/** A run of which lines 0 to 23 are received, and its summary in a later session. */
const begun = (run: number): Uint8Array => {
    const board = new TestBoard().hello().describe({ run })
    board.event(EVENT_STATE, machine.STATE_PULLING)
    lines(board, 0, 24)
    return board.bytes()
}
const ended = (run: number): Uint8Array =>
    new TestBoard(2).hello().end({ run, lines_fired: 40, lines_sent: 32 }).bytes()

test("a summary that comes over another connection in time ends the run", () => {
    const { runs, recorder, later } = new Recorder().push(begun(5)).connectAgain().push(ended(5))
    assert.equal([runs.length, runs[0]!.isCut, runs[0]!.completed], [1, false, undefined])
    assert.is(replay(runs[0]!.capture).end?.lines_fired, 40)
    for (const action of later) action()
    void recorder.close()
    assert.is(runs[0]!.isCut, false)
})

test("a summary that comes when the run counts as cut completes its counts, once", () => {
    const cart = new Recorder().push(begun(5)).connectAgain()
    assert.equal(cart.waitedMs, [10_000])
    for (const action of cart.later) action()
    const [run] = cart.runs
    assert.is(run!.isCut, true)
    cart.push(ended(5))
    assert.is(run!.completed?.lines_fired, 40)
    run!.completed = undefined
    cart.connectAgain().push(ended(5)).connectAgain().push(ended(5))
    assert.is(run!.completed, undefined)
    assert.equal(cart.reported, [])
})

/** The hello of a cart that has started so often, and what it reports of its start. */
const started = (session: number, boots: number): TestBoard =>
    new TestBoard(session).hello().message(TYPE_RESTART, RESTART, {
        ...{ sequence: 0, boots, uptime_ms: 0, state: machine.STATE_READY, fault: 0 },
        cause: CAUSE_PROGRAM,
    })

test("a cart that has started again knows nothing of its run, which is cut; the same start goes on", () => {
    const begins = started(1, 7).describe({ run: 5 }).event(EVENT_STATE, machine.STATE_PULLING)
    lines(begins, 0, 24)
    const cart = new Recorder().push(begins.bytes()).connectAgain()
    const [run] = cart.push(started(2, 7).bytes()).runs
    assert.is(run!.isCut, undefined)
    cart.connectAgain().push(started(3, 8).bytes())
    assert.is(run!.isCut, true)
    // Its number begins again, too: this is no summary of that run.
    cart.push(started(4, 9).end({ run: 5, lines_fired: 40, lines_sent: 32 }).bytes())
    assert.is(run!.completed, undefined)
})

test("a run for which there is no folder is told once, and the live picture goes on", () => {
    const cart = new Recorder()
    cart.refusal = "there is no room"
    const board = new TestBoard().hello().describe({ run: 5 })
    for (let n = 0; n < 3; n++) board.event(EVENT_STATE, machine.STATE_PULLING)
    lines(board, 0, 24)
    cart.push(board.bytes())
    assert.equal(cart.reported, ["This run is not recorded: there is no room"])
    assert.is(cart.receiver.assembler!.counts.received, 24)
})

test("is closed when the files of all runs are written", async () => {
    const cart = new Recorder()
    let written!: () => void
    cart.settled = new Promise(resolve => (written = resolve))
    cart.push(begun(5))
    let isClosed = false
    const closed = cart.recorder.close().then(() => (isClosed = true))
    await new Promise(resolve => setImmediate(resolve))
    assert.not(isClosed)
    assert.is(cart.runs[0]!.isCut, true)
    written()
    await closed
})

test("messages of hours before a pullback are forgotten, its description is not", () => {
    const board = new TestBoard().hello().describe({ run: 5 })
    for (let n = 0; n < 6000; n++) board.event(EVENT_MARK, n)
    board.event(EVENT_STATE, machine.STATE_PULLING)
    lines(board, 0, 24)
    const [run] = record([board.end({ run: 5, lines_fired: 24, lines_sent: 24 }).bytes()])
    const { description, runEvents } = replay(run!.capture)
    assert.is(description!.run, 5)
    // 256 kB of them, of 600 kB.
    const values = runEvents.filter(({ code }) => code === EVENT_MARK).map(({ value }) => value)
    assert.is(values.at(-1), 5999)
    assert.ok(run!.capture.length > 250_000 && run!.capture.length < 270_000)
})

test("a summary of a run that was not received is told, once", () => {
    const { reported, runs } = new Recorder().push(ended(9)).connectAgain().push(ended(9))
    assert.is(reported.length, 1)
    assert.match(reported[0]!, /^run 9, which this host did not receive, ended: 40 A-lines fired/)
    assert.is(runs.length, 0)
})

test.run()
