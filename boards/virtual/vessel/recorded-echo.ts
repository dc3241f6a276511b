// Responsible for: a recorded polar frame (PNG) played back as echoes, the same
// at each place of the pullback.
// Not for: adding anything: its greys already hold ring-down, time gain and
// compression of the machine that recorded it.

import { PNG } from "pngjs"
import type { EchoSource, PhantomOptions } from "./phantom"

/** Why a recorded frame was refused. */
export type EchoFileErrorCode = "empty" | "not-png" | "too-large" | "size"

/** A recorded frame that cannot be used; the message is one sentence: what was wrong, what is allowed. */
export class EchoFileError extends Error {
    constructor(
        readonly code: EchoFileErrorCode,
        message: string
    ) {
        super(message)
        this.name = "EchoFileError"
    }
}

/** The part of the phantom's options that a recording needs. */
export interface RecordedEchoOptions extends Pick<
    PhantomOptions,
    "linesPerFrame" | "samplesPerLine" | "sampleSpacingMm" | "tgcDb"
> {
    /** dynamic range of the display that the greys were made for and will be shown on; default 60 dB, the host's default */
    readonly displayRangeDb?: number
}

const MIN_LINES = 16
const MIN_SAMPLES = 16
const MAX_SIDE = 4096
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Echoes whose greys on the host's display are those of the file: grey 255 is
 * full scale, grey 0 is silence, in between the law is logarithmic.
 * @param bytes a PNG, rows = A-lines round the circle, columns = samples from
 * the catheter's centre to the imaging depth; any size from 16x16 on is
 * resampled (bilinear, the last row joins the first)
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
                    `Line ${lineIndex} at ${zMm} mm cannot be heard; lines 0 to ${lines - 1} at a finite position can.`
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
    if (bytes.length === 0) refuse("empty", "The echo file is empty; a PNG picture is needed.")
    if (bytes.length > MAX_BYTES)
        refuse("too-large", `The echo file has ${bytes.length} bytes; ${MAX_BYTES} are allowed.`)
    checkHeader(bytes)
    let png: PNG
    try {
        png = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return refuse(
            "not-png",
            `The echo file is a damaged PNG (${why.replace(/\s+/g, " ").slice(0, 120)}); a whole one is needed.`
        )
    }
    const { width, height, data } = png
    // pngjs gives red, green, blue, alpha; a colour picture counts by its mean.
    const greys = Uint8Array.from({ length: width * height }, (_, p) =>
        Math.round((data[4 * p]! + data[4 * p + 1]! + data[4 * p + 2]!) / 3)
    )
    return { lines: height, samples: width, greys }
}

/** Size and kind stand in the first chunk; they are checked before anything is unpacked. */
function checkHeader(bytes: Uint8Array): void {
    const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    const isPng =
        bytes.length >= 33 &&
        signature.every((byte, at) => bytes[at] === byte) &&
        String.fromCharCode(...bytes.subarray(12, 16)) === "IHDR"
    if (!isPng) refuse("not-png", "The echo file is no PNG; a PNG picture is needed.")
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const width = view.getUint32(16)
    const height = view.getUint32(20)
    if (width < MIN_SAMPLES || height < MIN_LINES || width > MAX_SIDE || height > MAX_SIDE)
        refuse(
            "size",
            `The echo file has ${height} lines of ${width} samples; ${MIN_LINES} to ${MAX_SIDE} lines of ${MIN_SAMPLES} to ${MAX_SIDE} samples are allowed.`
        )
}

/** Bilinear; lines wrap round, samples end at the last. */
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
