// Encodes an 8-bit grey image as JPEG-LS without loss (ISO/IEC 14495-1), as a frame of pullback.dcm.

import type { GreyImage } from "../../picture/geometry"

/** What is encoded of a picture. */
export type JpegLsImage = Pick<GreyImage, "widthPx" | "heightPx" | "greys">

/** Columns, rows and the frame header of JPEG-LS have 16 bits. */
const SIDE_MAX_PX = 0xffff

/** The encoder of this thread; loading it takes 30 ms. */
let encoder: ReturnType<typeof loadEncoder> | undefined

/**
 * Encodes an image. The same image gives the same bytes, in any thread.
 * @returns an even number of bytes in a buffer of their own, so that a worker can hand them over
 */
export async function encodeJpegLs(image: JpegLsImage): Promise<Uint8Array<ArrayBuffer>> {
    const encode = await (encoder ??= loadEncoder())
    return encode(image)
}

async function loadEncoder(): Promise<(image: JpegLsImage) => Uint8Array<ArrayBuffer>> {
    const { JpegLSEncoder } = await (await import("@cornerstonejs/codec-charls/wasmjs")).default()
    return ({ widthPx, heightPx, greys }) => {
        if (
            greys.length !== widthPx * heightPx ||
            Math.min(widthPx, heightPx) < 1 ||
            Math.max(widthPx, heightPx) > SIDE_MAX_PX
        )
            throw new RangeError(`${greys.length} greys are no picture of ${widthPx} × ${heightPx}`)
        // One for each image: CharLS keeps the largest buffer that it ever needed.
        const encoder = new JpegLSEncoder()
        try {
            encoder.setNearLossless(0)
            const frame = { width: widthPx, height: heightPx, bitsPerSample: 8, componentCount: 1 }
            encoder.getDecodedBuffer(frame).set(greys)
            try {
                encoder.encode()
            } catch {
                // CharLS throws a number. Its buffer has 1 kB more than the picture; a cross-section is a disc in a black square,
                // and takes at most 0.83 of the picture's size, even that of noise.
                throw new RangeError("The picture is noise that becomes larger when it is encoded.")
            }
            const encoded = encoder.getEncodedBuffer(0)
            // Fragments have an even length; a zero may follow the end of the image (PS3.5, A.4).
            const bytes = new Uint8Array(encoded.length + (encoded.length % 2))
            bytes.set(encoded)
            return bytes
        } finally {
            encoder.delete()
        }
    }
}
