// Reads the capture of a run from its file, as if a cart sent it.

import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { Interrupted, UsageError } from "../errors"
import { type RunListener, RunReceiver } from "../run/run-receiver"
import type { Progress } from "../run/run-target"

/** Bytes that are read at once. */
const PIECE_BYTES = 1 << 20

export interface CaptureReading {
    readonly progress: Progress
    readonly stop: AbortSignal
    /** Receives every byte that is read. */
    readonly onBytes: (bytes: Uint8Array) => void
    /** Gets the messages of the cart. */
    readonly listener?: RunListener
}

/**
 * Receives the run of a capture.
 * @throws UsageError when the file cannot be read; Interrupted when `stop` is aborted
 */
export async function readCapture(file: string, reading: CaptureReading): Promise<RunReceiver> {
    const { progress, stop, onBytes } = reading
    const { fd, length } = openCapture(file)
    try {
        const receiver = new RunReceiver(reading.listener)
        for (let done = 0; ;) {
            progress(done / length, "reading the capture")
            if (stop.aborted) throw new Interrupted("Reading the capture was ended with Ctrl-C.")
            await new Promise(resolve => setImmediate(resolve))
            // A new buffer for each piece: the receiver keeps what it is given.
            const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
            const count = readSync(fd, piece)
            if (count === 0) break
            done += count
            onBytes(piece.subarray(0, count))
            receiver.push(piece.subarray(0, count))
        }
        receiver.finish()
        return receiver
    } finally {
        closeSync(fd)
    }
}

/** @throws UsageError when the capture cannot be read */
export function checkCapture(file: string): void {
    closeSync(openCapture(file).fd)
}

function openCapture(file: string): { fd: number; length: number } {
    try {
        const fd = openSync(file, "r")
        const stat = fstatSync(fd)
        if (stat.isFile() && stat.size > 0) return { fd, length: stat.size }
        closeSync(fd)
        const code = stat.isFile() ? "it is empty" : "it is not a file"
        throw Object.assign(new Error(), { code })
    } catch (error) {
        throw new UsageError(
            `The capture "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a capture.ivl.`
        )
    }
}
