// Writes one recorded pullback: its capture and log as they come, its results while it is received, its record at the end.

import { join } from "node:path"
import type { End } from "../../shared/protocol/messages"
import { dateMs } from "../clock"
import { LogFile } from "../log/log-file"
import type { ResultsChoice, RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { verdictOf } from "../results/verdict"
import { RunReceiver } from "../run/run-receiver"
import type { ReceivedRun } from "../run/run-target"
import { RecordLocked, STALE_MS } from "./change-record"
import { completedText, cutText, summaryWithEnd } from "./late-summary"
import type { BegunRun, RecordedRun, RunReview, RunWriting, WrittenRun } from "./recorded-run"
import type { RunAbout } from "./run-about"
import { RunFiles } from "./run-files"
import type { DiskError } from "./run-folder"
import { LOG_NAME, type RunRecord } from "./run-record"

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
    private readonly files: RunFiles
    /** It gets what is in the capture, so that a replay gives the same. */
    private readonly receiver: RunReceiver
    private isOver = false
    private written: WrittenRun | undefined
    private working: Promise<void> = Promise.resolve()

    /** @throws RunFolderError when there can be no folder for it */
    constructor(
        private readonly begun: BegunRun,
        private readonly options: WriterOptions
    ) {
        const { runs, choice, asked, workers, report } = options
        const { beganMs, catheter } = begun
        const about = { ...options.about, dateMs: beganMs }
        const { onDiskFull } = about.asked
        const { references } = choice
        this.files = new RunFiles({
            place: { runs, force: false, dateMs: beganMs, catheter, onDiskFull },
            ...{ about, asked, report },
            choice: {
                ...choice,
                ...(references && { references: { ...references, pulledMs: beganMs } }),
            },
            ...(workers !== undefined && { workers }),
            onDiskError: error => {
                report(error.message)
                options.onDiskError?.(error, begun)
            },
        })
        this.files.begin()
        this.receiver = new RunReceiver(this.files.listener, undefined, "marks")
    }

    /** The folder of the run. */
    get path(): string {
        return this.files.folder.path
    }

    take(bytes: Uint8Array): void {
        if (this.isOver) return
        this.files.folder.capture(bytes)
        this.receiver.push(bytes)
    }

    finish(isCut: boolean): void {
        if (this.isOver) return
        this.isOver = true
        const { receiver, files } = this
        files.received()
        receiver.finish()
        if (!receiver.assembler?.counts.received) return this.removeEmpty()
        if (isCut) {
            const text = cutText(receiver)
            files.log.file.write("note", text)
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
        this.files.endAtOnce(this.received, "The program that received it was ended at once.")
        this.options.report(
            `The bytes received so far are kept in ${this.path}, without all of the results; "ivus replay" makes them.`
        )
    }

    private get received(): ReceivedRun {
        const { target } = this.options.about
        return { receiver: this.receiver, instruments: undefined, source: { target, seed: null } }
    }

    /** One thing after another; none of them fails. */
    private work(action: () => Promise<void>): void {
        this.working = this.working.then(action)
    }

    private removeEmpty(): void {
        const { files } = this
        files.remove()
        this.work(() => files.pipeline.close())
        this.options.report(
            `Nothing is kept of run ${this.begun.run}: no A-line of it was received.`
        )
    }

    private async makeResults(isCut: boolean): Promise<void> {
        const { files, begun } = this
        const run: RecordedRun = { ...begun, folder: this.path, isCut }
        let told!: (summary: RunSummary | undefined) => void
        const summary = new Promise<RunSummary | undefined>(resolve => (told = resolve))
        let isShown = false
        void files.pipeline.ready.then(
            results => {
                isShown = true
                this.show(run, results, summary)
            },
            () => undefined
        )
        const [made, failure] = await this.madeSummary()
        // Its scratch files are removed first: the record may need their space.
        if (!isShown) await files.pipeline.close()
        const { record } = files.end(this.received, made, failure)
        // The folder of a cut run stays open for the counts that may come later.
        if (!isCut) files.folder.close()
        this.written = { ...run, folder: this.path, record, summary: made }
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
            close: () => this.files.pipeline.close(),
        })
    }

    /** @returns the summary, or why there is none */
    private async madeSummary(): Promise<[RunSummary] | [undefined, string]> {
        try {
            return [await this.files.makeResults(this.received)]
        } catch (error) {
            return [undefined, (error as Error).message]
        }
    }

    private async closeCounts(end: End): Promise<void> {
        const { receiver, files, written } = this
        const text = completedText(receiver, end)
        this.options.report(text)
        files.folder.locate()
        // Its log has ended.
        const log = new LogFile(join(this.path, LOG_NAME), silent)
        log.write("run", text)
        log.end()
        if (!written) return
        const summary = written.summary && summaryWithEnd(written.summary, receiver)
        const failure = summary ? undefined : written.record.warnings[0]
        const record = await this.recordAgain(files.recordOf(this.received, summary, failure))
        files.folder.close()
        this.written = { ...written, folder: this.path, summary, record, isCut: false }
        this.options.onWritten(this.written)
    }

    /** An edit of the record takes a moment; one that was killed, until its lock is old. */
    private async recordAgain(record: RunRecord): Promise<RunRecord> {
        const untilMs = dateMs() + 2 * STALE_MS
        for (;;)
            try {
                return this.files.folder.recordAgain(record)
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
}
