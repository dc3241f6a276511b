// Changes what a record says of the site, and keeps what it said before.

import { closeSync, openSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { dateMs as clockMs, stampOf } from "../clock"
import { RunError, UsageError } from "../errors"
import { diskReason, isDiskError } from "../disk-reason"
import { logText } from "../log/log-text"
import { readRecord, RecordError } from "./record-schema"
import type { Site } from "./run-about"
import { type Edit, RECORD_NAME, recordText, type RunRecord } from "./run-record"
import { runningWriter } from "./running-writer"

/** A temporary file that is older is left from a program that was killed. */
const STALE_MS = 10_000

/**
 * @param changes a field that is absent stays as it is
 * @returns the changes that were made
 * @throws UsageError when the record cannot be changed; RunError when the disk does not take it
 */
export function editRun(folder: string, changes: Partial<Site>, dateMs: number): readonly Edit[] {
    const path = join(folder, RECORD_NAME)
    const part = `${path}.part`
    const fd = lock(part, folder)
    try {
        const record = editable(folder)
        const edits = editsOf(record.site, changes, dateMs)
        const { site, history } = record
        const edited: RunRecord = {
            ...record,
            site: { ...site, ...changes },
            history: [...history, ...edits],
        }
        writeFileSync(fd, recordText(edited))
        renameSync(part, path)
        return edits
    } catch (error) {
        unlinkSync(part)
        if (isDiskError(error)) throw new RunError(notWritten(folder, error))
        throw error
    } finally {
        closeSync(fd)
    }
}

function editsOf(site: Site, changes: Partial<Site>, dateMs: number): Edit[] {
    const fields = Object.keys(changes) as (keyof Site)[]
    return fields
        .map(field => ({
            ...{ date: stampOf(dateMs), field },
            ...{ from: site[field], to: changes[field] ?? null },
        }))
        .filter(({ from, to }) => from !== to)
}

function editable(folder: string): RunRecord {
    let record: RunRecord
    try {
        record = readRecord(folder)
    } catch (error) {
        if (error instanceof RecordError) throw new UsageError(error.message)
        throw error
    }
    const writer = runningWriter(record.writer)
    if (writer === undefined) return record
    throw new UsageError(
        `The run in "${logText(folder)}" is being received by ${writer}; edit it when it has ended.`
    )
}

/** The temporary file is the lock: two edits at the same time would lose one. */
function lock(part: string, folder: string): number {
    for (const isLast of [false, true]) {
        try {
            return openSync(part, "wx")
        } catch (error) {
            const { code } = error as NodeJS.ErrnoException
            if (code !== "EEXIST" || isLast || !isStale(part)) throw lockError(folder, error)
            unlinkSync(part)
        }
    }
    throw new Error("not reached")
}

function isStale(part: string): boolean {
    const there = statSync(part, { throwIfNoEntry: false })
    return there !== undefined && Math.abs(clockMs() - there.mtimeMs) > STALE_MS
}

function lockError(folder: string, error: unknown): UsageError {
    const { code } = error as NodeJS.ErrnoException
    return new UsageError(
        code === "EEXIST"
            ? `The record of "${logText(folder)}" is being written by another program; try again in ${STALE_MS / 1000} s.`
            : notWritten(folder, error)
    )
}

function notWritten(folder: string, error: unknown): string {
    return `The ${RECORD_NAME} of "${logText(folder)}" cannot be changed (${diskReason(error)}); it is as it was.`
}
