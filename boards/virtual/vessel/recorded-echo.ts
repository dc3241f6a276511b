// Plays back a recorded polar frame (PNG) as echoes, identical at every position of the pullback. Nothing is added: the image
// already contains the ring-down, TGC and compression of the system that recorded it.

import { PNG } from "pngjs"
import type { EchoSource, PhantomOptions } from "./phantom"

/** Reason for rejecting a recorded frame. */
export type EchoFileErrorCode = "empty" | "not-png" | "too-large" | "size"

/** A recorded frame that cannot be used; the message says what was wrong and what is allowed. */
export class EchoFileError extends Error {
    constructor(
        readonly code: EchoFileErrorCode,
        message: string
    ) {
        super(message)
        this.name = "EchoFileError"
    }
}

/** The phantom options that a recording needs. */
export interface RecordedEchoOptions extends Pick<
    PhantomOptions,
    "linesPerFrame" | "samplesPerLine" | "sampleSpacingMm" | "tgcDb"
> {
    /** dynamic range of the display for which the grey values were made and on which they are shown; default 60 dB, as on the host */
    readonly displayRangeDb?: number
}

const MIN_LINES = 16
const MIN_SAMPLES = 16
const MAX_SIDE = 4096
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Echoes that reproduce the file's grey values on the host's display: grey 255 is
 * full scale, grey 0 is zero, logarithmic in between.
 * @param bytes a PNG; rows are A-lines around the circle, columns are samples from
 * the catheter's centre to the imaging depth; any size from 16x16 is
 * resampled (bilinear, wrapping from the last row to the first)
 * @throws EchoFileError
 */
export function echoFromPng(bytes: Uint8Array, options: RecordedEchoOptions): EchoSource {
    const { linesPerFrame: lines, samplesPerLine: samples } = options
    const rangeDb = options.displayRangeDb ?? 60
    const recorded = readGreys(bytes)
    const amplitude = new Float32Array(lines * samples)
    for (let k = 0; k < samples; k++) {
        const gainDb = options.tgcDb(k * options.sampleSpacingMm)
        for (let i = 0; i < lines; i++) {
            const grey = greyAt(
                recorded,
                (i * recorded.lines) / lines,
                (k * recorded.samples) / samples
            )
            if (grey > 0)
                amplitude[i * samples + k] = 10 ** (((grey / 255 - 1) * rangeDb - gainDb) / 20)
        }
    }
    return {
        line(zMm, lineIndex, out) {
            if (
                !Number.isInteger(lineIndex) ||
                lineIndex < 0 ||
                lineIndex >= lines ||
                !Number.isFinite(zMm)
            )
                throw new RangeError(
                    `Line ${lineIndex} at ${zMm} mm does not exist; use lines 0 to ${lines - 1} and a finite position.`
                )
            out.set(amplitude.subarray(lineIndex * samples, (lineIndex + 1) * samples))
        },
    }
}

interface Recorded {
    readonly lines: number
    readonly samples: number
    readonly greys: Uint8Array
}

function readGreys(bytes: Uint8Array): Recorded {
    if (bytes.length === 0) refuse("empty", "The echo file is empty; use a PNG image.")
    if (bytes.length > MAX_BYTES)
        refuse(
            "too-large",
            `The echo file has ${bytes.length} bytes; at most ${MAX_BYTES} are allowed.`
        )
    checkHeader(bytes)
    let png: PNG
    try {
        png = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return refuse(
            "not-png",
            `The echo file is a damaged PNG (${why.replace(/\s+/g, " ").slice(0, 120)}); use an intact one.`
        )
    }
    const { width, height, data } = png
    // pngjs returns red, green, blue, alpha; colours are averaged.
    const greys = Uint8Array.from({ length: width * height }, (_, p) =>
        Math.round((data[4 * p]! + data[4 * p + 1]! + data[4 * p + 2]!) / 3)
    )
    return { lines: height, samples: width, greys }
}

/** Size and type are in the first chunk and are checked before decompression. */
function checkHeader(bytes: Uint8Array): void {
    const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    const isPng =
        bytes.length >= 33 &&
        signature.every((byte, at) => bytes[at] === byte) &&
        String.fromCharCode(...bytes.subarray(12, 16)) === "IHDR"
    if (!isPng) refuse("not-png", "The echo file is not a PNG; use a PNG image.")
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const width = view.getUint32(16)
    const height = view.getUint32(20)
    if (width < MIN_SAMPLES || height < MIN_LINES || width > MAX_SIDE || height > MAX_SIDE)
        refuse(
            "size",
            `The echo file has ${height} lines of ${width} samples; ${MIN_LINES} to ${MAX_SIDE} lines of ${MIN_SAMPLES} to ${MAX_SIDE} samples are allowed.`
        )
}

/** Bilinear; lines wrap around, samples are clamped at the last one. */
function greyAt(recorded: Recorded, line: number, sample: number): number {
    const { lines, samples, greys } = recorded
    const i = Math.floor(line)
    const k = Math.min(samples - 1, Math.floor(sample))
    const k1 = Math.min(samples - 1, k + 1)
    const wi = line - i
    const wk = Math.min(1, sample - k)
    const a = (i % lines) * samples
    const b = ((i + 1) % lines) * samples
    return (
        (1 - wi) * ((1 - wk) * greys[a + k]! + wk * greys[a + k1]!) +
        wi * ((1 - wk) * greys[b + k]! + wk * greys[b + k1]!)
    )
}

function refuse(code: EchoFileErrorCode, message: string): never {
    throw new EchoFileError(code, message)
}
