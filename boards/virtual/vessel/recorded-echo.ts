// Plays back recorded frames as echoes: one frame at every position, or those of a pullback along z. Nothing is added: the
// pictures already contain the ring-down, TGC and compression of the system that recorded them.

import { PNG } from "pngjs"
import type { EchoSource, PhantomOptions } from "./phantom"

/** Reason for rejecting a recorded frame. */
export type EchoFileErrorCode =
    | "empty"
    | "not-png"
    | "too-large"
    | "size"
    | "not-dicom"
    | "not-supported"
    | "no-scale"
    | "too-short"
    | "no-frames"
    | "settings"

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

/** The grid of a catheter's frame. */
export type PolarGrid = Pick<PhantomOptions, "linesPerFrame" | "samplesPerLine" | "sampleSpacingMm">

/** Frames that were recorded elsewhere, in the order of the pullback. */
export interface Recording {
    /** where the first A-line of each frame was fired, growing from 0; undefined: the frames are spread evenly over the pullback */
    readonly positionsMm?: readonly number[]
    readonly frames: number
    /** @returns linesPerFrame*samplesPerLine greys 0..255, line after line */
    greys(frame: number, grid: PolarGrid): Float32Array
}

/** Frames that are kept ready; a frame is left for good within a few lines of the next. */
const KEPT_FRAMES = 4

/**
 * Echoes that reproduce the recording's grey values on the host's display: grey 255 is
 * full scale, grey 0 is zero, logarithmic in between. A line
 * has the echoes of the frame that was being recorded there.
 * @param pullbackMm over which frames without positions are spread; they must cover it otherwise
 * @throws EchoFileError when the recording is shorter than the pullback
 */
export function echoFromRecording(
    recording: Recording,
    options: RecordedEchoOptions,
    pullbackMm: number
): EchoSource {
    const { linesPerFrame: lines, samplesPerLine: samples } = options
    const frameAt = frameThere(recording, pullbackMm)
    const gain = amplitudes(options)
    const kept = new Map<number, Float32Array>()
    const frame = (i: number): Float32Array => {
        const found = kept.get(i)
        if (found) return found
        if (kept.size === KEPT_FRAMES) kept.delete(kept.keys().next().value!)
        const made = gain(recording.greys(i, options))
        kept.set(i, made)
        return made
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
            const amplitude = frame(frameAt(zMm))
            out.set(amplitude.subarray(lineIndex * samples, (lineIndex + 1) * samples))
        },
    }
}

/** @returns the frame that was being recorded at a position */
function frameThere(
    { frames, positionsMm }: Recording,
    pullbackMm: number
): (zMm: number) => number {
    const last = frames - 1
    if (!positionsMm)
        return zMm =>
            Math.max(0, Math.min(last, Math.floor((zMm / Math.max(pullbackMm, 1e-6)) * frames)))
    const endMm = positionsMm[last]!
    // The last frame lasts as long as the others do in the mean.
    const coveredMm = last > 0 ? endMm + endMm / last : Infinity
    if (coveredMm < pullbackMm - 1e-3)
        refuse(
            "too-short",
            `The recording covers ${coveredMm.toFixed(2)} mm of the pullback of ${pullbackMm} mm; use --length ${(Math.floor(coveredMm * 10) / 10).toFixed(1)} or less.`
        )
    return zMm => {
        let [low, high] = [0, last]
        while (low < high) {
            const middle = (low + high + 1) >> 1
            if (positionsMm[middle]! <= zMm) low = middle
            else high = middle - 1
        }
        return low
    }
}

/** @returns a function that makes amplitudes before the front end's gain from greys */
function amplitudes(options: RecordedEchoOptions): (greys: Float32Array) => Float32Array {
    const { samplesPerLine: samples } = options
    const perGrey = (options.displayRangeDb ?? 60) / 255
    const offsetDb = Float64Array.from(
        { length: samples },
        (_, k) => -255 * perGrey - options.tgcDb(k * options.sampleSpacingMm)
    )
    return greys =>
        greys.map((grey, at) =>
            grey > 0 ? 10 ** ((grey * perGrey + offsetDb[at % samples]!) / 20) : 0
        )
}

/**
 * The echoes of one polar frame at every position.
 * @param bytes a PNG; rows are A-lines around the circle, columns are samples from
 * the catheter's centre to the imaging depth; any size from 16x16 is
 * resampled (bilinear, wrapping from the last row to the first)
 * @throws EchoFileError
 */
export function echoFromPng(bytes: Uint8Array, options: RecordedEchoOptions): EchoSource {
    const png = readGreyPng(bytes)
    const recording = { frames: 1, greys: (_: number, grid: PolarGrid) => polarGreys(png, grid) }
    return echoFromRecording(recording, options, 1)
}

/** A grey picture of a PNG, row after row. */
export interface GreyPng {
    readonly widthPx: number
    readonly heightPx: number
    readonly greys: Uint8Array
}

/** Resamples a polar picture of any size to a catheter's frame of the same depth. */
export function polarGreys(png: GreyPng, grid: PolarGrid): Float32Array {
    const { linesPerFrame: lines, samplesPerLine: samples } = grid
    const greys = new Float32Array(lines * samples)
    for (let i = 0; i < lines; i++)
        for (let k = 0; k < samples; k++)
            greys[i * samples + k] = greyAt(
                png,
                (i * png.heightPx) / lines,
                (k * png.widthPx) / samples
            )
    return greys
}

/** @throws EchoFileError */
export function readGreyPng(bytes: Uint8Array): GreyPng {
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
    return { widthPx: width, heightPx: height, greys }
}

/** Size and type are in the first chunk and are checked before decompression. */
function checkHeader(bytes: Uint8Array): void {
    const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    const isPng =
        bytes.length >= 33 &&
        signature.every((byte, at) => bytes[at] === byte) &&
        String.fromCharCode(...bytes.subarray(12, 16)) === "IHDR"
    if (!isPng)
        refuse(
            "not-png",
            "The echo file is not a PNG; use a PNG, a multi-frame DICOM, or a folder of PNGs."
        )
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
function greyAt(png: GreyPng, line: number, sample: number): number {
    const { heightPx: lines, widthPx: samples, greys } = png
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
