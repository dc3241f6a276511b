// Encodes an 8-bit grey image as a PNG file with its pixel size.

import { promisify } from "node:util"
import { constants, deflate, deflateSync } from "node:zlib"
import { crc32 } from "@node-rs/crc32"
import type { GreyImage } from "./geometry"

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** Speckle compresses badly: other strategies take twice the time, and save nothing. */
const DEFLATE = { level: 1, strategy: constants.Z_RLE, memLevel: 9 }

const deflated = promisify<Uint8Array, typeof DEFLATE, Buffer>(deflate)

/**
 * Encodes a PNG, 8-bit greyscale, with the pixel size in the pHYs chunk (pixels per metre, PNG specification 11.3.5.3).
 * Deflate runs in Node's thread pool; {@link pngOf} gives the same bytes at once.
 */
export async function encodePng(image: GreyImage): Promise<Uint8Array> {
    return chunksOf(image, await deflated(rowsOf(image), DEFLATE))
}

/** The same in the calling thread. */
export function pngOf(image: GreyImage): Uint8Array {
    return chunksOf(image, deflateSync(rowsOf(image), DEFLATE))
}

/** Each row begins with the number of its filter, 0 for none. */
function rowsOf({ widthPx, heightPx, greys }: GreyImage): Uint8Array {
    const rows = new Uint8Array((widthPx + 1) * heightPx)
    for (let y = 0; y < heightPx; y++)
        rows.set(greys.subarray(y * widthPx, (y + 1) * widthPx), y * (widthPx + 1) + 1)
    return rows
}

function chunksOf(image: GreyImage, data: Uint8Array): Uint8Array {
    const head = Buffer.alloc(13)
    head.writeUInt32BE(image.widthPx, 0)
    head.writeUInt32BE(image.heightPx, 4)
    // Colour type 0 (greyscale) and all methods are 0.
    head[8] = 8
    const size = Buffer.alloc(9)
    size.writeUInt32BE(Math.round(1000 / image.mmPerPxX), 0)
    size.writeUInt32BE(Math.round(1000 / image.mmPerPxY), 4)
    // Per metre.
    size[8] = 1
    return Buffer.concat([
        SIGNATURE,
        ...[chunk("IHDR", head), chunk("pHYs", size), chunk("IDAT", data)],
        chunk("IEND", new Uint8Array(0)),
    ])
}

function chunk(type: string, data: Uint8Array): Buffer {
    const bytes = Buffer.alloc(8 + data.length + 4)
    bytes.writeUInt32BE(data.length, 0)
    bytes.write(type, 4, "latin1")
    bytes.set(data, 8)
    bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
    return bytes
}
