// Frames of a live picture: delivered when complete, with continuous time and their ECG triggers.

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
import type { KeptOfFrames } from "./frame-assembler"

const test = suite("watched frames")

/** Frames delivered for `count` lines, with a change applied to each line. */
function framesOf(
    count: number,
    change: (line: LineHeader) => Partial<LineHeader>,
    keeps: KeptOfFrames = "nothing"
) {
    const delivered: AssembledFrame[] = []
    const listener = { onFrame: (f: AssembledFrame) => void delivered.push(f) }
    const receiver = new RunReceiver(listener, undefined, keeps)
    const board = new TestBoard().hello().describe()
    for (let i = 0; i < count; i++) {
        const line = plainLine(i)
        board.lines([record({ ...line, ...change(line) })])
    }
    receiver.push(board.end({ lines_fired: count }).bytes())
    receiver.finish()
    return { delivered, receiver }
}

/** Frames live until the window starts with line 16. */
const live = (l: LineHeader): Partial<LineHeader> => ({
    flags: l.index === 0 ? LINE_FRAME_START : 0,
})

test("delivers frames that are not at speed without keeping them", () => {
    const { delivered, receiver } = framesOf(24, live)
    assert.equal(
        delivered.map(f => f.index),
        [0, 1, 2]
    )
    assert.equal(
        delivered.map(f => f.linesAtSpeed),
        [0, 0, 0]
    )
    const frameMs = (LINES_PER_FRAME * LINE_PERIOD_US) / 1000
    delivered.forEach((f, i) =>
        assert.ok(Math.abs(f.timeMs - i * frameMs) < 1e-9, `${f.timeMs} ms`)
    )
    assert.is(receiver.assembler!.frames.length, 0)
    // Nothing is kept, so it can run for hours.
    assert.is(receiver.lineBursts.length, 0)
    assert.is(receiver.assembler!.counts.received, 24)
})

test("delivers the kept frames themselves, numbered from the start of the window", () => {
    const { delivered, receiver } = framesOf(32, l => (l.line < 16 ? live(l) : {}), "frames")
    const { frames } = receiver.assembler!
    assert.is(delivered.length, 4)
    assert.is(frames.length, 2)
    assert.is(delivered[2], frames[0])
    assert.equal(
        delivered.map(f => f.index),
        [0, 1, 0, 1]
    )
    assert.is(frames[0]!.timeMs, 0)
    assert.is(receiver.lineBursts.length, 32)
})

test("stores each trigger in its frame with line and time, also over the wrap of the clock", () => {
    const start = 0x100000000 - 12 * LINE_PERIOD_US
    const { delivered } = framesOf(24, l => ({
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
        delivered.map(f => f.triggers),
        [[at(3)], [at(9), at(14)], []]
    )
    // Line 14 fired after the clock wrapped: its own tick was small.
    assert.ok(at(14).tickUs > 0xffffffff)
    assert.equal(
        delivered.map(f => f.tickUs),
        [4, 12, 20].map(line => start + LINE_PERIOD_US * line)
    )
})

test("delivers the lines of a frame that the end of a live run truncates", () => {
    const { delivered } = framesOf(11, live)
    assert.equal(
        delivered.map(f => f.linesPresent),
        [8, 3]
    )
    assert.equal([...delivered[1]!.present], [1, 1, 1, 0, 0, 0, 0, 0])
})

test.run()
