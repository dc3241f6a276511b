// Responsible for: an 8-bit grey picture becomes the bytes of a PNG file that
// knows the size of its pixels.
// Not for: naming or writing files.

import { crc32 } from "@node-rs/crc32"
import { PNG } from "pngjs"
import type { GreyImage } from "./geometry"

/** Length of the signature and of the IHDR chunk, which pHYs must follow. */
const AFTER_IHDR = 8 + 25

/**
 * PNG, 8-bit greyscale, with the pixel size in pHYs (pixels per metre, PNG
 * specification 11.3.5.3).
 * Speckle hardly compresses, so the fast end of deflate is used: level 1 is a
 * fifth larger than level 9 and an order of magnitude faster. It runs in
 * Node's thread pool; the image must stay as it is meanwhile.
 */
export async function encodePng(image: GreyImage): Promise<Uint8Array> {
    const png = new PNG({
        width: image.widthPx,
        height: image.heightPx,
        colorType: 0,
        inputColorType: 0,
        bitDepth: 8,
        inputHasAlpha: false,
        filterType: 0,
        deflateLevel: 1,
    })
    png.data = Buffer.from(image.greys.buffer, image.greys.byteOffset, image.greys.byteLength)
    const parts: Buffer[] = []
    await new Promise<void>((resolve, reject) => {
        png.on("data", (part: Buffer) => void parts.push(part))
        png.on("end", resolve)
        png.on("error", reject)
        png.pack()
    })
    const bytes = Buffer.concat(parts)
    return Buffer.concat([
        bytes.subarray(0, AFTER_IHDR),
        pixelSizeChunk(image),
        bytes.subarray(AFTER_IHDR),
    ])
}

function pixelSizeChunk(image: GreyImage): Buffer {
    const chunk = Buffer.alloc(4 + 4 + 9 + 4)
    chunk.writeUInt32BE(9, 0)
    chunk.write("pHYs", 4, "latin1")
    chunk.writeUInt32BE(Math.round(1000 / image.mmPerPxX), 8)
    chunk.writeUInt32BE(Math.round(1000 / image.mmPerPxY), 12)
    chunk[16] = 1
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17)
    return chunk
}
