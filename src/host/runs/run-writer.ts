// Writes one recorded pullback: its capture and log as they come, its results while it is received, its record at the end.

import { join } from "node:path"
import type { End } from "../../shared/protocol/messages"
import { LINES_UNKNOWN } from "../../shared/protocol/messages"
import { dateMs } from "../clock"
import { gapsText } from "../frames/gaps-text"
import { boardIdOf } from "../link/host-identity"
import { LogFile } from "../log/log-file"
import { RunPipeline } from "../results/pipeline/run-pipeline"
import type { ResultsChoice, RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { type RunVerdict, verdictOf } from "../results/verdict"
import { combineListeners, onlyIf } from "../run/combine-listeners"
import { linesFired, RunReceiver } from "../run/run-receiver"
import type { ReceivedRun } from "../run/run-target"
import type { BegunRun, RecordedRun, RunReview, RunWriting, WrittenRun } from "./recorded-run"
import { RecordLocked, STALE_MS } from "./change-record"
import type { RunAbout } from "./run-about"
import { type DiskError, RunFolder } from "./run-folder"
import { openRunLog, type RunLog } from "./run-log"
import { bareRecord, LOG_NAME, receivingRecord, recordOf, type RunRecord } from "./run-record"

export interface WriterOptions {
    /** The folder for the folders of runs. */
    readonly runs: string
    readonly about: Omit<RunAbout, "dateMs">
    /** What was asked for, as the log says it. */
    readonly asked: string
    readonly choice: ResultsChoice
    /** Threads for the results; left out, by the number of cores. */
    readonly workers?: number
    readonly report: (line: string) => void
    /** Called once, soon after the end of a run that has results. */
    readonly onReview: (review: RunReview) => void
    /** Called when all files are written, and again when a later summary has completed the counts. */
    readonly onWritten: (run: WrittenRun) => void
    /** The disk takes no more of it. */
    readonly onDiskError?: (error: DiskError, begun: BegunRun) => void
}

/** Between two attempts to write a record that another program is changing. */
const LOCK_WAIT_MS = 50

const silent = (): void => undefined

export class RunWriter implements RunWriting {
    private readonly about: RunAbout
    private readonly folder: RunFolder
    private readonly log: RunLog
    private readonly pipeline: RunPipeline
    /** It gets what is in the capture, so that a replay gives the same. */
    private readonly receiver: RunReceiver
    private isOver = false
    private hasRecord = false
    private isStoppedByDisk = false
    private written: WrittenRun | undefined
    private working: Promise<void> = Promise.resolve()

    /** @throws RunFolderError when there can be no folder for it */
    constructor(
        private readonly begun: BegunRun,
        private readonly options: WriterOptions
    ) {
        const { runs, choice, workers } = options
        const { beganMs: dateMs, catheter } = begun
        this.about = { ...options.about, dateMs }
        const { onDiskFull } = options.about.asked
        this.folder = RunFolder.create({ runs, force: false, dateMs, catheter, onDiskFull })
        this.folder.onDiskError = error => this.onDiskError(error)
        this.log = openRunLog(this.logPath, options.asked, options.report)
        this.folder.added(LOG_NAME)
        const { references } = choice
        this.pipeline = new RunPipeline({
            folder: this.folder,
            choice: {
                ...choice,
                ...(references && { references: { ...references, pulledMs: dateMs } }),
            },
            about: this.about,
            progress: silent,
            ...(workers !== undefined && { workers }),
        })
        const imaging = onlyIf(() => !this.folder.diskError, this.pipeline.listener)
        const listener = combineListeners(this.log.listener, imaging)
        this.receiver = new RunReceiver(listener, undefined, "marks")
    }

    /** The folder of the run. */
    get path(): string {
        return this.folder.path
    }

    take(bytes: Uint8Array): void {
        if (this.isOver) return
        this.folder.capture(bytes)
        this.receiver.push(bytes)
        if (this.hasRecord) return
        this.hasRecord = true
        this.recordBeginning()
    }

    finish(isCut: boolean): void {
        if (this.isOver) return
        this.isOver = true
        const { receiver, log } = this
        receiver.finish()
        if (!receiver.assembler?.counts.received) return this.removeEmpty()
        if (isCut) {
            const text = cutText(receiver)
            log.file.write("note", text)
            this.options.report(text)
        }
        this.work(() => this.makeResults(isCut))
    }

    complete(end: End): void {
        if (!this.receiver.closeCounts(end)) return
        this.work(() => this.closeCounts(end))
    }

    settled(): Promise<void> {
        return this.working
    }

    drop(): void {
        if (this.isOver && this.written) return
        this.isOver = true
        if (!this.receiver.assembler?.counts.received) return this.removeEmpty()
        const reason = "the program that received it was ended at once"
        this.log.failed("Ended at once, by Ctrl-C.")
        this.log.file.end()
        this.folder.record(this.bare(reason))
        this.folder.close()
        this.options.report(
            `The bytes received so far are kept in ${this.folder.path}, without all of the results; "ivus replay" makes them.`
        )
    }

    /** What is left of the run, besides its capture, if this program is killed. */
    private recordBeginning(): void {
        const { about, begun, receiver, folder } = this
        const { hello } = receiver
        const cart = hello ? boardIdOf(hello) : null
        folder.record({ ...receivingRecord(about, begun.catheter), cart })
    }

    private get logPath(): string {
        return join(this.folder.path, LOG_NAME)
    }

    private get received(): ReceivedRun {
        const { receiver, about } = this
        return { receiver, instruments: undefined, source: { target: about.target, seed: null } }
    }

    /** One thing after another; none of them fails. */
    private work(action: () => Promise<void>): void {
        this.working = this.working.then(action)
    }

    private removeEmpty(): void {
        this.log.file.end()
        this.folder.remove()
        this.work(() => this.pipeline.close())
        this.options.report(
            `Nothing is kept of run ${this.begun.run}: no A-line of it was received.`
        )
    }

    private async makeResults(isCut: boolean): Promise<void> {
        const { folder, log, pipeline, begun } = this
        const run: RecordedRun = { ...begun, folder: folder.path, isCut }
        let told!: (summary: RunSummary | undefined) => void
        const summary = new Promise<RunSummary | undefined>(resolve => (told = resolve))
        let isShown = false
        void pipeline.ready.then(
            results => {
                isShown = true
                this.show(run, results, summary)
            },
            () => undefined
        )
        const [made, failure] = await this.madeSummary()
        // Its scratch files are removed first: the record may need their space.
        if (!made && !isShown) await pipeline.close()
        if (made) log.verdict(made)
        else log.failed(failure!)
        log.file.end()
        const record = made ? this.recordOf(made) : this.bare(failure!)
        folder.record(record)
        // The folder of a cut run stays open for the counts that may come later.
        if (!isCut) folder.close()
        if (made && !isShown) await pipeline.close()
        this.written = { ...run, folder: folder.path, record, summary: made }
        told(made)
        this.options.onWritten(this.written)
    }

    private show(
        run: RecordedRun,
        results: RunResults,
        summary: Promise<RunSummary | undefined>
    ): void {
        const { verdict } = verdictOf(this.received)
        this.options.onReview({
            ...{ ...run, results, summary },
            verdict: verdict[0]!.toUpperCase() + verdict.slice(1),
            close: () => this.pipeline.close(),
        })
    }

    /** @returns the summary, or why there is none */
    private async madeSummary(): Promise<[RunSummary] | [undefined, string]> {
        const { folder, pipeline } = this
        try {
            const made = folder.diskError ? undefined : await pipeline.finish(this.received)
            const { diskError } = folder
            return diskError || !made ? [undefined, diskError!.message] : [made]
        } catch (error) {
            return [undefined, (error as Error).message]
        }
    }

    private async closeCounts(end: End): Promise<void> {
        const { receiver, folder } = this
        const text = completedText(receiver, end)
        this.options.report(text)
        folder.locate()
        // Its log has ended.
        const log = new LogFile(this.logPath, silent)
        log.write("run", text)
        log.end()
        const { written } = this
        if (!written) return
        const summary = written.summary && this.withEnd(written.summary)
        const record = summary ? this.recordOf(summary) : this.bare(written.record.verdict_reason!)
        const kept = await this.recordAgain(record)
        folder.close()
        this.written = { ...written, folder: folder.path, summary, record: kept, isCut: false }
        this.options.onWritten(this.written)
    }

    /** An edit of the record takes a moment; one that was killed, until its lock is old. */
    private async recordAgain(record: RunRecord): Promise<RunRecord> {
        const untilMs = dateMs() + 2 * STALE_MS
        for (;;)
            try {
                return this.folder.recordAgain(record)
            } catch (error) {
                if (!(error instanceof RecordLocked) || dateMs() > untilMs) {
                    this.options.report(
                        `The counts of run ${this.begun.run} are not in its record: ${(error as Error).message}.`
                    )
                    return record
                }
                await new Promise(resolve => setTimeout(resolve, LOCK_WAIT_MS))
            }
    }

    /** A summary that was made before the cart's own one came. */
    private withEnd(summary: RunSummary): RunSummary {
        const { receiver } = this
        const { counts, gaps } = receiver.assembler!
        return {
            ...summary,
            ...verdictOf(this.received),
            summaryReceived: true,
            clean: false,
            lines: {
                ...summary.lines,
                fired: linesFired(receiver.end) ?? null,
                missing: counts.missing,
                gaps,
                dropped: { ...receiver.dropped },
            },
        }
    }

    private recordOf(summary: RunSummary): RunRecord {
        return recordOf(summary, this.parts)
    }

    /** The record of a run without results. */
    private bare(failure: string): RunRecord {
        const { receiver, begun } = this
        const { verdict, verdictReason } = this.verdict
        const { window_start_nm, window_end_nm } = receiver.description!
        const { marks, counts } = receiver.assembler!
        const record = bareRecord(
            {
                ...{ verdict: verdict === "complete" ? "failed" : verdict },
                verdictReason: verdictReason ?? failure,
                catheter: begun.catheter,
                frames: marks.length,
                lengthMm: (window_end_nm - window_start_nm) / 1e6,
            },
            { ...this.parts, endedBy: failure }
        )
        const lines_fired = linesFired(receiver.end) ?? null
        return { ...record, lines_fired, lines_missing: counts.missing }
    }

    private get verdict(): RunVerdict {
        const { isStoppedByDisk, folder } = this
        const { diskError, bytesLost } = folder
        if (isStoppedByDisk) return { verdict: "stopped", verdictReason: diskError!.message }
        if (!diskError || bytesLost === 0) return verdictOf(this.received)
        return {
            verdict: "incomplete",
            verdictReason: `${diskError.message} Of its capture ${bytesLost} bytes were not kept.`,
        }
    }

    private get parts(): Parameters<typeof recordOf>[1] {
        const { about, receiver, folder } = this
        const { diskError, bytesLost, files } = folder
        return {
            ...{ about, hello: receiver.hello, files },
            ...(diskError && { disk: { message: diskError.message, bytesLost } }),
        }
    }

    private onDiskError(error: DiskError): void {
        this.isStoppedByDisk = !this.isOver && this.about.asked.onDiskFull === "stop"
        // The scratch file is as large as the capture.
        if (!this.isOver) queueMicrotask(() => void this.pipeline.close().catch(silent))
        this.options.report(error.message)
        this.options.onDiskError?.(error, this.begun)
    }
}

function cutText(receiver: RunReceiver): string {
    const { received } = receiver.assembler!.counts
    return `run ${receiver.description!.run} was CUT: ${received} A-lines received, ${missingText(receiver)} before the last of them; the cart reports how many A-lines it fired when it connects again`
}

function completedText(receiver: RunReceiver, { run, lines_fired, lines_sent }: End): string {
    const { received } = receiver.assembler!.counts
    const isKnown = lines_fired !== LINES_UNKNOWN
    const fired = isKnown
        ? `${lines_fired} A-lines fired`
        : "number of fired A-lines unknown to the cart"
    const after = isKnown ? "" : "; how many were lost after the last one received is not known"
    return `run ${run}, which was CUT, ended: ${fired}, ${lines_sent} sent, ${received} received, ${missingText(receiver)}${after}`
}

function missingText({ assembler }: RunReceiver): string {
    const { counts, gaps } = assembler!
    return counts.missing === 0 ? "none missing" : `${counts.missing} missing (${gapsText(gaps)})`
}
