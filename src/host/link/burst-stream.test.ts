// The rules of the burst stream one by one: what is refused, where it resynchronizes, what is counted. Random damage:
// hil-tests/link/link-fuzz.test.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { putNumber } from "../../shared/protocol/bytes"
import { crc32c } from "../../shared/protocol/crc32c"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { payloadLength, STATUS } from "../../shared/protocol/messages"
import { type Burst, BurstStream, noLinkFaults } from "./burst-stream"
import { recordLength } from "../../shared/acquisition/line-record"
import { concat, plainLine, plainRecords, record, TestBoard } from "./testing/test-board"

const test = suite("burst stream")

interface Received {
    readonly stream: BurstStream
    readonly bursts: readonly Burst[]
}

function receive(parts: readonly Uint8Array[], ended = true): Received {
    const bursts: Burst[] = []
    const stream = new BurstStream(b => bursts.push(b))
    for (const part of parts) stream.push(part)
    if (ended) stream.end()
    return { stream, bursts }
}

const sequences = (received: Received): number[] => received.bursts.map(b => b.header.sequence)

/** Hello, two bursts of three lines, an event, a burst of one line: sequences 0 to 4. */
function fiveBursts(): Uint8Array[] {
    const board = new TestBoard()
    board.hello().lines(plainRecords(0, 3)).lines(plainRecords(3, 6))
    return board.event(301).lines(plainRecords(6, 7)).bursts
}

test("delivers every burst of a clean stream with header, payload and good lines, without faults", () => {
    const sent = fiveBursts()
    const { stream, bursts } = receive([concat(sent)])
    assert.equal(stream.faults, noLinkFaults())
    assert.is(stream.refusedHeaders.size, 0)
    bursts.forEach((b, i) => {
        assert.is(b.header.sequence, i)
        const payload = sent[i]!.subarray(burst.BURST_HEADER_LENGTH)
        assert.equal([...b.payload], [...payload])
    })
    assert.equal(
        bursts.map(b => b.goodLines.length),
        [0, 3, 3, 0, 1]
    )
})

test("delivers a burst as soon as its last byte is received", () => {
    const [hello, lines] = fiveBursts() as [Uint8Array, Uint8Array]
    const bursts: Burst[] = []
    const stream = new BurstStream(b => bursts.push(b))
    stream.push(hello)
    stream.push(lines.subarray(0, -1))
    assert.is(bursts.length, 1)
    stream.push(lines.subarray(-1))
    assert.is(bursts.length, 2)
})

test("does not change delivered payloads when further bytes arrive", () => {
    const sent = fiveBursts()
    const { bursts } = receive(sent)
    const before = [...bursts[1]!.payload]
    assert.equal(before, [...sent[1]!.subarray(burst.BURST_HEADER_LENGTH)])
})

/** The stream with the header of its first line burst changed and sealed again. */
function withHeader(change: (header: Uint8Array) => void): Received {
    const sent = fiveBursts()
    change(sent[1]!)
    sealHeader(sent[1]!, layoutHash())
    return receive([concat(sent)])
}

for (const [name, change, verdict] of [
    [
        "another version",
        (h: Uint8Array) => (h[burst.VERSION_AT] = burst.PROTOCOL_VERSION + 1),
        burst.HEADER_BAD_VERSION,
    ],
    [
        "another header length",
        (h: Uint8Array) => (h[burst.HEADER_LENGTH_AT] = 60),
        burst.HEADER_BAD_LENGTH,
    ],
    [
        "a payload of 16385 bytes",
        (h: Uint8Array) => (
            (h[burst.PAYLOAD_LENGTH_AT] = 1),
            (h[burst.PAYLOAD_LENGTH_AT + 1] = 64)
        ),
        burst.HEADER_OVERSIZE,
    ],
] as const)
    test(`refuses ${name} with its code and resynchronizes at the next burst`, () => {
        const received = withHeader(change)
        assert.equal(sequences(received), [0, 2, 3, 4])
        assert.equal([...received.stream.refusedHeaders], [[verdict, 1]])
        assert.is(received.stream.faults.burstsMissing, 1)
        assert.is(received.stream.faults.headersDamaged, 1)
    })

test("accepts the largest allowed payload", () => {
    const records = plainRecords(0, 455)
    const payload = concat(records)
    assert.is(payload.length, 16380)
    const { bursts } = receive([new TestBoard().hello().lines(records).bytes()])
    assert.is(bursts[1]!.goodLines.length, 455)
})

test("delivers no burst of a stream with another layout and counts the reason", () => {
    const sent = fiveBursts()
    for (const bytes of sent) sealHeader(bytes, layoutHash() ^ 1)
    const { stream, bursts } = receive([concat(sent)])
    assert.is(bursts.length, 0)
    // One stretch of unreadable bytes; its first error is the wrong check.
    assert.equal([...stream.refusedHeaders], [[burst.HEADER_BAD_CHECK, 1]])
    assert.is(stream.faults.bytesSkipped, concat(sent).length)
})

for (const missing of [1, 2, 3, 4, 20, 36, 63, 64, 65, 100])
    test(`loses no following burst after one that lacks its last ${missing} bytes, in pieces of any length`, () => {
        const sent = fiveBursts()
        sent[1] = sent[1]!.subarray(0, sent[1]!.length - missing)
        const bytes = concat(sent)
        for (const size of [1, 7, 64, bytes.length]) {
            const parts: Uint8Array[] = []
            for (let at = 0; at < bytes.length; at += size)
                parts.push(bytes.subarray(at, at + size))
            const received = receive(parts)
            assert.equal(sequences(received), [0, 1, 2, 3, 4])
            const whole = Math.floor((108 - missing) / 36)
            const good = received.bursts[1]!.goodLines
            assert.equal(
                [...good],
                [0, 1, 2].map(i => i < whole)
            )
            assert.equal(received.stream.faults, {
                ...noLinkFaults(),
                burstsCut: 1,
                linesDamaged: 3 - whole,
            })
        }
    })

test("loses no following burst after a truncated message", () => {
    const sent = fiveBursts()
    sent[3] = sent[3]!.subarray(0, -5)
    const received = receive([concat(sent)])
    assert.equal(sequences(received), [0, 1, 2, 4])
    assert.equal(received.stream.faults, {
        ...noLinkFaults(),
        burstsCut: 1,
        messagesDamaged: 1,
    })
})

test("uses the complete lines of a truncated burst at the end of the stream, and the bursts after it", () => {
    const sent = fiveBursts()
    // The event and one line are shorter than what is missing of the burst before them.
    sent[2] = sent[2]!.subarray(0, burst.BURST_HEADER_LENGTH + 40)
    const received = receive([concat(sent)])
    assert.equal(sequences(received), [0, 1, 2, 3, 4])
    assert.equal(received.bursts[2]!.goodLines, [true, false, false])
    const alone = receive([concat(sent.slice(0, 3))])
    assert.equal(alone.bursts[2]!.goodLines, [true, false, false])
    assert.is(alone.stream.faults.burstsCut, 1)
})

test("counts a rest shorter than a header as a truncated burst", () => {
    const sent = fiveBursts()
    const { stream } = receive([sent[0]!, sent[1]!.subarray(0, 63)])
    assert.equal(stream.faults, { ...noLinkFaults(), burstsCut: 1, bytesSkipped: 63 })
})

test("loses only the burst whose header is damaged and counts its bytes as skipped", () => {
    const sent = fiveBursts()
    const length = sent[1]!.length
    sent[1]![burst.TICK_AT]! ^= 1
    const received = receive([concat(sent)])
    assert.equal(sequences(received), [0, 2, 3, 4])
    assert.equal(received.stream.faults, {
        ...noLinkFaults(),
        burstsMissing: 1,
        headersDamaged: 1,
        bytesSkipped: length,
    })
})

test("counts each section without a header once, for any length", () => {
    const sent = fiveBursts()
    sent[1]![burst.CHECK_AT]! ^= 1
    const noise = new Uint8Array(300).fill(burst.BURST_MAGIC & 0xff)
    const received = receive([concat(sent.slice(0, 3)), noise, concat(sent.slice(3))])
    assert.equal(sequences(received), [0, 2, 3, 4])
    const { faults } = received.stream
    assert.is(faults.headersDamaged, 2)
    assert.is(faults.bytesSkipped, sent[1]!.length + 300)
})

test("ignores a damaged tag in a session without a key", () => {
    const sent = fiveBursts()
    sent[1]![burst.TAG_AT]! ^= 1
    assert.equal(sequences(receive([concat(sent)])), [0, 1, 2, 3, 4])
})

test("counts one damaged line and keeps the others", () => {
    const sent = fiveBursts()
    sent[1]![burst.BURST_HEADER_LENGTH + 36 + 25]! ^= 0x80
    const { stream, bursts } = receive([concat(sent)])
    assert.equal(bursts[1]!.goodLines, [true, false, true])
    assert.equal(stream.faults, { ...noLinkFaults(), linesDamaged: 1 })
})

test("refuses a message with a valid CRC in place of a line of the same length", () => {
    const board = new TestBoard().hello()
    const status = new Uint8Array(payloadLength(STATUS))
    const end = status.length - 4
    putNumber(status, end, "u32", crc32c(status, 0, end, 0))
    // A line that is as long as a status.
    const samples = new Uint8Array(status.length - recordLength(0))
    const line = record({ ...plainLine(0), samples: samples.length }, samples)
    assert.is(status.length, line.length)
    board.lines([status, line])
    const { bursts } = receive([board.bytes()])
    assert.equal(bursts[1]!.goodLines, [false, true])
})

test("uses the counts but no lines of a line burst whose length does not fit its number of lines", () => {
    for (const [lines, bytes] of [
        [5, 36 * 3],
        [0, 36],
        [65535, 0],
        [2, 48],
    ] as const) {
        const board = new TestBoard().hello()
        const payload = new Uint8Array(bytes)
        const header = { type: burst.TYPE_LINES, lines, dropped_fifo: 9 }
        board.burst(header, payload).event(301)
        const { stream, bursts } = receive([board.bytes()])
        assert.is(bursts.length, 3)
        assert.equal(bursts[1]!.goodLines, [])
        assert.is(bursts[1]!.header.dropped_fifo, 9)
        assert.equal(stream.faults, { ...noLinkFaults(), messagesDamaged: 1 })
    }
})

test("accepts a line burst without lines that carries counts", () => {
    const board = new TestBoard().hello().lines([], { dropped_credit: 3 })
    const { stream, bursts } = receive([board.bytes()])
    assert.is(bursts[1]!.header.dropped_credit, 3)
    assert.equal(stream.faults, noLinkFaults())
})

test("counts a message too short for a CRC as damaged", () => {
    const board = new TestBoard().hello()
    board.burst({ type: burst.TYPE_EVENT }, new Uint8Array(3))
    const { stream, bursts } = receive([board.bytes()])
    assert.is(bursts.length, 1)
    assert.is(stream.faults.messagesDamaged, 1)
})

test.run()
