// Responsible for: frames that are watched live: told as they are finished, with true time and the ECG's triggers in them.
// Not for: which frames are kept (frame-assembler.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { LINE_AT_SPEED, LINE_FRAME_START, LINE_TRIGGER } from "../../shared/acquisition/line-record"
import {
    LINE_PERIOD_US,
    type LineHeader,
    LINES_PER_FRAME,
    plainLine,
    record,
    TestBoard,
} from "../link/testing/test-board"
import { RunReceiver } from "../run/run-receiver"
import type { AssembledFrame } from "./assembled-frame"

const test = suite("watched frames")

/** What a listener is told of `count` lines that are changed one by one. */
function watched(
    count: number,
    change: (line: LineHeader) => Partial<LineHeader>,
    watchOnly = true
) {
    const told: AssembledFrame[] = []
    const listener = { onFrame: (f: AssembledFrame) => void told.push(f) }
    const receiver = new RunReceiver(listener, undefined, watchOnly)
    const board = new TestBoard().hello().describe()
    for (let i = 0; i < count; i++) {
        const line = plainLine(i)
        board.lines([record({ ...line, ...change(line) })])
    }
    receiver.push(board.end({ lines_fired: count }).bytes())
    receiver.finish()
    return { told, receiver }
}

/** Frames live until the window begins with line 16. */
const live = (l: LineHeader): Partial<LineHeader> => ({
    flags: l.index === 0 ? LINE_FRAME_START : 0,
})

test("frames that are not at speed are told, and not kept", () => {
    const { told, receiver } = watched(24, live)
    assert.equal(
        told.map(f => f.index),
        [0, 1, 2]
    )
    assert.equal(
        told.map(f => f.linesAtSpeed),
        [0, 0, 0]
    )
    const frameMs = (LINES_PER_FRAME * LINE_PERIOD_US) / 1000
    told.forEach((f, i) => assert.ok(Math.abs(f.timeMs - i * frameMs) < 1e-9, `${f.timeMs} ms`))
    assert.is(receiver.assembler!.frames.length, 0)
    // Hours of it keep nothing.
    assert.is(receiver.lineBursts.length, 0)
    assert.is(receiver.assembler!.counts.received, 24)
})

test("the window's frames are the same objects as those that are kept, and count from its begin", () => {
    const { told, receiver } = watched(32, l => (l.line < 16 ? live(l) : {}), false)
    const { frames } = receiver.assembler!
    assert.is(told.length, 4)
    assert.is(frames.length, 2)
    assert.is(told[2], frames[0])
    assert.equal(
        told.map(f => f.index),
        [0, 1, 0, 1]
    )
    assert.is(frames[0]!.timeMs, 0)
    assert.is(receiver.lineBursts.length, 32)
})

test("a trigger is known to its frame with its line and its true time, also where the clock starts again", () => {
    const start = 0x100000000 - 12 * LINE_PERIOD_US
    const { told } = watched(24, l => ({
        tick_us: (start + LINE_PERIOD_US * l.line) >>> 0,
        flags:
            LINE_AT_SPEED |
            ([3, 9, 14].includes(l.line) ? LINE_TRIGGER : 0) |
            (l.index === 0 ? LINE_FRAME_START : 0),
    }))
    const at = (line: number) => ({
        line: line % LINES_PER_FRAME,
        tickUs: start + LINE_PERIOD_US * line,
    })
    assert.equal(
        told.map(f => f.triggers),
        [[at(3)], [at(9), at(14)], []]
    )
    // Line 14 fired after the clock had started again: its own field was small.
    assert.ok(at(14).tickUs > 0xffffffff)
    assert.equal(
        told.map(f => f.tickUs),
        [4, 12, 20].map(line => start + LINE_PERIOD_US * line)
    )
})

test("a frame cut short by the end of a live run is told as far as it came", () => {
    const { told } = watched(11, live)
    assert.equal(
        told.map(f => f.linesPresent),
        [8, 3]
    )
    assert.equal([...told[1]!.present], [1, 1, 1, 0, 0, 0, 0, 0])
})

test.run()
