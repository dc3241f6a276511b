// Takes a run to its end: receives it into its folder, makes its results and prints its summary. Shared by pullback and replay.

import { join } from "node:path"
import { FLAG_TEST_LINES } from "../../shared/protocol/burst"
import type { Description, Hello } from "../../shared/protocol/messages"
import { combineListeners, onlyIf } from "../run/combine-listeners"
import { Interrupted, RunError, UsageError } from "../errors"
import { RunPipeline } from "../results/pipeline/run-pipeline"
import type { SentData } from "../results/channel-data-frames"
import type { ResultsChoice, RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { summaryText } from "../results/summary-text"
import { verdictOf } from "../results/verdict"
import type { Operator } from "../run/operator"
import { linesFired, type RunListener, type RunReceiver } from "../run/run-receiver"
import type { ReceivedRun } from "../run/run-target"
import { BoardClock } from "../runs/board-clock"
import type { Replay, RunAbout } from "../runs/run-about"
import { type DiskError, RunFolder, RunFolderError, type RunPlace } from "../runs/run-folder"
import {
    type BareRun,
    bareRecord,
    LOG_NAME,
    receivingRecord,
    recordOf,
    type RecordParts,
    type RunRecord,
} from "../runs/run-record"
import { openRunLog } from "../runs/run-log"
import { sentFiles } from "../runs/sent-files"
import type { RunIo } from "../targets/run-io"
import { report, wrapped } from "../terminal"
import { filesText } from "../runs/files-text"
import { onStop } from "./on-stop"
import { DISCLAIMER, type OutputOptions } from "./options/output-options"
import { askedBeside, progressBar } from "./progress-bar"
import { removeParts } from "./remove-parts"
import {
    countsText,
    failureJson,
    replayHint,
    standingLine,
    withSled,
    withVerdict,
} from "./run-outcome"

export interface ProducedRun {
    readonly results: RunResults
    readonly summary: RunSummary
    /** Why the run ended early; its results are made of what was received. */
    readonly failure?: RunError
    /** The results with their frames are there until then. */
    readonly close: () => Promise<void>
}

/** What a command gives to a run. */
export type CommandIo = RunIo & Required<Pick<RunIo, "onBytes" | "stop">>

/**
 * Called when the results can be looked at, before all files are written.
 * @param summary resolves when they are
 * @param print prints a line beside the progress
 */
export type OnReady = (
    results: RunResults,
    summary: Promise<RunSummary>,
    print: (line: string) => void
) => void

export interface RunSource {
    /** What the user asked for, for the log. */
    readonly asked: string
    readonly place: RunPlace
    readonly about: RunAbout
    /** What a replay is made of; the folder may have set it aside. */
    readonly replayOf?: (folder: RunFolder) => Replay
    /** Receives the run. */
    readonly run: (io: CommandIo, folder: RunFolder) => Promise<ReceivedRun>
    /** What is known of a run that was cut, besides what was received. */
    readonly cut: (receiver: RunReceiver) => ReceivedRun
    /** Pair list and catheter that are sent for the run, by its description. */
    readonly sentFor?: (description: Description, folder: RunFolder) => SentData
    /** Allows each motion of the sled; left out for a replay. */
    readonly operator?: Operator
    /** How the sled is brought back after the run; left out for a replay. */
    readonly wayBack?: string
    /** Whether the times in the log are those of the board, from the date of the run on, and not those of this computer. */
    readonly hasBoardTime: boolean
    /** Whether the run comes from a capture, which then need not be kept. */
    readonly isReplay: boolean
}

/**
 * Receives a run and makes its results. A run that was cut is a run like others; one of which no A-line came leaves no folder.
 * @throws UsageError when the folder cannot be used; RunError when the run has no results
 */
export async function produceRun(
    options: OutputOptions,
    source: RunSource,
    choice: ResultsChoice,
    onReady?: OnReady
): Promise<ProducedRun> {
    const production = new Production(openFolder(source.place), options, source, choice, onReady)
    const stop = onStop(
        () => production.stop(),
        () => production.leave()
    )
    try {
        return await production.produce()
    } catch (error) {
        await production.close()
        throw error
    } finally {
        production.end()
        stop.off()
    }
}

class Production {
    private readonly bar = progressBar()
    private readonly about: RunAbout
    private readonly clock
    private readonly log
    private readonly pipeline: RunPipeline
    private readonly stopping = new AbortController()
    /** Whether the user has ended the run. */
    private isStopped = false
    private isReceived = false
    private isStoppedByDisk = false
    private isOver = false
    private hello: Hello | undefined
    private description: Description | undefined
    private hasLines = false
    private receiver: RunReceiver | undefined

    constructor(
        private readonly folder: RunFolder,
        private readonly options: OutputOptions,
        private readonly source: RunSource,
        choice: ResultsChoice,
        private readonly onReady: OnReady | undefined
    ) {
        const { sentFor, replayOf } = source
        this.about = { ...source.about, ...(replayOf && { replay: replayOf(folder) }) }
        const { about } = this
        this.pipeline = new RunPipeline({
            ...{ folder, choice, about, progress: this.bar.show },
            ...(sentFor && { sent: description => sentFor(description, folder) }),
        })
        this.clock = new BoardClock(about.dateMs)
        const path = join(folder.path, LOG_NAME)
        const times = source.hasBoardTime ? { nowMs: this.clock.nowMs } : {}
        this.log = openRunLog(path, source.asked, this.bar.print, times)
        folder.added(LOG_NAME)
        folder.onDiskError = error => this.onDiskError(error)
        folder.record(receivingRecord(about, source.place.catheter))
        if (folder.setAside !== undefined)
            this.say(`The run that was in ${folder.path} is now in ${folder.setAside}.`)
    }

    async produce(): Promise<ProducedRun> {
        const { run, failure } = await this.receive()
        this.isReceived = true
        this.receiver = run.receiver
        for (const [name, text] of sentFiles(run)) this.folder.write(name, text)
        const { results, summary } = await this.resultsOf(run, failure)
        this.finish(recordOf(summary, this.parts(failure)), () => this.log.verdict(summary))
        const { wayBack } = this.source
        if (!this.options.json)
            this.print(
                `${summaryText(summary, this.options)}\n${standingLine(summary, wayBack)}\n${filesText(this.folder.path, this.folder.files)}\n${DISCLAIMER}`
            )
        const error = failure && this.ended(failure, run.receiver)
        const close = (): Promise<void> => this.close()
        return { results, summary, close, ...(error && { failure: error }) }
    }

    /** The first Ctrl-C. */
    stop(): void {
        this.isStopped = true
        if (!this.isReceived) return this.stopping.abort()
        // Results that are being made can be made again from the capture.
        if (this.isOver) return
        this.leave()
        process.exit(130)
    }

    /** The second Ctrl-C: nothing is waited for. */
    leave(): void {
        if (this.isOver) return
        this.isOver = true
        this.bar.stop()
        this.log.failed("Ended at once, by Ctrl-C.")
        this.log.file.end()
        if (!this.hasLines || this.source.isReplay) return this.folder.remove()
        const { path } = this.folder
        // The verdict is on the run: one that was received as a whole only has no results yet.
        const reason = this.receiver ? undefined : "it was ended at once, by Ctrl-C"
        this.folder.record(bareRecord(this.bareRun(reason), this.parts(undefined)))
        this.folder.close()
        removeParts(path)
        report(
            `The bytes received so far are kept in ${path}, without results; for results: ${replayHint(path)}`
        )
    }

    close(): Promise<void> {
        return this.pipeline.close()
    }

    /** Whatever happened, nothing is written after it. */
    end(): void {
        this.bar.stop()
        this.log.file.end()
        if (this.isOver) return
        this.isOver = true
        if (this.hasLines && !this.source.isReplay) this.folder.close()
        else this.folder.remove()
    }

    private async receive(): Promise<{ run: ReceivedRun; failure?: RunError }> {
        try {
            const run = await this.source.run(this.io(), this.folder)
            if (!this.stopping.signal.aborted) return { run }
            return { run, failure: this.stopError("The run had ended when it was stopped.") }
        } catch (error) {
            if (!(error instanceof RunError)) throw error
            const { receiver } = error
            if (receiver?.assembler?.counts.received)
                return { run: this.source.cut(receiver), failure: this.asDiskError(error) }
            this.log.failed(error.message)
            if (this.options.json) this.print(failureJson(error))
            if (receiver && !this.source.isReplay)
                error.message += "\nNo A-lines had been received; nothing is kept."
            throw withVerdict(withSled(this.asDiskError(error), this.source.wayBack))
        }
    }

    private io(): CommandIo {
        const { operator } = this.source
        const seen: RunListener = {
            onHello: hello => void (this.hello = hello),
            onDescription: description => void (this.description = description),
            onLines: ({ flags }) => void (this.hasLines ||= (flags & FLAG_TEST_LINES) === 0),
        }
        return {
            progress: this.bar.show,
            report: line => this.say(line),
            listener: combineListeners(
                this.clock.listener,
                this.log.listener,
                seen,
                onlyIf(() => !this.folder.diskError, this.pipeline.listener)
            ),
            keeps: "marks",
            room: () => (this.folder.diskError ? undefined : this.pipeline.room()),
            stop: this.stopping.signal,
            ...(operator && { operator: this.log.asked(askedBeside(this.bar, operator)) }),
            onBytes: bytes => this.folder.capture(bytes),
        }
    }

    private async resultsOf(
        run: ReceivedRun,
        failure: RunError | undefined
    ): Promise<{ results: RunResults; summary: RunSummary }> {
        try {
            this.throwDiskError()
            const making = this.pipeline.finish(run)
            if (!(failure instanceof Interrupted)) this.showWhenReady(making)
            const summary = await making
            this.throwDiskError()
            return { results: await this.pipeline.ready, summary }
        } catch (error) {
            // Its scratch files are removed first: the record may need their space.
            await this.close()
            throw this.withoutResults(error as Error, run, failure)
        }
    }

    private showWhenReady(making: Promise<RunSummary>): void {
        this.pipeline.ready.then(
            results => this.onReady?.(results, making, this.bar.print),
            // The error is that of the run.
            () => undefined
        )
    }

    private throwDiskError(): void {
        const { diskError } = this.folder
        if (diskError) throw new RunError(diskError.message)
    }

    /** The run has no results, or not all of them; its record says why. @returns the error to show */
    private withoutResults(
        error: Error,
        { receiver }: ReceivedRun,
        failure: RunError | undefined
    ): Error {
        const { folder, source } = this
        // The capture that was replayed is as it was.
        if (source.isReplay) this.hasLines = false
        else
            this.finish(bareRecord(this.bareRun(), this.parts(failure ?? error)), () =>
                this.log.failed(error.message)
            )
        if (!(error instanceof RunError)) return error
        const shown = failure ?? error
        shown.receiver = receiver
        if (source.isReplay) return withVerdict(shown)
        if (failure && !folder.diskError) return this.ended(failure, receiver)
        if (folder.diskError)
            shown.message += `\n${countsText(receiver)}. ${folder.isLost ? "They are lost: the folder is gone." : `What the disk took of them is kept in ${folder.path}; for results, on a disk with space: ${replayHint(folder.path)} --out DIR`}`
        return withVerdict(withSled(shown, source.wayBack))
    }

    /** Writes the record and closes the folder. */
    private finish(record: RunRecord, log: () => void): void {
        this.isOver = true
        log()
        this.log.file.end()
        this.bar.stop()
        const isWritten = this.folder.record(record)
        this.folder.close()
        if (!isWritten) this.say(`The record of the run in ${this.folder.path} is not written.`)
        if (this.options.json) this.print(JSON.stringify(record))
    }

    /** What is known of a run without a summary. @param reason why, where the cart and the disk do not say it */
    private bareRun(reason?: string): BareRun {
        const { receiver, description, folder, source } = this
        const { diskError, bytesLost } = folder
        const d = receiver?.description ?? description
        const own = receiver && verdictOf({ receiver })
        const verdict = this.isStoppedByDisk
            ? { verdict: "stopped" as const, verdictReason: diskError!.message }
            : bytesLost > 0
              ? { verdict: "incomplete" as const, verdictReason: lostText(folder) }
              : reason !== undefined || !own
                ? { verdict: "incomplete" as const, verdictReason: reason ?? null }
                : own
        return {
            ...verdict,
            catheter: d?.catheter ?? source.place.catheter,
            ...(d && { lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6 }),
            ...(receiver?.assembler && {
                frames: receiver.assembler.marks.length,
                linesFired: linesFired(receiver.end) ?? null,
                linesMissing: receiver.assembler.counts.missing,
            }),
        }
    }

    private parts(failure: Error | undefined): RecordParts {
        const { diskError, bytesLost, files } = this.folder
        const { about } = this
        return {
            ...{ about, files, hello: this.receiver?.hello ?? this.hello },
            ...(diskError && { disk: { message: diskError.message, bytesLost } }),
            ...(failure && { endedBy: failure.message }),
        }
    }

    /** The error to show of a run that was cut: what was received, and where its sled stands. */
    private ended(failure: RunError, receiver: RunReceiver): RunError {
        failure.message += `\n${countsText(receiver)}. ${this.folder.isLost ? "They are lost: the folder is gone." : `They are kept in ${this.folder.path}.`}`
        return withVerdict(withSled(failure, this.source.wayBack))
    }

    private onDiskError({ message }: DiskError): void {
        // Its scratch file is as large as the capture.
        if (!this.isReceived) queueMicrotask(() => void this.close().catch(() => undefined))
        this.isStoppedByDisk = !this.isReceived && !this.keepsNewest
        const { isLost, isMoved } = this.folder
        const kept = isLost || isMoved ? "" : "What was received is kept."
        const next = this.isReceived
            ? kept
            : !this.keepsNewest
              ? `The run is stopped. ${kept}`
              : isLost || isMoved
                ? "The run goes on."
                : "The run goes on, and the oldest part of its capture is let go."
        this.say(`${message} ${next}`.trim())
        if (this.isStoppedByDisk) this.stopping.abort()
    }

    private get keepsNewest(): boolean {
        return this.source.place.onDiskFull === "keep-newest"
    }

    /** A run that ended because of the disk was not ended by the user. */
    private asDiskError(error: RunError): RunError {
        const { diskError } = this.folder
        if (!diskError || this.isStopped || !(error instanceof Interrupted)) return error
        return Object.assign(new RunError(diskError.message), {
            ...(error.receiver && { receiver: error.receiver }),
            ...(error.sledMm !== undefined && { sledMm: error.sledMm }),
        })
    }

    private stopError(text: string): RunError {
        return this.asDiskError(new Interrupted(text))
    }

    private say(line: string): void {
        this.log.file.write("note", line)
        this.bar.print(line)
    }

    private print(text: string): void {
        process.stdout.write(`${this.options.json ? text : wrapped(text, process.stdout)}\n`)
    }
}

/** What is missing of a run whose oldest part was let go. */
function lostText({ diskError, bytesLost }: RunFolder): string {
    return `${diskError?.message ?? ""} Of its capture ${bytesLost} bytes were not kept.`.trim()
}

/** @throws UsageError */
function openFolder(place: RunPlace): RunFolder {
    try {
        return RunFolder.create(place)
    } catch (error) {
        if (error instanceof RunFolderError) throw new UsageError(error.message)
        throw error
    }
}
