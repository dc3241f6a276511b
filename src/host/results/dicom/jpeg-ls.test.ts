// Pictures as JPEG-LS: decoded again they are the same; the decoder of another project reads them in hil-tests/imaging/dicom.test.ts.

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { encodeJpegLs } from "./jpeg-ls"
import { decodeJpegLs } from "./testing/decode-jpeg-ls"

const test = suite("JPEG-LS")

const generator = xoroshiro128plus(1)
const SHAPES: Readonly<Record<string, (x: number, y: number) => number>> = {
    black: () => 0,
    white: () => 255,
    "a ramp": (x, y) => (x + y) & 255,
    // The hardest picture: every difference is the largest one.
    "black and white by turns": (x, y) => 255 * ((x ^ y) & 1),
    "a disc of noise": (x, y) =>
        (x - 200) ** 2 + (y - 200) ** 2 < 200 ** 2 ? 255 * uniformInt(generator, 0, 1) : 0,
}
const SIZES = [
    [1, 1],
    [1, 9],
    [9, 1],
    [5, 3],
    [400, 400],
    [2048, 64],
] as const

for (const [name, shape] of Object.entries(SHAPES))
    test(`${name} is the same after decoding`, async () => {
        for (const [widthPx, heightPx] of SIZES) {
            const greys = Uint8Array.from({ length: widthPx * heightPx }, (_, i) =>
                shape(i % widthPx, Math.floor(i / widthPx))
            )
            const bytes = await encodeJpegLs({ widthPx, heightPx, greys })
            assert.is(bytes.length % 2, 0)
            assert.is(bytes.byteLength, bytes.buffer.byteLength)
            // Start of image, JPEG-LS frame header.
            assert.equal([...bytes.subarray(0, 4)], [0xff, 0xd8, 0xff, 0xf7])
            const decoded = await decodeJpegLs(bytes)
            assert.ok(Buffer.from(decoded).equals(greys), `${widthPx} × ${heightPx}`)
        }
    })

test("a picture of noise alone is refused with an error: it would be larger than before", async () => {
    const greys = Uint8Array.from({ length: 200 * 200 }, () => uniformInt(generator, 0, 255))
    const error = await errorOf(encodeJpegLs({ widthPx: 200, heightPx: 200, greys }))
    assert.match(String(error), /noise/)
})

test("an encoder that is used again gives the same bytes", async () => {
    const image = {
        widthPx: 7,
        heightPx: 5,
        greys: Uint8Array.from({ length: 35 }, (_, i) => 7 * i),
    }
    const first = await encodeJpegLs(image)
    await encodeJpegLs({ widthPx: 64, heightPx: 64, greys: new Uint8Array(4096) })
    const [again, beside] = await Promise.all([encodeJpegLs(image), encodeJpegLs(image)])
    assert.equal(again, first)
    assert.equal(beside, first)
})

test("a picture of another size than it says is refused, and the next one is encoded", async () => {
    const greys = new Uint8Array(12)
    for (const [widthPx, heightPx] of [
        [4, 4],
        [65536, 1],
        [0, 0],
    ] as const) {
        const picture = widthPx === 0 ? new Uint8Array(0) : greys
        const error = await errorOf(encodeJpegLs({ widthPx, heightPx, greys: picture }))
        assert.instance(error, RangeError)
    }
    assert.equal(await decodeJpegLs(await encodeJpegLs({ widthPx: 4, heightPx: 3, greys })), greys)
})

function errorOf(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(
        () => undefined,
        (error: unknown) => error
    )
}

test.run()
