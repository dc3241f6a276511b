// Runs whose program ended before they did: killed, or by a power cut. Their records still say that they are being received.

import { readdirSync } from "node:fs"
import { join } from "node:path"
import { nameText } from "../log/log-text"
import { changeRecord } from "./change-record"
import { readRecord } from "./record-schema"
import { CAPTURE_NAME, type RunRecord } from "./run-record"
import { runningWriter } from "./running-writer"

const ENDED = "the program that received it ended before the run did"

/**
 * Corrects the records of such runs.
 * @param runs the folder for the folders of runs
 * @returns a sentence about each, for the first program that finds it
 */
export function closeAbandoned(runs: string): string[] {
    return foldersIn(runs).flatMap(name => {
        const folder = join(runs, name)
        const writer = recordIn(folder)?.writer
        if (!writer || runningWriter(folder, writer) !== undefined) return []
        if (!closeRecord(folder, ENDED)) return []
        const capture = nameText(join(folder, CAPTURE_NAME))
        return [
            `A run was not received to its end, as the program ended: "ivus replay ${capture}" makes the results of what came.`,
        ]
    })
}

/**
 * Corrects the record of a run that nobody receives any more.
 * @param reason why, as in the record
 * @returns whether it said that the run is being received
 */
export function closeRecord(folder: string, reason: string): boolean {
    let isReceiving = false
    try {
        changeRecord(folder, ({ writer, ...closed }) => {
            isReceiving = writer !== undefined
            return isReceiving ? { ...closed, verdict_reason: reason } : closed
        })
        return isReceiving
    } catch {
        // A record that is missing, damaged or of a later version is no concern of this program.
        return false
    }
}

function foldersIn(runs: string): string[] {
    try {
        const entries = readdirSync(runs, { withFileTypes: true })
        return entries.flatMap(entry => (entry.isDirectory() ? [entry.name] : [])).sort()
    } catch {
        return []
    }
}

/** A record that is missing, damaged or of a later version is no concern of this program. */
function recordIn(folder: string): RunRecord | undefined {
    try {
        return readRecord(folder)
    } catch {
        return undefined
    }
}
