// The queue of what is to be sent: entries of run.json, which stay there with their outcome. A crash loses none.

import { stampOf } from "../clock"
import { diskReason, isDiskError } from "../disk-reason"
import { RunError, UsageError } from "../errors"
import { nameText } from "../log/log-text"
import { changeRecord, RecordLocked } from "../runs/change-record"
import { readRecord, RecordError } from "../runs/record-schema"
import { RECORD_NAME, type RunRecord, type SentObject } from "../runs/run-record"
import { runningWriter } from "../runs/running-writer"
import type { Clock } from "./back-off"

/** A record that another program writes is free again after milliseconds. */
const LOCK_WAIT_MS = 200
const LOCK_WAITS = 60

/** An entry without its date. */
export type Outcome = Omit<SentObject, "date">

/** @throws UsageError when the record of a run cannot be used */
export function usableRecord(folder: string): RunRecord {
    try {
        return readRecord(folder)
    } catch (error) {
        throw asCommandError(folder, error)
    }
}

/** What waits in a run, for one archive or for all. */
export function waitingIn(record: RunRecord, to?: string): readonly SentObject[] {
    return (record.sent ?? []).filter(
        entry => entry.outcome === "waiting" && (to === undefined || entry.to === to)
    )
}

/**
 * Writes outcomes into the record of a run; each replaces what was said of the same object and archive, and a file that was made again
 * replaces the one that waited.
 * @throws UsageError when the run cannot be used; RunError when the disk does not take it
 */
export async function note(
    folder: string,
    outcomes: readonly Outcome[],
    clock: Clock,
    signal: AbortSignal
): Promise<void> {
    const date = stampOf(clock.nowMs())
    const entries = outcomes.map(outcome => ({ ...outcome, date }))
    for (let waits = 0; ; waits++) {
        try {
            changeRecord(folder, record => {
                checkEnded(folder, record)
                return { ...record, sent: replaced(record.sent ?? [], entries) }
            })
            return
        } catch (error) {
            if (error instanceof RecordLocked && waits < LOCK_WAITS)
                await clock.wait(LOCK_WAIT_MS, signal)
            else throw asCommandError(folder, error)
        }
    }
}

function replaced(before: readonly SentObject[], entries: readonly SentObject[]): SentObject[] {
    const isReplaced = (old: SentObject): boolean =>
        entries.some(
            ({ to, object, uid }) =>
                old.to === to &&
                old.object === object &&
                (old.uid === uid || old.outcome === "waiting")
        )
    return [...before.filter(old => !isReplaced(old)), ...entries]
}

function checkEnded(folder: string, { writer: named }: RunRecord): void {
    const writer = runningWriter(folder, named)
    if (writer !== undefined)
        throw new UsageError(
            `The run in "${nameText(folder)}" is being received by ${writer}; send it when it has ended.`
        )
}

function asCommandError(folder: string, error: unknown): unknown {
    if (error instanceof RecordError) return new UsageError(error.message)
    if (error instanceof RecordLocked)
        return new RunError(
            `The ${RECORD_NAME} of "${nameText(folder)}" is being written by another program; try again.`
        )
    if (isDiskError(error))
        return new RunError(
            `The ${RECORD_NAME} of "${nameText(folder)}" cannot be changed (${diskReason(error)}); nothing more is sent.`
        )
    return error
}
