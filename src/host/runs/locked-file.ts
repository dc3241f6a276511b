// Changes a file in a run's folder: one program at a time, and from what is there.

import {
    closeSync,
    fsyncSync,
    openSync,
    renameSync,
    statSync,
    unlinkSync,
    writeFileSync,
} from "node:fs"
import { dateMs as clockMs } from "../clock"

/** A temporary file that is older is left from a program that was killed. */
export const STALE_MS = 10_000

/** Another program is changing the file now. */
export class FileLocked extends Error {}

/**
 * @param change reads what is on the disk, and returns the new text
 * @throws FileLocked; what `change` throws; an error of the disk
 */
export function changeFile(path: string, change: () => string): void {
    const part = `${path}.part`
    const fd = lock(part)
    try {
        writeFileSync(fd, change())
        fsyncSync(fd)
        renameSync(part, path)
    } catch (error) {
        unlinkSync(part)
        throw error
    } finally {
        closeSync(fd)
    }
}

/** The temporary file is the lock: two changes at the same time would lose one. */
function lock(part: string): number {
    for (const isLast of [false, true]) {
        try {
            return openSync(part, "wx")
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
            if (isLast || !isStale(part)) throw new FileLocked("another program is writing it")
            unlinkSync(part)
        }
    }
    throw new Error("not reached")
}

function isStale(part: string): boolean {
    const there = statSync(part, { throwIfNoEntry: false })
    return there !== undefined && Math.abs(clockMs() - there.mtimeMs) > STALE_MS
}
