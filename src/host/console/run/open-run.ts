// Opens a run from the capture in its folder: makes its pictures and measurements again, and reads what persons changed.

import { dateMs } from "../../clock"
import { UsageError } from "../../errors"
import { logText } from "../../log/log-text"
import { RunPipeline } from "../../results/pipeline/run-pipeline"
import type { ResultsChoice } from "../../results/run-results"
import type { Progress } from "../../run/run-target"
import { type Edits, NO_EDITS } from "../../measure/edits"
import { readEdits } from "../../runs/edits-file"
import { captureIn, missingFiles, shortList } from "../../runs/find-run"
import { type Marks, NO_MARKS, readMarks } from "../../runs/marks-file"
import { readCapture } from "../../runs/read-capture"
import { readRecord, RecordError } from "../../runs/record-schema"
import { recordedSummary } from "../../runs/recorded-summary"
import { NO_SITE } from "../../runs/run-about"
import { CAPTURE_NAME, type RunRecord } from "../../runs/run-record"
import { runningWriter } from "../../runs/running-writer"
import { sentDataOf } from "../../runs/sent-files"
import { userName } from "../../runs/user-name"
import { RunSession } from "./run-session"

export interface OpenRunOptions {
    /** Of the session. */
    readonly id: string
    readonly choice: ResultsChoice
    readonly progress: Progress
    /** Says what is wrong with the folder's files, one sentence each. */
    readonly report: (line: string) => void
}

/** @throws UsageError for a run without a usable capture; RunError for one without frames */
export async function openRun(folder: string, options: OpenRunOptions): Promise<RunSession> {
    const { id, choice, progress } = options
    const notes: string[] = []
    const say = (line: string): void => {
        notes.push(line)
        options.report(line)
    }
    const file = captureIn(folder)
    const pipeline = new RunPipeline({
        ...{ choice, progress },
        sent: description => sentDataOf(file, description, {}),
    })
    try {
        const record = usableRecord(folder, say)
        const receiver = await readCapture(file, {
            ...{ progress, stop: new AbortController().signal, onBytes: () => undefined },
            ...{ listener: pipeline.listener, keeps: "marks", room: () => pipeline.room() },
        })
        const source = { target: logText(folder), seed: record?.asked.seed ?? null }
        const sent = sentDataOf(file, receiver.description, {})
        const made = await pipeline.finish({ receiver, instruments: undefined, source, ...sent })
        const results = await pipeline.ready
        const shown = record ? recordedSummary(record, made) : { summary: made, notes: [] }
        return new RunSession({
            ...{ id, folder, results, run: runIn(folder, record) },
            ...{ written: Promise.resolve(shown.summary), notes: [...notes, ...shown.notes] },
            ...{ edits: usableEdits(folder, say), marks: usableMarks(folder, say) },
            ...{ by: userName(), dateMs, close: () => pipeline.close() },
        })
    } catch (error) {
        await pipeline.close()
        throw error
    }
}

/** The borders of a person, if they can be used; else the automatic ones are shown. */
function usableEdits(folder: string, say: (line: string) => void): Edits {
    try {
        return readEdits(folder)
    } catch (error) {
        if (!(error instanceof UsageError)) throw error
        say(`${error.message} The automatic borders are shown.`)
        return NO_EDITS
    }
}

function usableMarks(folder: string, say: (line: string) => void): Marks {
    try {
        return readMarks(folder)
    } catch (error) {
        if (!(error instanceof UsageError)) throw error
        say(error.message)
        return NO_MARKS
    }
}

function runIn(folder: string, record: RunRecord | undefined) {
    return {
        where: logText(folder),
        date: record?.date ?? null,
        site: record?.site ?? NO_SITE,
        replayOf: record?.replay_of ?? null,
    }
}

/** Says what is wrong with the run's record; the capture is shown all the same. */
function usableRecord(folder: string, say: (line: string) => void): RunRecord | undefined {
    try {
        const record = readRecord(folder)
        const missing = missingFiles(folder, record)
        if (missing.length > 0)
            say(`Missing in ${logText(folder)}: ${shortList(missing.map(logText))}.`)
        const writer = runningWriter(folder, record.writer)
        if (writer !== undefined)
            say(`The run is still being received by ${writer}; this is what there is of it.`)
        return record
    } catch (error) {
        if (!(error instanceof RecordError)) throw error
        say(`${error.message} What is shown is made from ${CAPTURE_NAME} alone.`)
        return undefined
    }
}
