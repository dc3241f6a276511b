// The files of one run, from its folder to its record: capture and log as it comes, its results, and how it ended.

import { join } from "node:path"
import type { Description, Hello } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import { boardIdOf } from "../link/host-identity"
import type { SentData } from "../results/channel-data-frames"
import { RunPipeline } from "../results/pipeline/run-pipeline"
import type { ResultsChoice } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { type RunVerdict, verdictOf } from "../results/verdict"
import { combineListeners, onlyIf } from "../run/combine-listeners"
import { linesFired, type RunListener } from "../run/run-receiver"
import type { Progress, ReceivedRun } from "../run/run-target"
import type { Replay, RunAbout } from "./run-about"
import { type DiskError, RunFolder, type RunPlace } from "./run-folder"
import { openRunLog, type RunLog } from "./run-log"
import {
    type BareRun,
    bareRecord,
    LOG_NAME,
    receivingRecord,
    recordOf,
    type RecordParts,
    type RunRecord,
} from "./run-record"
import { removeParts } from "./remove-parts"
import { studyDateOf } from "./study-date"

export interface RunFilesOptions {
    readonly place: RunPlace
    readonly about: RunAbout
    /** What a replay is made of; the folder may have set it aside. */
    readonly replayOf?: (folder: RunFolder) => Replay
    /** What was asked for, as the log says it. */
    readonly asked: string
    readonly choice: ResultsChoice
    /** Threads for the results; left out, by the number of cores. */
    readonly workers?: number
    readonly progress?: Progress
    /** Pair list and catheter that are sent for the run, by its description. */
    readonly sent?: (description: Description, folder: RunFolder) => SentData
    /** The times in the log; left out, those of this computer. */
    readonly nowMs?: () => number
    /** Says that the log cannot be written. */
    readonly report: (line: string) => void
    /** The disk takes no more. @param isStopped whether the run is to end because of it */
    readonly onDiskError: (error: DiskError, isStopped: boolean) => void
}

/** What is received of a run so far. */
type Received = Pick<ReceivedRun, "receiver" | "requestedMm">

const silent = (): void => undefined

export class RunFiles {
    readonly folder: RunFolder
    readonly log: RunLog
    readonly pipeline: RunPipeline
    /** Combine it with the other listeners of the receiver. */
    readonly listener: RunListener
    private readonly about: RunAbout
    private hello: Hello | undefined
    private description: Description | undefined
    private isReceived = false
    private isStoppedByDisk = false

    /** @throws RunFolderError when there can be no folder for it */
    constructor(private readonly options: RunFilesOptions) {
        const { asked, choice, workers, progress, sent, replayOf, nowMs, report } = options
        const folder = RunFolder.create(options.place)
        const studyDateMs = studyDateOf(options.about, folder.path, options.place.runs)
        const about = {
            ...options.about,
            ...(studyDateMs !== undefined && { studyDateMs }),
            ...(replayOf && { replay: replayOf(folder) }),
        }
        this.folder = folder
        this.about = about
        this.log = openRunLog(join(folder.path, LOG_NAME), asked, report, nowMs && { nowMs })
        folder.added(LOG_NAME)
        this.pipeline = new RunPipeline({
            ...{ folder, choice, about, progress: progress ?? silent },
            ...(workers !== undefined && { workers }),
            ...(sent && { sent: description => sent(description, folder) }),
        })
        this.listener = combineListeners(
            this.log.listener,
            {
                onHello: hello => void (this.hello = hello),
                onDescription: description => {
                    this.description = description
                    this.begin()
                },
            },
            onlyIf(() => !folder.diskError, this.pipeline.listener)
        )
    }

    /** Writes what is left of the run, besides its capture, if this program is killed; again when more is known of it. */
    begin(): void {
        const { folder, hello, description, about } = this
        const { place } = this.options
        if (this.isReceived) return
        folder.onDiskError = error => this.onDiskError(error)
        folder.onCopied = path => {
            this.log.file.goOnIn(join(path, LOG_NAME))
            folder.added(LOG_NAME)
        }
        folder.record({
            ...receivingRecord(about, description?.catheter ?? place.catheter),
            cart: hello ? boardIdOf(hello) : null,
            run: description?.run ?? null,
        })
    }

    /** For a source that is faster than real time: resolves when there is room for more; undefined: there is. */
    room(): Promise<void> | undefined {
        return this.folder.diskError ? this.folder.room() : this.pipeline.room()
    }

    /** Nothing more will be received. */
    received(): void {
        this.isReceived = true
    }

    /**
     * Makes the results of a run that was received.
     * @throws RunError when there are none; the files of those that could be made are there
     */
    async makeResults(run: ReceivedRun): Promise<RunSummary> {
        await this.folder.settled()
        this.throwDiskError()
        const summary = await this.pipeline.finish(run)
        this.throwDiskError()
        return summary
    }

    /**
     * Writes the record, after which nothing is written any more.
     * @param summary left out, there are no results
     * @param failure why the run or its results did not end well
     * @returns the record, and whether it is on the disk
     */
    end(
        run: Received,
        summary: RunSummary | undefined,
        failure?: string
    ): { readonly record: RunRecord; readonly isWritten: boolean } {
        const { folder, log } = this
        if (summary) log.verdict(summary)
        else log.failed(failure ?? "There are no results.")
        // What is in the record depends on whether the folder is still there.
        folder.locate()
        const record = this.recordOf(run, summary, failure)
        const isWritten = folder.record(record)
        log.file.end()
        return { record, isWritten }
    }

    /** The record of a run that has ended. */
    recordOf(run: Received, summary: RunSummary | undefined, failure?: string): RunRecord {
        const parts = this.parts(run, failure)
        return summary ? recordOf(summary, parts) : bareRecord(this.bareRun(run), parts)
    }

    /**
     * Ends at once: what was received is kept, without results.
     * @param run with what has come so far, if it is still being received; left out before there is anything
     * @param why as a sentence
     */
    endAtOnce(run: Received | undefined, why: string): void {
        const { folder, log } = this
        log.failed(why)
        folder.record(bareRecord(this.bareRun(run, why), this.parts(run, why)))
        log.file.end()
        folder.close()
        removeParts(folder.path)
    }

    /** Of a run of which nothing is kept. */
    remove(): void {
        this.log.file.end()
        this.folder.remove()
    }

    private throwDiskError(): void {
        const { diskError } = this.folder
        if (diskError) throw new RunError(diskError.message)
    }

    /** What is known of a run without a summary. The verdict is on the run, also if its results could not be made. */
    private bareRun(run: Received | undefined, endedAtOnce?: string): BareRun {
        const { description, options } = this
        const receiver = run?.receiver
        const d = receiver?.description ?? description
        return {
            ...this.verdict(run, endedAtOnce),
            catheter: d?.catheter ?? options.place.catheter,
            ...(d && { lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6 }),
            ...(receiver?.assembler && {
                frames: receiver.assembler.marks.length,
                linesFired: linesFired(receiver.end) ?? null,
                linesMissing: receiver.assembler.counts.missing,
            }),
        }
    }

    private verdict(run: Received | undefined, endedAtOnce: string | undefined): RunVerdict {
        const { diskError, bytesLost } = this.folder
        if (this.isStoppedByDisk) return { verdict: "stopped", verdictReason: diskError!.message }
        if (bytesLost > 0)
            return {
                verdict: "incomplete",
                verdictReason:
                    `${diskError?.message ?? ""} Of its capture ${bytesLost} bytes were not kept.`.trim(),
            }
        if (run && (this.isReceived || endedAtOnce === undefined)) return verdictOf(run)
        return { verdict: "incomplete", verdictReason: endedAtOnce ?? null }
    }

    private parts(run: Received | undefined, endedBy: string | undefined): RecordParts {
        const { diskError, bytesLost, files } = this.folder
        const { about } = this
        return {
            ...{ about, files, hello: run?.receiver.hello ?? this.hello },
            run: (run?.receiver.description ?? this.description)?.run,
            ...(diskError && { disk: { message: diskError.message, bytesLost } }),
            ...(endedBy !== undefined && { endedBy }),
        }
    }

    private onDiskError(error: DiskError): void {
        const { onDiskFull } = this.about.asked
        this.isStoppedByDisk = !this.isReceived && onDiskFull === "stop"
        // Its scratch file is as large as the capture.
        if (!this.isReceived) queueMicrotask(() => void this.pipeline.close().catch(silent))
        this.options.onDiskError(error, this.isStoppedByDisk)
    }
}
