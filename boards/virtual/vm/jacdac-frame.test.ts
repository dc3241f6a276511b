// Jacdac frames against the protocol specification (frames and packets), with an independent bitwise CRC (crc16-bitwise.ts).
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { crc16 } from "./testing/crc16-bitwise"
import { FRAME_PAYLOAD_MAX, readTwinMessage, reportFrame } from "./jacdac-frame"

const test = suite("Jacdac frame")

test("the independent CRC has the catalogue's check value", () => {
    assert.is(crc16(Buffer.from("123456789")), 0x29b1)
})

test("a report frame has CRC, size in whole words, device, service, command, payload and zero padding", () => {
    const id = fc.uint8Array({ minLength: 8, maxLength: 8 })
    const payload = fc.uint8Array({ maxLength: FRAME_PAYLOAD_MAX })
    fc.assert(
        fc.property(id, fc.nat(63), fc.nat(0xffff), payload, (device, service, command, data) => {
            const f = reportFrame(device, service, command, data)
            const crc = f[0]! | (f[1]! << 8)
            assert.is(crc, crc16(f.subarray(2)))
            assert.is(f.length, 12 + f[2]!)
            assert.is(f[2]! % 4, 0)
            assert.is(f[3], 0, "no flags: a report")
            assert.equal(f.subarray(4, 12), device)
            assert.is(f[12], data.length)
            assert.is(f[13], service)
            assert.is(f[14]! | (f[15]! << 8), command)
            assert.equal(f.subarray(16, 16 + data.length), data)
            const padding = f.subarray(16 + data.length)
            assert.ok(padding.length < 4 && padding.every(b => b === 0))
            // 0xff in the size byte would make it a large frame.
            assert.is(readTwinMessage(f), undefined)
        }),
        { seed: 1 }
    )
})

test("refuses a payload that does not fit", () => {
    const id = new Uint8Array(8)
    assert.throws(
        () => reportFrame(id, 0, 0, new Uint8Array(FRAME_PAYLOAD_MAX + 1)),
        /at most 236 bytes/
    )
})

test("reads topic and data of a twin message; rejects other frames without throwing", () => {
    const word = fc.string({ unit: "grapheme-ascii", maxLength: 12 })
    fc.assert(
        fc.property(word, fc.uint8Array(), (topic, data) => {
            const frame = Buffer.concat([
                Uint8Array.of(0, 0, 0xff, ...new Uint8Array(13)),
                Buffer.from(topic),
                Uint8Array.of(0),
                data,
            ])
            const read = readTwinMessage(frame)
            assert.is(read?.topic, topic)
            assert.equal(Buffer.from(read!.data), Buffer.from(data))
        }),
        { seed: 2 }
    )
    fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
            const read = readTwinMessage(bytes)
            if (bytes[2] !== 0xff) assert.is(read, undefined)
        }),
        { seed: 3 }
    )
    const open = new Uint8Array(30).fill(0x41)
    open[2] = 0xff
    assert.is(readTwinMessage(open), undefined, "a topic without a terminating zero")
})

test.run()
