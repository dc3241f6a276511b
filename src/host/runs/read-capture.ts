// Reads the capture of a run from its file, as if a cart sent it.

import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { diskReason } from "../disk-reason"
import { nameText } from "../log/log-text"
import { Interrupted, UsageError } from "../errors"
import { type RunListener, RunReceiver } from "../run/run-receiver"
import type { KeptOfFrames } from "../frames/frame-assembler"
import type { Progress } from "../run/run-target"

/** Bytes that are read at once: some milliseconds of work for the receiver. */
const PIECE_BYTES = 1 << 18

export interface CaptureReading {
    readonly progress: Progress
    readonly stop: AbortSignal
    /** Receives every byte that is read. */
    readonly onBytes: (bytes: Uint8Array) => void
    /** Gets the messages of the cart. */
    readonly listener?: RunListener
    /** What the receiver keeps of the frames. */
    readonly keeps?: KeptOfFrames
    /** Is waited for before the next piece is read. */
    readonly room?: () => Promise<void> | undefined
}

/**
 * Receives the run of a capture.
 * @throws UsageError when the file cannot be read; Interrupted with what was received when `stop` is aborted
 */
export async function readCapture(file: string, reading: CaptureReading): Promise<RunReceiver> {
    const { progress, stop, onBytes } = reading
    const { fd, length } = openCapture(file)
    try {
        const receiver = new RunReceiver(reading.listener, undefined, reading.keeps)
        for (let done = 0; ;) {
            progress(done / length, "reading the capture")
            if (stop.aborted) {
                const ended = new Interrupted("Reading the capture was ended with Ctrl-C.")
                throw Object.assign(ended, { receiver })
            }
            await new Promise(resolve => setImmediate(resolve))
            // A new buffer for each piece: the receiver keeps what it is given.
            const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
            const count = readSync(fd, piece)
            if (count === 0) break
            done += count
            onBytes(piece.subarray(0, count))
            receiver.push(piece.subarray(0, count))
            await reading.room?.()
        }
        receiver.finish()
        return receiver
    } finally {
        closeSync(fd)
    }
}

/** Bytes in which the first description is looked for. */
const OPENING_BYTES = 1 << 24

/**
 * Reads the opening of a capture.
 * @returns the catheter of its first run, if it has one
 * @throws UsageError when the capture cannot be read
 */
export function catheterIn(file: string): string | undefined {
    const { fd } = openCapture(file)
    try {
        const receiver = new RunReceiver({}, undefined, "nothing")
        for (let done = 0; done < OPENING_BYTES && !receiver.description;) {
            const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
            const count = readSync(fd, piece)
            if (count === 0) break
            done += count
            receiver.push(piece.subarray(0, count))
        }
        return receiver.description?.catheter
    } finally {
        closeSync(fd)
    }
}

function openCapture(file: string): { fd: number; length: number } {
    try {
        const fd = openSync(file, "r")
        const stat = fstatSync(fd)
        if (stat.isFile() && stat.size > 0) return { fd, length: stat.size }
        closeSync(fd)
        throw new Error(stat.isFile() ? "it is empty" : "it is not a file")
    } catch (error) {
        throw new UsageError(
            `The capture "${nameText(file)}" cannot be read (${captureReason(error)}); name a capture.ivl.`
        )
    }
}

function captureReason(error: unknown): string {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is none" : diskReason(error)
}
