// The last result of every test, kept over runs of a part of the tests, for `npm run trace`.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { TestRecord } from "./uvu-recorder"

/** Written by each `npm test`. */
export const LAST_RESULTS = ".devicescript/last-results.json"

export interface LastResult extends Pick<TestRecord, "file" | "suite" | "name" | "outcome"> {
    /** Of the run, ISO 8601. */
    readonly date: string
}

/** What the last runs gave; empty if none was kept, or the file is damaged. */
export function readLastResults(file = LAST_RESULTS): LastResult[] {
    if (!existsSync(file)) return []
    try {
        return JSON.parse(readFileSync(file, "utf8")) as LastResult[]
    } catch {
        return []
    }
}

/** The earlier results, with those of every file that has run now replaced; files that no longer exist are dropped. */
export function mergedResults(
    earlier: readonly LastResult[],
    records: readonly TestRecord[],
    date: string,
    exists: (file: string) => boolean = existsSync
): LastResult[] {
    const ran = new Set(records.map(record => record.file))
    const kept = earlier.filter(result => !ran.has(result.file) && exists(result.file))
    const now = records.map(({ file, suite, name, outcome }) => ({
        ...{ file, suite, name, outcome, date },
    }))
    return [...kept, ...now]
}

/** Keeps the results of a run. */
export function saveLastResults(records: readonly TestRecord[], file = LAST_RESULTS): void {
    const results = mergedResults(readLastResults(file), records, new Date().toISOString())
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `[\n${results.map(r => JSON.stringify(r)).join(",\n")}\n]\n`)
}
