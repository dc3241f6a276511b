// The pictures of a DICOM file as greys: uncompressed, RLE or JPEG-LS.

import { EchoFileError } from "../../../../../boards/virtual/vessel/vessel"

/** What the pixels are, from the attributes of the file. */
export interface PixelFormat {
    readonly frames: number
    readonly rows: number
    readonly columns: number
    /** 1 (grey) or 3 (red, green, blue) */
    readonly samples: number
    /** The colours are in three planes, not pixel by pixel. */
    readonly planar: boolean
    /** Value 0 is white. */
    readonly inverted: boolean
}

/** @returns rows*columns greys of a frame */
export type FramePixels = (frame: number) => Uint8Array

const UNCOMPRESSED = new Set([
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
])
const RLE = "1.2.840.10008.1.2.5"
const JPEG_LS = new Set(["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"])

/**
 * @param pixelData of dcmjs: one buffer for uncompressed pixels, else one for each frame
 * @throws EchoFileError for a transfer syntax that is not read, or too few pixels
 */
export async function framePixels(
    syntax: string,
    pixelData: readonly ArrayBuffer[],
    format: PixelFormat
): Promise<FramePixels> {
    const bytesPerFrame = format.rows * format.columns * format.samples
    if (UNCOMPRESSED.has(syntax)) {
        const all = new Uint8Array(pixelData[0] ?? new ArrayBuffer(0))
        if (all.length < format.frames * bytesPerFrame) cutShort(format.frames)
        return i => greysOf(all.subarray(i * bytesPerFrame, (i + 1) * bytesPerFrame), format)
    }
    const decode = JPEG_LS.has(syntax)
        ? await jpegLsDecoder()
        : syntax === RLE
          ? decodeRle
          : notRead(syntax)
    if (pixelData.length < format.frames) cutShort(format.frames)
    return i => {
        const values = decode(new Uint8Array(pixelData[i]!), bytesPerFrame)
        if (values.length !== bytesPerFrame)
            throw new EchoFileError(
                "not-dicom",
                `Picture ${i + 1} of the echo file is damaged; use an intact file.`
            )
        // JPEG-LS gives colours pixel by pixel, RLE in planes.
        return greysOf(values, { ...format, planar: syntax === RLE })
    }
}

type Decode = (bytes: Uint8Array, length: number) => Uint8Array

/** Loading the decoder takes 30 ms. A frame that it does not take has no bytes. */
async function jpegLsDecoder(): Promise<Decode> {
    const { JpegLSDecoder } = await (await import("@cornerstonejs/codec-charls/wasmjs")).default()
    return bytes => {
        const decoder = new JpegLSDecoder()
        try {
            decoder.getEncodedBuffer(bytes.length).set(bytes)
            decoder.decode()
            return Uint8Array.from(decoder.getDecodedBuffer(decoder.getFrameInfo()))
        } catch {
            // CharLS throws a number.
            return new Uint8Array(0)
        } finally {
            decoder.delete()
        }
    }
}

/** PS3.5, annex G: a header of 16 numbers (count and offsets of the segments), then a plane in each segment, as PackBits. */
function decodeRle(bytes: Uint8Array, length: number): Uint8Array {
    if (bytes.length < 64) return new Uint8Array(0)
    const head = new DataView(bytes.buffer, bytes.byteOffset)
    const segments = head.getUint32(0, true)
    if (segments < 1 || segments > 3 || length % segments !== 0) return new Uint8Array(0)
    const out = new Uint8Array(length)
    const planeBytes = length / segments
    for (let s = 0; s < segments; s++) {
        let at = head.getUint32(4 + 4 * s, true)
        const end = (s + 1) * planeBytes
        for (let done = s * planeBytes; done < end;) {
            if (at + 1 >= bytes.length) return new Uint8Array(0)
            const count = bytes[at++]!
            if (count < 128) {
                const copied = Math.min(count + 1, end - done)
                out.set(bytes.subarray(at, at + copied), done)
                at += count + 1
                done += copied
            } else if (count > 128) {
                out.fill(bytes[at++]!, done, Math.min(end, done + 257 - count))
                done += 257 - count
            }
        }
    }
    return out
}

/** Colours are averaged, as in a PNG. */
function greysOf(values: Uint8Array, { samples, planar, inverted }: PixelFormat): Uint8Array {
    if (samples === 1) return inverted ? values.map(v => 255 - v) : values
    const count = values.length / 3
    const [pixel, colour] = planar ? [1, count] : [3, 1]
    return Uint8Array.from({ length: count }, (_, p) =>
        Math.round(
            (values[p * pixel]! + values[p * pixel + colour]! + values[p * pixel + 2 * colour]!) / 3
        )
    )
}

function cutShort(frames: number): never {
    throw new EchoFileError(
        "not-dicom",
        `The echo file has fewer pictures than the ${frames} that it names; use an intact file.`
    )
}

function notRead(syntax: string): never {
    throw new EchoFileError(
        "not-supported",
        `The pictures of the echo file are compressed in a way that is not read (transfer syntax ${syntax.slice(0, 64)}); decompress the file first, such as with "dcmdjpeg" or "gdcmconv --raw".`
    )
}
