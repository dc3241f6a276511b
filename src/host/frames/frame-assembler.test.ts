// Assembly of frames: gaps, edges of the window, and clocks and counters that wrap.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    LINE_AT_SPEED,
    LINE_FRAME_CUT,
    LINE_FRAME_START,
    LINE_TEST,
} from "../../shared/acquisition/line-record"
import { type Burst, BurstStream } from "../link/burst-stream"
import {
    DESCRIPTION,
    LINE_PERIOD_US,
    type LineHeader,
    LINES_PER_FRAME,
    plainLine,
    record,
    SAMPLES_PER_LINE,
    samplesOf,
    TestBoard,
} from "../link/testing/test-board"
import { FrameAssembler } from "./frame-assembler"

const test = suite("frame assembler")

/** One line burst of these records. */
function burstOf(records: readonly Uint8Array[]): Burst {
    let burst: Burst | undefined
    const stream = new BurstStream(b => (burst = b))
    stream.push(new TestBoard().lines(records).bytes())
    return burst!
}

function assembled(lines: readonly LineHeader[], fired?: number) {
    const assembler = new FrameAssembler(DESCRIPTION)
    for (const line of lines) assembler.add(burstOf([record(line)]))
    assembler.end(fired)
    return assembler
}

/** Lines [0, count) of the undisturbed run, with a change applied to each. */
function lines(
    count: number,
    change: (line: LineHeader) => Partial<LineHeader> = () => ({})
): LineHeader[] {
    return Array.from({ length: count }, (_, i) => {
        const line = plainLine(i)
        return { ...line, ...change(line) }
    })
}

function groupByFrame(lines: readonly LineHeader[]): Map<number, LineHeader[]> {
    const frames = new Map<number, LineHeader[]>()
    for (const line of lines) frames.set(line.frame, [...(frames.get(line.frame) ?? []), line])
    return frames
}

test("assembles complete frames with time and position of the middle line", () => {
    const { frames, counts } = assembled(lines(24), 24)
    assert.equal(counts, {
        received: 24,
        missing: 0,
        repeated: 0,
        atSpeed: 24,
        otherEpoch: 0,
        framesMissing: 0,
    })
    assert.equal(
        frames.map(f => f.index),
        [0, 1, 2]
    )
    frames.forEach((frame, i) => {
        const middle = i * LINES_PER_FRAME + LINES_PER_FRAME / 2
        assert.is(frame.tickUs, plainLine(middle).tick_us)
        assert.is(frame.timeMs, (i * LINES_PER_FRAME * LINE_PERIOD_US) / 1000)
        // Counts of 1 um; the window starts at 2 mm, the position of line 0.
        assert.ok(Math.abs(frame.positionMm - middle / 1000) < 1e-9)
        assert.equal([...frame.present], new Array(LINES_PER_FRAME).fill(1))
        for (let k = 0; k < LINES_PER_FRAME; k++)
            assert.equal(
                [...frame.codes.subarray(k * SAMPLES_PER_LINE, (k + 1) * SAMPLES_PER_LINE)],
                [...samplesOf(i * LINES_PER_FRAME + k)]
            )
    })
})

test("finds the first and last line at speed by their flags", () => {
    const flags = (l: LineHeader): Partial<LineHeader> =>
        l.line >= 10 && l.line < 21 ? {} : { flags: 0 }
    const { counts, firstAtSpeed, lastAtSpeed } = assembled(lines(24, flags))
    assert.is(counts.atSpeed, 11)
    assert.equal(firstAtSpeed, { line: 10, tickUs: plainLine(10).tick_us, positionNm: 2010000 })
    assert.equal(lastAtSpeed, { line: 20, tickUs: plainLine(20).tick_us, positionNm: 2020000 })
})

test("drops the frame that the start of the window truncates, and numbers from the next one", () => {
    // Five live lines of frame 0, then the window starts with a new frame.
    const live = lines(5, () => ({ flags: 0 }))
    const inside = lines(16).map((l, i) => ({
        ...l,
        line: 5 + i,
        frame: l.frame + 1,
        flags: l.flags | (i === 0 ? LINE_FRAME_CUT | LINE_FRAME_START : 0),
    }))
    const { frames, counts } = assembled([...live, ...inside], 21)
    assert.equal(
        frames.map(f => [f.index, f.linesPresent, f.linesAtSpeed]),
        [
            [0, 8, 8],
            [1, 8, 8],
        ]
    )
    assert.is(frames[0]!.timeMs, 0)
    assert.equal(counts, {
        received: 21,
        missing: 0,
        repeated: 0,
        atSpeed: 16,
        otherEpoch: 0,
        framesMissing: 0,
    })
})

for (let atSpeed = 0; atSpeed <= LINES_PER_FRAME; atSpeed++)
    test(`keeps the last frame by the share at speed: ${atSpeed} of 8 lines`, () => {
        const flags = (l: LineHeader): Partial<LineHeader> =>
            l.line < 8 + atSpeed ? {} : { flags: 0 }
        const { frames } = assembled(lines(16, flags), 16)
        assert.is(frames.length, atSpeed * 2 >= LINES_PER_FRAME ? 2 : 1)
    })

test("keeps a frame truncated by the end of firing from a quarter of its lines on", () => {
    assert.is(assembled(lines(8 + 2), 10).frames.length, 2)
    assert.is(assembled(lines(8 + 1), 9).frames.length, 1)
})

test("received and missing lines add up to the fired ones, with gaps in the right places", () => {
    const kept = fc.array(fc.boolean(), { minLength: 1, maxLength: 64 })
    fc.assert(
        fc.property(kept, keep => {
            const all = lines(keep.length)
            const received = all.filter((_, i) => keep[i])
            const { frames, counts } = assembled(received, keep.length)
            assert.is(counts.received, received.length)
            assert.is(counts.missing, keep.length - received.length)
            assert.is(counts.repeated, 0)
            const byFrame = groupByFrame(received)
            const shown = [...byFrame].filter(([, l]) => l.length * 4 >= 8)
            assert.is(frames.length, shown.length)
            shown.forEach(([id, present], i) => {
                const frame = frames[i]!
                assert.is(frame.index, id - shown[0]![0])
                assert.is(frame.linesPresent, present.length)
                const indexes = present.map(l => l.index)
                assert.equal(
                    [...frame.present.entries()].filter(([, p]) => p).map(([k]) => k),
                    indexes
                )
                // Position of the frame: that of the received line nearest to the middle.
                const near = Math.min(...indexes.map(k => Math.abs(k - 4)))
                const at = present.filter(l => l.tick_us === frame.tickUs)
                assert.is(Math.abs(at[0]!.index - 4), near)
                const fromMm = DESCRIPTION.window_start_nm / 1e6
                const placeMm = at[0]!.position_counts / 1000 - fromMm
                assert.ok(Math.abs(frame.positionMm - placeMm) < 1e-9)
            })
        }),
        { numRuns: 1000, seed: 1 }
    )
})

test("counts no line twice; received and missing lines add up to the span, for any order", () => {
    const order = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 })
    fc.assert(
        fc.property(order, numbers => {
            const { counts } = assembled(numbers.map(plainLine))
            const span = Math.max(...numbers) + 1
            assert.is(counts.received + counts.missing, span)
            assert.is(counts.received + counts.repeated, numbers.length)
            assert.is(counts.atSpeed, counts.received)
        }),
        { numRuns: 1000, seed: 2 }
    )
})

test("counts damaged lines of a burst as missing", () => {
    const assembler = new FrameAssembler(DESCRIPTION)
    const burst = burstOf(lines(8).map(l => record(l)))
    const goodLines = burst.goodLines.map((_, i) => i !== 3)
    assembler.add({ ...burst, goodLines })
    assembler.end(8)
    assert.equal(assembler.counts, {
        received: 7,
        missing: 1,
        repeated: 0,
        atSpeed: 7,
        otherEpoch: 0,
        framesMissing: 0,
    })
    assert.is(assembler.frames[0]!.present[3], 0)
})

test("counts test lines and lines that do not fit the description as missing", () => {
    const changes: Partial<LineHeader>[] = [
        { index: LINES_PER_FRAME },
        { index: 0xffff },
        { flags: LINE_AT_SPEED | LINE_TEST },
        { samples: SAMPLES_PER_LINE + 1 },
    ]
    for (const change of changes) {
        const wrong = lines(8, l => (l.line === 2 ? change : {}))
        const { counts, frames } = assembled(wrong, 8)
        assert.is(counts.received, 7)
        assert.is(counts.missing, 1)
        assert.is(frames[0]!.linesPresent, 7)
    }
    const assembler = new FrameAssembler(DESCRIPTION)
    const long = { ...plainLine(0), samples: SAMPLES_PER_LINE + 1 }
    assembler.add(burstOf([record(long, new Uint8Array(13))]))
    assert.is(assembler.counts.received, 0)
})

test("continues time when the line clock wraps after 71 minutes, also with lines lost around the wrap", () => {
    const start = 0xffffffff - 5 * LINE_PERIOD_US
    const tick = (l: LineHeader): Partial<LineHeader> => ({
        tick_us: (start + LINE_PERIOD_US * l.line) >>> 0,
    })
    const whole = assembled(lines(24, tick)).frames
    assert.equal(
        whole.map(f => f.timeMs),
        [0, 0.8, 1.6]
    )
    assert.is(whole[1]!.tickUs, start + 12 * LINE_PERIOD_US)
    const gap = lines(24, tick).filter(l => l.line < 2 || l.line > 20)
    const { lastAtSpeed, frames } = assembled(gap)
    assert.is(lastAtSpeed!.tickUs, start + 23 * LINE_PERIOD_US)
    assert.is(frames.length, 2)
})

test("continues when frame numbers wrap at 65536 and line numbers at 2^32", () => {
    const frame = (l: LineHeader): Partial<LineHeader> => ({
        frame: (l.frame + 65534) & 0xffff,
    })
    assert.equal(
        assembled(lines(32, frame)).frames.map(f => f.index),
        [0, 1, 2, 3]
    )
    const numbers = [0x7fffffff, 0xfffffffe, 0xffffffff, 0, 1, 0xffffffff]
    const { counts } = assembled(
        numbers.map((line, i) => ({ ...plainLine(i), line })),
        3
    )
    // All lines up to line 2 after the wrap, except the five received.
    assert.is(counts.missing, 2 ** 32 + 3 - 5)
    assert.is(counts.repeated, 1)
})

test("adds no missing lines on an end without further lines, also when it is repeated", () => {
    const assembler = assembled(lines(8), 8)
    assembler.end(8)
    assembler.end(3)
    assembler.end(undefined)
    assert.is(assembler.counts.missing, 0)
    assert.is(assembler.frames.length, 1)
    assembler.end(10)
    assembler.end(10)
    assert.is(assembler.counts.missing, 2)
})

test("groups consecutive lines at speed into sections, one per epoch", () => {
    const epochs = (l: LineHeader): Partial<LineHeader> => {
        if (l.line >= 8 && l.line < 12) return { flags: 0 }
        return { flags: 1 | ((l.line < 16 ? 254 : 255) << 8) }
    }
    const { stretches } = assembled(lines(24, epochs), 24)
    assert.equal(
        stretches.map(s => [s.epoch, s.lines, s.first.tickUs, s.last.tickUs]),
        [
            [254, 8, plainLine(0).tick_us, plainLine(7).tick_us],
            [254, 4, plainLine(12).tick_us, plainLine(15).tick_us],
            [255, 8, plainLine(16).tick_us, plainLine(23).tick_us],
        ]
    )
})

test("counts a line with another set-point epoch than its burst and keeps its frame", () => {
    // The bursts have epoch 0; three of the lines have epoch 1.
    const odd = (l: LineHeader): Partial<LineHeader> =>
        l.line >= 5 && l.line < 8 ? { flags: 0x0101 } : {}
    const { counts, frames } = assembled(lines(16, odd), 16)
    assert.is(counts.otherEpoch, 3)
    assert.is(frames.length, 2)
})

test("counts frames of which no line was received, also over the wrap of frame numbers", () => {
    const late = lines(8 * LINES_PER_FRAME).filter(
        l => ![3, 4].includes(Math.floor(l.line / LINES_PER_FRAME))
    )
    const { counts } = assembled(late.map(l => ({ ...l, frame: (l.frame + 0xfffc) & 0xffff })))
    assert.is(counts.framesMissing, 2)
})

test("keeps no frame of a run without lines at speed", () => {
    const { frames, counts, firstAtSpeed } = assembled(lines(32, () => ({ flags: 0 })))
    assert.is(frames.length, 0)
    assert.is(counts.received, 32)
    assert.is(firstAtSpeed, undefined)
})

test.run()
