// Lists the runs in a folder, newest first, and chooses among them.

import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { Verdict } from "../results/verdict"
import { readRecord, type RecordDefect, RecordError } from "./record-schema"
import { CAPTURE_NAME, RECORD_NAME, type RunRecord } from "./run-record"

export interface ListedRun {
    readonly folder: string
    /** The name of its folder. */
    readonly name: string
    readonly record?: RunRecord
    /** Why its record cannot be used, and what to do: one sentence. */
    readonly problem?: string
    readonly defect?: RecordDefect
}

/** Which runs are shown; all conditions are to be met. */
export interface RunFilter {
    readonly catheter?: string
    readonly verdict?: Verdict
    /** ms since 1970 UTC. */
    readonly since?: number
    readonly until?: number
    readonly study?: string
    /** A part of the label; capitals do not matter. */
    readonly label?: string
}

/** Whether a folder holds a run, whatever its state. */
export function isRun(folder: string): boolean {
    return [RECORD_NAME, CAPTURE_NAME].some(name => existsSync(join(folder, name)))
}

/**
 * @param parent the folder for the folders of runs
 * @returns the newest first, replays by when they were made; those without a usable record last
 * @throws an error of the system when the folder cannot be read
 */
export function listRuns(parent: string): ListedRun[] {
    return readdirSync(parent, { withFileTypes: true })
        .filter(entry => !entry.isFile() && isRun(join(parent, entry.name)))
        .map(({ name }) => listed(join(parent, name), name))
        .sort(newestFirst)
}

function listed(folder: string, name: string): ListedRun {
    try {
        return { folder, name, record: readRecord(folder) }
    } catch (error) {
        if (!(error instanceof RecordError)) throw error
        const { message: problem, defect } = error
        return { folder, name, problem, defect }
    }
}

const names = new Intl.Collator("en", { numeric: true })

function newestFirst(a: ListedRun, b: ListedRun): number {
    const [from, to] = [a, b].map(({ record }) =>
        record ? Date.parse(record.replay_date ?? record.date) : -Infinity
    )
    // Runs of one second have numbers behind their names.
    return from === to ? names.compare(b.name, a.name) : to! - from!
}

/** A run without a usable record meets no condition. */
export function matches({ record }: ListedRun, filter: RunFilter): boolean {
    const { catheter, verdict, since, until, study, label } = filter
    if (Object.values(filter).every(value => value === undefined)) return true
    if (!record) return false
    const ms = Date.parse(record.date)
    return (
        (catheter === undefined || record.catheter === catheter) &&
        (verdict === undefined || record.verdict === verdict) &&
        (since === undefined || ms >= since) &&
        (until === undefined || ms <= until) &&
        (study === undefined || record.study === study) &&
        (label === undefined || contains(record.site.label ?? "", label))
    )
}

function contains(text: string, part: string): boolean {
    return text.toLowerCase().includes(part.toLowerCase())
}
