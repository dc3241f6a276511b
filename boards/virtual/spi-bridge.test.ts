// The bridge between the firmware's SPI and the models: bytes, their time, refusals. Digital; times to 1e-9 us, a double.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { getNumber, putNumber } from "../../src/wire/bytes"
import {
    COMMAND_SPI_DATA,
    SPI_REPLY_CHUNK,
    SPI_REPLY_HEADER,
    SPI_REQUEST_HEADER,
} from "../../src/wire/virtual-board"
import { SpiBridge, type SpiTransfer } from "./spi-bridge"
import { FRAME_PAYLOAD_MAX } from "./vm/jacdac-frame"
import { VirtualClock } from "./vm/virtual-clock"

const test = suite("SPI bridge")

/** Driver and chip select around the bits, as spi-bridge.ts states. */
const OVERHEAD_US = 5

function request(
    chip: number,
    hz: number,
    length: number,
    sent: Uint8Array,
    sequence = 7,
    mode = 3
): Uint8Array {
    const message = new Uint8Array(SPI_REQUEST_HEADER + sent.length)
    message.set([chip, sequence, mode])
    putNumber(message, 4, "u32", hz)
    putNumber(message, 8, "u16", length)
    message.set(sent, SPI_REQUEST_HEADER)
    return message
}

/** A bus with one chip that answers each byte with its complement. */
function bench() {
    const clock = new VirtualClock()
    const replies: { command: number; payload: Uint8Array; at: number }[] = []
    const traces: SpiTransfer[] = []
    const device = {
        transfer: (mosi: Uint8Array) => mosi.map(byte => ~byte),
    }
    const bridge = new SpiBridge(
        clock,
        [{ name: "complement", device }],
        (command, payload) =>
            replies.push({ command, payload, at: clock.nowUs }),
        transfer => traces.push(transfer)
    )
    return { clock, replies, traces, bridge }
}

test("any transfer comes back whole, in packets that fit a frame, when its last bit has passed", () => {
    const hz = fc.constantFrom(4_000_000, 40_000_000, 1_000_000)
    const length = fc.oneof(
        fc.integer({ min: 1, max: 4096 }),
        // The last packet is exactly full.
        fc.integer({ min: 1, max: 17 }).map(n => n * SPI_REPLY_CHUNK)
    )
    fc.assert(
        fc.property(length, fc.nat(4096), hz, (total, used, rate) => {
            const sent = new Uint8Array(Math.min(used, total)).map(
                (_, i) => 31 * i
            )
            const { clock, bridge, replies, traces } = bench()
            clock.step(1000)
            bridge.request(request(0, rate, total, sent))
            assert.is(replies.length, 0, "no answer before the bits")
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
            // What was not sent are zeros, whose complement is 0xff.
            for (let i = 0; i < total; i++)
                assert.is(miso[i], ~(sent[i] ?? 0) & 0xff)
            assert.is(traces.length, 1)
            assert.equal(traces[0]!.miso, miso)
            assert.is(traces[0]!.timeUs, 1000)
        }),
        { seed: 1, numRuns: 100 }
    )
})

test("a request that no bus could carry out is refused with a sentence", () => {
    const { bridge, traces } = bench()
    const one = Uint8Array.of(1)
    const refused: [Uint8Array, RegExp][] = [
        [request(1, 1e6, 1, one), /no chip 1 at 1000000 Hz/],
        [request(0, 0, 1, one), /no chip 0 at 0 Hz/],
        [request(0, 1e6, 1, one, 7, 0), /mode 3, not 0/],
        [request(0, 1e6, 0, new Uint8Array(0)), /do not make a transfer of 0/],
        [request(0, 1e6, 1, Uint8Array.of(1, 2)), /2 bytes do not make/],
        [new Uint8Array(SPI_REQUEST_HEADER - 1), /without its header/],
    ]
    for (const [message, sentence] of refused)
        assert.throws(() => bridge.request(message), sentence)
    assert.is(traces.length, 0)
})

test.run()
