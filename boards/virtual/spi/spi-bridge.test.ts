// SPI bridge between firmware and models: bytes, timing, rejected requests. Times agree to 1e-9 us (double rounding).
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { getNumber, putNumber } from "../../../src/shared/protocol/bytes"
import {
    COMMAND_SPI_DATA,
    SPI_BULK_LENGTH,
    SPI_REPLY_CHUNK,
    SPI_REPLY_HEADER,
    SPI_REQUEST_HEADER,
} from "../../../src/shared/devices/virtual-board"
import { SpiBridge, type SpiTransfer } from "./spi-bridge"
import { FRAME_PAYLOAD_MAX } from "../vm/jacdac-frame"
import { VirtualClock } from "../vm/virtual-clock"

const test = suite("SPI bridge")

/** Overhead of driver and chip select per transfer, as stated in spi-bridge.ts. */
const OVERHEAD_US = 5

function request(
    chip: number,
    hz: number,
    length: number,
    sent: Uint8Array,
    sequence = 7,
    mode = 3,
    periods = 1,
    lanes = 1
): Uint8Array {
    const message = new Uint8Array(SPI_REQUEST_HEADER + sent.length)
    message.set([chip, sequence, mode, periods])
    putNumber(message, 4, "u32", hz)
    putNumber(message, 8, "u16", length)
    message[10] = lanes
    message.set(sent, SPI_REQUEST_HEADER)
    return message
}

/** A bus with one chip that replies to each byte with its complement; `socket`: whether the VM has an open socket. */
function bench(socket = false) {
    const clock = new VirtualClock()
    const replies: { command: number; payload: Uint8Array; at: number }[] = []
    const traces: SpiTransfer[] = []
    const chunks: Uint8Array[] = []
    const device = {
        transfer: (mosi: Uint8Array) => mosi.map(byte => ~byte),
    }
    const bridge = new SpiBridge(
        clock,
        [{ name: "complement", device }],
        (command, payload) => replies.push({ command, payload, at: clock.nowUs }),
        () => (socket ? part => void chunks.push(part) : undefined),
        transfer => traces.push(transfer)
    )
    return { clock, replies, chunks, traces, bridge }
}

test("returns every transfer completely, in packets that fit a frame, after its last bit", () => {
    const hz = fc.constantFrom(4_000_000, 40_000_000, 1_000_000)
    const length = fc.oneof(
        fc.integer({ min: 1, max: 4096 }),
        // The last packet is exactly full.
        fc.integer({ min: 1, max: 17 }).map(n => n * SPI_REPLY_CHUNK)
    )
    fc.assert(
        fc.property(length, fc.nat(4096), hz, (total, used, rate) => {
            const sent = new Uint8Array(Math.min(used, total)).map((_, i) => 31 * i)
            const { clock, bridge, replies, traces } = bench()
            clock.step(1000)
            bridge.request(request(0, rate, total, sent))
            assert.is(replies.length, 0, "no reply before the last bit")
            while (clock.step());
            const miso = new Uint8Array(total)
            for (const [i, { command, payload, at }] of replies.entries()) {
                assert.is(command, COMMAND_SPI_DATA)
                assert.ok(payload.length <= FRAME_PAYLOAD_MAX)
                assert.is(payload[0], 7)
                assert.is(payload[1], i === replies.length - 1 ? 1 : 0)
                const offset = getNumber(payload, 2, "u16")
                assert.is(offset, i * SPI_REPLY_CHUNK)
                miso.set(payload.subarray(SPI_REPLY_HEADER), offset)
                const takesUs = (8 * total * 1e6) / rate + OVERHEAD_US
                assert.ok(Math.abs(at - 1000 - takesUs) < 1e-9)
            }
            // Bytes that were not sent are zeros, whose complement is 0xff.
            for (let i = 0; i < total; i++) assert.is(miso[i], ~(sent[i] ?? 0) & 0xff)
            assert.is(traces.length, 1)
            assert.equal(traces[0]!.miso, miso)
            assert.is(traces[0]!.timeUs, 1000)
        }),
        { seed: 1, numRuns: 100 }
    )
})

test("delivers each byte once through the socket, with the final packet last", () => {
    fc.assert(
        fc.property(fc.integer({ min: 1, max: 4096 }), length => {
            const { clock, bridge, replies, chunks } = bench(true)
            bridge.request(request(0, 1e6, length, new Uint8Array(0)))
            while (clock.step());
            const received = new Uint8Array(length)
            const parts = [...chunks, ...replies.map(r => r.payload)]
            for (const part of parts) {
                const at = getNumber(part, 2, "u16")
                part.subarray(SPI_REPLY_HEADER).forEach((byte, i) => (received[at + i]! += byte))
            }
            assert.ok(received.every(byte => byte === 0xff))
            for (const chunk of chunks) assert.is(chunk.length, SPI_REPLY_HEADER + SPI_BULK_LENGTH)
            assert.is(chunks.length > 0, length >= SPI_BULK_LENGTH)
            assert.equal(
                replies.map(r => r.payload[1]),
                replies.map((_, i) => (i === replies.length - 1 ? 1 : 0))
            )
        }),
        { seed: 1, numRuns: 100 }
    )
})

test("takes a quarter of the time per byte after the first 16 over four lanes, and twice the overhead", () => {
    for (const length of [4096, 17, 16, 9]) {
        const { clock, bridge, replies } = bench()
        bridge.request(request(0, 40e6, length, new Uint8Array(9), 7, 3, 1, 4))
        while (clock.step());
        const narrow = Math.min(length, 16)
        const bits = 8 * narrow + 2 * (length - narrow)
        const takesUs = bits / 40 + 2 * OVERHEAD_US
        assert.ok(Math.abs(replies.at(-1)!.at - takesUs) < 1e-9)
    }
})

test("runs the periods of one request back to back and returns them in one reply", () => {
    const { clock, bridge, replies, traces } = bench()
    const sent = Uint8Array.of(1, 2, 3, 4, 5, 6)
    bridge.request(request(0, 1e6, 2, sent, 7, 3, 3))
    while (clock.step());
    const takesUs = 16 + OVERHEAD_US
    assert.equal(
        traces.map(t => [t.timeUs, ...t.mosi]),
        [
            [0, 1, 2],
            [takesUs, 3, 4],
            [2 * takesUs, 5, 6],
        ]
    )
    assert.is(replies.length, 1)
    assert.ok(Math.abs(replies[0]!.at - 3 * takesUs) < 1e-9)
    assert.equal(
        [...replies[0]!.payload.subarray(SPI_REPLY_HEADER)],
        [...sent].map(byte => ~byte & 0xff)
    )
})

test("rejects a request that no bus could carry out, with a message", () => {
    const { bridge, traces } = bench()
    const one = Uint8Array.of(1)
    const refused: [Uint8Array, RegExp][] = [
        [request(1, 1e6, 1, one), /no chip 1 at 1000000 Hz/],
        [request(0, 0, 1, one), /no chip 0 at 0 Hz/],
        [request(0, 1e6, 1, one, 7, 0), /mode 3, not 0/],
        [request(0, 1e6, 0, new Uint8Array(0)), /do not fit 1 transfers of 0/],
        [request(0, 1e6, 1, Uint8Array.of(1, 2)), /2 bytes do not fit/],
        [request(0, 1e6, 1, one, 7, 3, 0), /do not fit 0 transfers/],
        [request(0, 1e6, 1, one, 7, 3, 1, 2), /2 data lanes/],
        [new Uint8Array(SPI_REQUEST_HEADER - 1), /shorter than its header/],
    ]
    for (const [message, sentence] of refused)
        assert.throws(() => bridge.request(message), sentence)
    assert.is(traces.length, 0)
})

test.run()
