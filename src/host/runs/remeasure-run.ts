// Makes the measurements of a recorded run again, from its capture and the borders and references of a person.

import {
    closeSync,
    existsSync,
    fsyncSync,
    openSync,
    readFileSync,
    renameSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { diskReason, isDiskError } from "../disk-reason"
import { RunError, UsageError } from "../errors"
import { logText, nameText } from "../log/log-text"
import type { Edits } from "../measure/edits"
import { dicomReferenceIn } from "../results/dicom/dicom-reference"
import { REPORT_NAME, reportDicom } from "../results/dicom/report/report-dicom"
import type { MeasuredRun } from "../results/measured-run"
import { RunPipeline } from "../results/pipeline/run-pipeline"
import type { ResultsChoice } from "../results/run-results"
import { type ResultFiles, writeMeasured } from "../results/write-results"
import type { Progress } from "../run/run-target"
import { askedAgain } from "./about-beside"
import { changeRecord, RecordLocked, STALE_MS } from "./change-record"
import { keepEarlier } from "./earlier-folder"
import { changeEdits, EDITS_NAME } from "./edits-file"
import { captureIn } from "./find-run"
import { readCapture } from "./read-capture"
import { readRecord, RecordError } from "./record-schema"
import { recordedSummary } from "./recorded-summary"
import type { RunAbout } from "./run-about"
import { RECORD_NAME, type RunRecord } from "./run-record"
import { runningWriter } from "./running-writer"
import { sentDataOf } from "./sent-files"
import { snakeCase } from "./snake-case"

export interface Remeasuring {
    readonly choice: ResultsChoice
    readonly progress: Progress
    /** Those that are on the disk. */
    readonly before: Edits
    readonly edits: Edits
}

export interface Remeasured {
    readonly record: RunRecord
    readonly measured: MeasuredRun
    /** Where what was replaced is now; undefined where nothing was. */
    readonly earlier: string | undefined
    /** How what was made differs from the run, one sentence each. */
    readonly notes: readonly string[]
}

/**
 * Nothing is written unless all could be made.
 * @throws UsageError for a run or edits that cannot be used; RunError without results, or when the disk does not take them
 */
export async function remeasureRun(folder: string, remeasuring: Remeasuring): Promise<Remeasured> {
    const { choice, progress, before, edits } = remeasuring
    const recorded = recordOf(folder)
    const file = captureIn(folder)
    const pipeline = new RunPipeline({
        ...{ choice, progress, edits, about: aboutOf(recorded) },
        sent: description => sentDataOf(file, description, {}),
    })
    try {
        const receiver = await readCapture(file, {
            ...{ progress, stop: new AbortController().signal, onBytes: () => undefined },
            ...{ listener: pipeline.listener, keeps: "marks", room: () => pipeline.room() },
        })
        const source = { target: logText(folder), seed: recorded.asked.seed ?? null }
        const sent = sentDataOf(file, receiver.description, {})
        const made = await pipeline.finish({ receiver, instruments: undefined, source, ...sent })
        const { summary: shown, notes } = recordedSummary(recorded, made)
        const { measurements, lumen } = made
        // How it ended and what was lost is as its record says.
        const summary = { ...shown, measurements, lumen }
        const measured = { ...pipeline.measured!, summary }
        const contents = new Map<string, Uint8Array | string>()
        const files = {
            write: (name, content) => contents.set(name, content),
        } satisfies ResultFiles
        await writeMeasured(measured, files, pipeline.artist)
        const pullback = dicomReferenceIn(join(folder, "pullback.dcm"))
        contents.set(REPORT_NAME, await reportDicom(measured, pullback))
        try {
            if (edits !== before) changeEdits(folder, before, edits)
            const measuredNow = snakeCase(measurements)
            const isOther = JSON.stringify(measuredNow) !== JSON.stringify(recorded.measurements)
            const earlier = replaceFiles(folder, contents, isOther)
            const record = changeRecord(folder, now => ({
                ...now,
                ...{ measurements: measuredNow, lumen: snakeCase(lumen) },
                files: filesOf(folder, now, [...contents.keys()]),
            }))
            return { record, measured, earlier, notes }
        } catch (error) {
            throw asRunError(error, folder)
        }
    } finally {
        await pipeline.close()
    }
}

/** @throws UsageError for a run that is being received, or has no record */
function recordOf(folder: string): RunRecord {
    try {
        const record = readRecord(folder)
        const writer = runningWriter(folder, record.writer)
        if (writer === undefined) return record
        throw new UsageError(
            `The run in "${nameText(folder)}" is being received by ${writer}; measure it when it has ended.`
        )
    } catch (error) {
        if (error instanceof RecordError) throw new UsageError(error.message)
        throw error
    }
}

function aboutOf(record: RunRecord): RunAbout {
    const {
        date,
        study,
        study_date: studyDate,
        patient,
        site,
        asked,
        replay_of: of,
        replay_date,
    } = record
    const { target, seed } = asked
    return {
        ...{ dateMs: Date.parse(date), study, patient, site, target, seed: seed ?? null },
        ...(studyDate && { studyDateMs: Date.parse(studyDate) }),
        asked: askedAgain(asked, asked.on_disk_full),
        ...(of !== null && replay_date && { replay: { of, dateMs: Date.parse(replay_date) } }),
    }
}

function filesOf(folder: string, { files }: RunRecord, made: readonly string[]): string[] {
    const own = existsSync(join(folder, EDITS_NAME)) ? [EDITS_NAME] : []
    return [...new Set([...files, ...made, ...own])].sort()
}

/**
 * Writes files that differ from those on the disk.
 * @param isOther whether the measurements in the record will change
 * @returns the folder with the ones that were replaced, and their record; undefined where nothing was
 */
function replaceFiles(
    folder: string,
    contents: ReadonlyMap<string, Uint8Array | string>,
    isOther: boolean
): string | undefined {
    const changed = [...contents].filter(([name, content]) => !isThere(join(folder, name), content))
    const replaced = changed.filter(([name]) => existsSync(join(folder, name)))
    const earlier =
        isOther || replaced.length > 0
            ? keepEarlier(folder, [RECORD_NAME, ...replaced.map(([name]) => name)])
            : undefined
    for (const [name, content] of changed) {
        const part = join(folder, `${name}.part`)
        const fd = openSync(part, "w")
        try {
            writeFileSync(fd, content)
            fsyncSync(fd)
        } finally {
            closeSync(fd)
        }
        renameSync(part, join(folder, name))
    }
    return earlier
}

function isThere(path: string, content: Uint8Array | string): boolean {
    return existsSync(path) && readFileSync(path).equals(Buffer.from(content))
}

function asRunError(error: unknown, folder: string): unknown {
    const name = nameText(folder)
    if (error instanceof RecordLocked)
        return new UsageError(
            `The record of "${name}" is being written by another program; try again in ${STALE_MS / 1000} s.`
        )
    if (error instanceof RecordError) return new UsageError(error.message)
    if (isDiskError(error))
        return new RunError(
            `The measurements of "${name}" cannot be written (${diskReason(error)}); make space, and measure it again.`
        )
    return error
}
