// Whether a program is receiving a run now, by what its record says.

import { hostname } from "node:os"
import { join } from "node:path"
import { readFileSync } from "node:fs"
import { RECORD_NAME, type RunRecord } from "./run-record"

/** Names the program that is receiving the run in a folder; undefined if there is none, or it has ended. */
export function writerOf(folder: string): string | undefined {
    let record: Partial<RunRecord>
    try {
        record = JSON.parse(readFileSync(join(folder, RECORD_NAME), "utf8")) as Partial<RunRecord>
    } catch {
        return undefined
    }
    return runningWriter(record.writer)
}

export function runningWriter(writer: RunRecord["writer"]): string | undefined {
    if (writer === undefined) return undefined
    // Of a program on another computer nothing is known but what it wrote.
    if (writer.host !== hostname()) return `a program on ${writer.host}`
    return isAlive(writer.pid) ? `process ${writer.pid}` : undefined
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0)
        return true
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM"
    }
}
