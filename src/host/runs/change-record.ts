// Changes the record of a run on its disk: one program at a time, and from what is there.

import {
    closeSync,
    fsyncSync,
    openSync,
    renameSync,
    statSync,
    unlinkSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { dateMs as clockMs } from "../clock"
import { readRecord } from "./record-schema"
import { RECORD_NAME, recordText, type RunRecord } from "./run-record"

/** A temporary file that is older is left from a program that was killed. */
export const STALE_MS = 10_000

/** Another program is changing the record now. */
export class RecordLocked extends Error {}

/**
 * @param change gets the record on the disk, and returns the new one
 * @throws RecordLocked; RecordError when the record cannot be used; what `change` throws; an error of the disk
 */
export function changeRecord(folder: string, change: (record: RunRecord) => RunRecord): RunRecord {
    const path = join(folder, RECORD_NAME)
    const part = `${path}.part`
    const fd = lock(part)
    try {
        const record = change(readRecord(folder))
        writeFileSync(fd, recordText(record))
        fsyncSync(fd)
        renameSync(part, path)
        return record
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
            if (isLast || !isStale(part)) throw new RecordLocked("another program is writing it")
            unlinkSync(part)
        }
    }
    throw new Error("not reached")
}

function isStale(part: string): boolean {
    const there = statSync(part, { throwIfNoEntry: false })
    return there !== undefined && Math.abs(clockMs() - there.mtimeMs) > STALE_MS
}
