// Takes a run to its end: receives it into its folder, makes its results and prints its summary. Shared by pullback and replay.

import { FLAG_TEST_LINES } from "../../shared/protocol/burst"
import { Interrupted, RunError, UsageError } from "../errors"
import type { ResultsChoice, RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { summaryText } from "../results/summary-text"
import { combineListeners } from "../run/combine-listeners"
import type { RunReceiver } from "../run/run-receiver"
import type { ReceivedRun } from "../run/run-target"
import { BoardClock } from "../runs/board-clock"
import { filesText } from "../runs/files-text"
import { RunFiles } from "../runs/run-files"
import { type DiskError, RunFolderError } from "../runs/run-folder"
import { sentFiles } from "../runs/sent-files"
import { report, wrapped } from "../terminal"
import { onStop } from "./on-stop"
import { DISCLAIMER, type OutputOptions } from "./options/output-options"
import { askedBeside, progressBar } from "./progress-bar"
import {
    asDiskError,
    countsText,
    diskErrorText,
    failureJson,
    keptText,
    replayHint,
    setAsideText,
    standingLine,
    withSled,
    withVerdict,
} from "./run-outcome"
import type { CommandIo, OnReady, ProducedRun, RunSource } from "./run-source"

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
    const production = new Production(options, source, choice, onReady)
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
    private readonly clock
    private readonly files: RunFiles
    private readonly stopping = new AbortController()
    /** Whether the user has ended the run. */
    private isStopped = false
    private isOver = false
    private hasLines = false
    /** Once all of it is received. */
    private run: ReceivedRun | undefined

    /** @throws UsageError when the folder cannot be used */
    constructor(
        private readonly options: OutputOptions,
        private readonly source: RunSource,
        choice: ResultsChoice,
        private readonly onReady: OnReady | undefined
    ) {
        const { about, place, asked, sentFor, replayOf, hasBoardTime } = source
        this.clock = new BoardClock(about.dateMs)
        this.files = usable(
            () =>
                new RunFiles({
                    ...{ place, about, asked, choice, progress: this.bar.show },
                    ...(sentFor && { sent: sentFor }),
                    ...(replayOf && { replayOf }),
                    ...(hasBoardTime && { nowMs: this.clock.nowMs }),
                    report: this.bar.print,
                    onDiskError: (error, isStopped) => this.onDiskError(error, isStopped),
                })
        )
        this.files.begin()
        const { path, setAside } = this.files.folder
        if (setAside !== undefined) this.say(setAsideText(path, setAside))
    }

    async produce(): Promise<ProducedRun> {
        const { files } = this
        const { run, failure } = await this.receive()
        files.received()
        this.run = run
        await files.folder.settled()
        for (const [name, text] of sentFiles(run)) files.folder.keep(name, text)
        const { results, summary } = await this.resultsOf(run, failure)
        this.finish(run, summary, failure?.message)
        if (!this.options.json) this.print(this.endText(summary))
        const error = failure && this.ended(failure, run.receiver)
        const close = (): Promise<void> => this.close()
        return { results, summary, close, ...(error && { failure: error }) }
    }

    /** The first Ctrl-C. */
    stop(): void {
        this.isStopped = true
        if (!this.run) return this.stopping.abort()
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
        if (!this.isKept) return this.files.remove()
        this.files.endAtOnce(this.run, "It was ended at once, by Ctrl-C.")
        const { path } = this.files.folder
        report(
            `The bytes received so far are kept in ${path}, without results; for results: ${replayHint(path)}`
        )
    }

    close(): Promise<void> {
        return this.files.pipeline.close()
    }

    /** Whatever happened, nothing is written after it. */
    end(): void {
        this.bar.stop()
        if (this.isOver) return
        this.isOver = true
        if (!this.isKept) return this.files.remove()
        this.files.log.file.end()
        this.files.folder.close()
    }

    /** The capture that is replayed is where it was. */
    private get isKept(): boolean {
        return this.hasLines && !this.source.isReplay
    }

    private async receive(): Promise<{ run: ReceivedRun; failure?: RunError }> {
        const { source, files, options } = this
        try {
            const run = await source.run(this.io(), files.folder)
            if (!this.stopping.signal.aborted) return { run }
            const failure = new Interrupted("The run had ended when it was stopped.")
            return { run, failure: this.asDiskError(failure) }
        } catch (error) {
            if (!(error instanceof RunError)) throw error
            const { receiver } = error
            if (receiver?.assembler?.counts.received && !source.isReplay)
                return { run: source.cut(receiver), failure: this.asDiskError(error) }
            files.log.failed(error.message)
            if (options.json) this.print(failureJson(error))
            if (receiver && !source.isReplay)
                error.message += "\nNo A-lines had been received; nothing is kept."
            throw withVerdict(withSled(this.asDiskError(error), source.wayBack))
        }
    }

    private io(): CommandIo {
        const { files, source } = this
        const { operator, sentFor, isReplay } = source
        return {
            progress: this.bar.show,
            report: line => this.say(line),
            listener: combineListeners(this.clock.listener, files.listener, {
                onDescription: description => {
                    if (!sentFor || isReplay) return
                    for (const [name, text] of sentFiles(sentFor(description, files.folder)))
                        files.folder.keep(name, text)
                },
                onLines: ({ flags }) => void (this.hasLines ||= (flags & FLAG_TEST_LINES) === 0),
            }),
            keeps: "marks",
            room: () => files.room(),
            stop: this.stopping.signal,
            ...(operator && { operator: files.log.asked(askedBeside(this.bar, operator)) }),
            onBytes: bytes => files.folder.capture(bytes),
        }
    }

    private async resultsOf(
        run: ReceivedRun,
        failure: RunError | undefined
    ): Promise<{ results: RunResults; summary: RunSummary }> {
        const { files, onReady } = this
        try {
            const making = files.makeResults(run)
            if (onReady && !(failure instanceof Interrupted))
                files.pipeline.ready.then(
                    results => onReady(results, making, this.bar.print, files.folder.path),
                    // The error is that of the run.
                    () => undefined
                )
            const summary = await making
            return { results: await files.pipeline.ready, summary }
        } catch (error) {
            // Its scratch files are removed first: the record may need their space.
            await this.close()
            throw this.withoutResults(error as Error, run, failure)
        }
    }

    /** The run has no results, or not all of them; its record says why. @returns the error to show */
    private withoutResults(error: Error, run: ReceivedRun, failure: RunError | undefined): Error {
        const { folder } = this.files
        const { isReplay, wayBack } = this.source
        if (!isReplay) this.finish(run, undefined, (failure ?? error).message)
        if (!(error instanceof RunError)) return error
        const shown = failure ?? error
        shown.receiver = run.receiver
        if (isReplay) return withVerdict(shown)
        if (failure && !folder.diskError) return this.ended(failure, run.receiver)
        if (folder.diskError) shown.message += `\n${countsText(run.receiver)}. ${keptText(folder)}`
        return withVerdict(withSled(shown, wayBack))
    }

    /** Writes the record and closes the folder. */
    private finish(run: ReceivedRun, summary: RunSummary | undefined, failure?: string): void {
        const { folder } = this.files
        this.isOver = true
        this.bar.stop()
        const { record, isWritten } = this.files.end(run, summary, failure)
        folder.close()
        if (!isWritten) this.bar.print(`The record of the run in ${folder.path} is not written.`)
        if (this.options.json) this.print(JSON.stringify(record))
    }

    private endText(summary: RunSummary): string {
        const { path, files } = this.files.folder
        return [
            summaryText(summary, this.options),
            standingLine(summary, this.source.wayBack),
            filesText(path, files),
            DISCLAIMER,
        ].join("\n")
    }

    /** The error to show of a run that was cut: what was received, and where its sled stands. */
    private ended(failure: RunError, receiver: RunReceiver): RunError {
        failure.message += `\n${countsText(receiver)}. ${keptText(this.files.folder)}`
        return withVerdict(withSled(failure, this.source.wayBack))
    }

    private onDiskError(error: DiskError, isStopped: boolean): void {
        this.say(diskErrorText(this.files.folder, error, { isStopped, isReceived: !!this.run }))
        if (isStopped) this.stopping.abort()
    }

    /** A run that ended because of the disk was not ended by the user. */
    private asDiskError(error: RunError): RunError {
        return this.isStopped ? error : asDiskError(error, this.files.folder.diskError)
    }

    private say(line: string): void {
        this.files.log.file.write("note", line)
        this.bar.print(line)
    }

    private print(text: string): void {
        process.stdout.write(`${this.options.json ? text : wrapped(text, process.stdout)}\n`)
    }
}

/** @throws UsageError */
function usable(open: () => RunFiles): RunFiles {
    try {
        return open()
    } catch (error) {
        if (error instanceof RunFolderError) throw new UsageError(error.message)
        throw error
    }
}
