// Whether a program is receiving a run now, by what its record says, and by when something in its folder last changed.

import { readFileSync, statSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { dateMs } from "../clock"
import { LOG_NAME, CAPTURE_NAME, RECORD_NAME, type RunRecord, type RunWriterId } from "./run-record"
import { bootId, startOf } from "./this-program"

/** A program of which nothing else is known counts as ended when it has written nothing for this time. */
const SILENT_MS = 60_000

/** Names the program that is receiving the run in a folder; undefined if there is none, or it has ended. */
export function writerOf(folder: string): string | undefined {
    let record: Partial<RunRecord>
    try {
        record = JSON.parse(readFileSync(join(folder, RECORD_NAME), "utf8")) as Partial<RunRecord>
    } catch {
        return undefined
    }
    return runningWriter(folder, record.writer)
}

export function runningWriter(folder: string, writer: RunRecord["writer"]): string | undefined {
    if (writer === undefined) return undefined
    const isHere = writer.host === hostname()
    const isKnown = isHere && (writer.boot === undefined || writer.boot === bootId())
    if (isKnown && !isRunning(writer)) return undefined
    const name = isHere ? `process ${writer.pid}` : `a program on ${writer.host}`
    // The number may be that of another program by now.
    const isSure = isKnown && writer.boot !== undefined && writer.started !== undefined
    if (isSure) return name
    if (isSilent(folder)) return undefined
    return `${name} (which counts as ended when it has written nothing for ${SILENT_MS / 1000} s)`
}

function isRunning({ pid, started }: RunWriterId): boolean {
    try {
        process.kill(pid, 0)
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EPERM") return false
    }
    return started === undefined || (startOf(pid) ?? started) === started
}

function isSilent(folder: string): boolean {
    const paths = [folder, ...[CAPTURE_NAME, LOG_NAME, RECORD_NAME].map(name => join(folder, name))]
    const times = paths.map(path => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return Math.abs(dateMs() - Math.max(...times)) > SILENT_MS
}
