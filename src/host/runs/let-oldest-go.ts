// Lets the older half of a capture go in place, without any more space: its opening stays, and an event in it has the number of the
// first A-line that is left.

import { ftruncateSync, readSync, writeSync } from "node:fs"
import { RunReceiver } from "../run/run-receiver"
import { RunOpening } from "./run-opening"

/** Bytes that are read or moved at once. */
const PIECE_BYTES = 1 << 18
/** A capture that is smaller stays: what it could give is not worth it. */
const BYTES_MIN = 1 << 20

/**
 * Does a piece of it at each step.
 * @param fd of a capture, open for reading and writing
 * @returns its new size
 */
export function* lettingOldestGo(fd: number, size: number): Generator<undefined, number> {
    if (size < BYTES_MIN) return size
    const cut = yield* cutOf(fd, size)
    if (!cut || cut.opening.length >= cut.from) return size
    writeAt(fd, cut.opening, 0)
    const shorter = yield* moved(fd, cut.from, size, cut.opening.length)
    ftruncateSync(fd, shorter)
    return shorter
}

interface Cut {
    readonly opening: Uint8Array
    readonly from: number
}

/** The opening, and where what is left begins: behind a burst of A-lines in the middle. */
function* cutOf(fd: number, size: number): Generator<undefined, Cut | undefined> {
    const opening = new RunOpening()
    let [from, before] = [0, 0]
    let cut: Uint8Array | undefined
    const receiver: RunReceiver = new RunReceiver(
        {
            onBytes: (bytes, isUsed) => {
                if (cut) return
                before = receiver.assembler?.nextLine ?? 0
                from += bytes.length
                if (isUsed) opening.take(bytes)
            },
            onLines: () => {
                if (cut || from < size / 2) return
                cut = opening.bytes(receiver.helloBytes, before)
            },
        },
        undefined,
        "nothing"
    )
    for (let at = 0; at < size && !cut;) {
        const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, size - at))
        const count = readSync(fd, piece, 0, piece.length, at)
        if (count === 0) break
        at += count
        receiver.push(piece.subarray(0, count))
        yield
    }
    return cut && { opening: cut, from }
}

/** Moves the bytes from `from` on to `to`, which is before it. @returns where they end */
function* moved(fd: number, from: number, size: number, to: number): Generator<undefined, number> {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    for (let at = from; at < size;) {
        const count = readSync(fd, piece, 0, Math.min(PIECE_BYTES, size - at), at)
        if (count === 0) break
        writeAt(fd, piece.subarray(0, count), to)
        at += count
        to += count
        yield
    }
    return to
}

function writeAt(fd: number, bytes: Uint8Array, to: number): void {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, to + at)
}
