// Changes what a record says of the site, and keeps what it said before.

import { stampOf } from "../clock"
import { RunError, UsageError } from "../errors"
import { diskReason, isDiskError } from "../disk-reason"
import { nameText } from "../log/log-text"
import { changeRecord, RecordLocked, STALE_MS } from "./change-record"
import { RecordError } from "./record-schema"
import type { Site } from "./run-about"
import { type Edit, RECORD_NAME, type RunRecord } from "./run-record"
import { runningWriter } from "./running-writer"

/**
 * @param changes a field that is absent stays as it is
 * @returns the changes that were made
 * @throws UsageError when the record cannot be changed; RunError when the disk does not take it
 */
export function editRun(folder: string, changes: Partial<Site>, dateMs: number): readonly Edit[] {
    let edits: readonly Edit[] = []
    try {
        changeRecord(folder, record => {
            checkEnded(folder, record)
            edits = editsOf(record.site, changes, dateMs)
            const { site, history } = record
            return { ...record, site: { ...site, ...changes }, history: [...history, ...edits] }
        })
        return edits
    } catch (error) {
        if (error instanceof RecordError) throw new UsageError(error.message)
        if (error instanceof RecordLocked)
            throw new UsageError(
                `The record of "${nameText(folder)}" is being written by another program; try again in ${STALE_MS / 1000} s.`
            )
        if (isDiskError(error))
            throw new RunError(
                `The ${RECORD_NAME} of "${nameText(folder)}" cannot be changed (${diskReason(error)}); it is as it was.`
            )
        throw error
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

function checkEnded(folder: string, { writer: named }: RunRecord): void {
    const writer = runningWriter(folder, named)
    if (writer !== undefined)
        throw new UsageError(
            `The run in "${nameText(folder)}" is being received by ${writer}; edit it when it has ended.`
        )
}
