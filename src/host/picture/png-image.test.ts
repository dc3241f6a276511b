// PNG encoding: pixels, chunks and pixel size.

import { crc32 } from "@node-rs/crc32"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { encodePng } from "./png-image"

const test = suite("png-image")

test("a decoder reads back the same greys", async () => {
    const greys = Uint8Array.from({ length: 30 * 20 }, (_, p) => (p * 37) % 256)
    const bytes = Buffer.from(
        await encodePng({
            widthPx: 30,
            heightPx: 20,
            mmPerPxX: 0.05,
            mmPerPxY: 0.1,
            greys,
        })
    )
    const png = PNG.sync.read(bytes)
    assert.is(png.width, 30)
    assert.is(png.height, 20)
    greys.forEach((grey, p) => assert.is(png.data[4 * p], grey))
    // 8 bits, colour type 0 (grey)
    assert.equal([bytes[24], bytes[25]], [8, 0])
})

test("has valid chunks, and pHYs with pixels per metre before the data", async () => {
    const bytes = Buffer.from(
        await encodePng({
            widthPx: 16,
            heightPx: 16,
            mmPerPxX: 0.05,
            mmPerPxY: 0.1,
            greys: new Uint8Array(256),
        })
    )
    const names: string[] = []
    for (let at = 8; at < bytes.length;) {
        const length = bytes.readUInt32BE(at)
        const name = bytes.toString("latin1", at + 4, at + 8)
        names.push(name)
        assert.is(
            bytes.readUInt32BE(at + 8 + length),
            crc32(bytes.subarray(at + 4, at + 8 + length))
        )
        if (name === "pHYs") {
            assert.is(bytes.readUInt32BE(at + 8), 20_000)
            assert.is(bytes.readUInt32BE(at + 12), 10_000)
            assert.is(bytes[at + 16], 1)
        }
        at += length + 12
    }
    assert.equal(names.slice(0, 3), ["IHDR", "pHYs", "IDAT"])
    assert.is(names.at(-1), "IEND")
})

test("encodes a view into a larger array", async () => {
    const all = Uint8Array.from({ length: 1000 }, (_, p) => p % 256)
    const bytes = await encodePng({
        widthPx: 20,
        heightPx: 20,
        mmPerPxX: 1,
        mmPerPxY: 1,
        greys: all.subarray(300, 700),
    })
    const png = PNG.sync.read(Buffer.from(bytes))
    assert.is(png.data[0], 300 % 256)
    assert.is(png.data[4 * 399], 699 % 256)
})

test.run()
