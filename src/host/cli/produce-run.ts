// Takes a run to its end: receives it, writes its results and prints its summary. Shared by pullback and replay.

import { Interrupted, RunError, UsageError } from "../errors"
import type { DicomAbout } from "../results/dicom/dicom-attributes"
import { type ResultsChoice, resultsOf, type RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { summaryText } from "../results/summary-text"
import { writeResults } from "../results/write-results"
import { alarmsOf } from "../run/alarm"
import type { Operator } from "../run/operator"
import type { ReceivedRun } from "../run/run-target"
import { keepCapture, keepCutRun, replayHint } from "../runs/cut-capture"
import { OutFolder, OutFolderError } from "../runs/out-folder"
import { fileOptions, sentFiles, type SentOptions } from "../runs/sent-files"
import type { RunIo } from "../targets/run-io"
import { report, wrapped } from "../terminal"
import { onStop } from "./on-stop"
import { DISCLAIMER, type OutputOptions } from "./options/output-options"
import { filesText } from "./files-text"
import { openRunLog } from "./run-log"
import { askedBeside, progressBar } from "./progress-bar"

export interface ProducedRun {
    readonly results: RunResults
    readonly summary: RunSummary
    /** The target's name, for the console. */
    readonly target: string
}

/** What a command gives to a run. */
export type CommandIo = RunIo & Required<Pick<RunIo, "onBytes" | "stop">>

export interface RunSource {
    /** What the user asked for, for the log. */
    readonly asked: string
    readonly about: DicomAbout
    /** Receives the run. */
    readonly run: (io: CommandIo) => Promise<ReceivedRun>
    /** Allows each motion of the sled; left out for a replay. */
    readonly operator?: Operator
    /** How the sled is brought back after the run; left out for a replay. */
    readonly wayBack?: string
    /** The files that were named for catheter and pairs. */
    readonly sent: SentOptions
    /** Whether the run comes from a capture, which then need not be kept. */
    readonly isReplay: boolean
}

/**
 * Receives a run and writes its results. A run that fails leaves no results; the capture of a run that was cut short is kept.
 * @throws UsageError when the folder cannot be used; RunError when the run fails
 */
export async function produceRun(
    options: OutputOptions,
    source: RunSource,
    choice: ResultsChoice
): Promise<ProducedRun> {
    const out = openOut(options.out)
    const bar = progressBar()
    const capture = out.stream("capture.ivl")
    const log = openRunLog(out.logPath, source.asked, bar.print)
    let hasBytes = false
    let received: ReceivedRun | undefined
    let isOver = false
    const leave = (): void => {
        if (isOver) return
        bar.stop()
        log.failed("Ended at once, by Ctrl-C.")
        log.file.end()
        if (hasBytes && !source.isReplay)
            report(
                `The bytes received so far are kept.\n${replayHint(keepCapture(out), fileOptions(source.sent))}`
            )
        out.discard()
    }
    const stopping = new AbortController()
    const stop = onStop(() => {
        if (!received) return stopping.abort()
        // Results that are being made can be made again from the capture.
        if (isOver) return
        leave()
        process.exit(130)
    }, leave)
    try {
        const io = {
            progress: bar.show,
            report: (line: string): void => {
                log.file.write("note", line)
                bar.print(line)
            },
            listener: log.listener,
            stop: stopping.signal,
            ...(source.operator && { operator: log.asked(askedBeside(bar, source.operator)) }),
            onBytes: (bytes: Uint8Array): void => {
                hasBytes = true
                capture(bytes)
            },
        }
        received = await source.run(io)
        if (stopping.signal.aborted) throw new Interrupted("Ended before the results were made.")
        const results = await resultsOf(received, bar.show, choice)
        const summary = await writeResults(received, out, bar.show, results, source.about)
        for (const [name, text] of sentFiles(received)) out.write(name, text)
        log.verdict(summary)
        log.file.end()
        const files = out.commit()
        bar.stop()
        const text = options.json
            ? JSON.stringify({ ...summary, out: out.path, files: files.length })
            : wrapped(
                  `${summaryText(summary, options)}\n${standingLine(summary, source)}\n${filesText(out.path, files)}\n${DISCLAIMER}`,
                  process.stdout
              )
        process.stdout.write(`${text}\n`)
        return { results, summary, target: received.source?.target ?? "cart" }
    } catch (error) {
        log.failed((error as Error).message)
        log.file.end()
        if (!(error instanceof RunError)) throw error
        if (options.json) process.stdout.write(`${failureJson(error, received)}\n`)
        if (source.isReplay) throw withVerdict(error)
        const { sledMm } = error
        throw withVerdict(withSled(keptIfCut(error, source, received, out), sledMm, source))
    } finally {
        isOver = true
        log.file.end()
        bar.stop()
        out.discard()
        stop.off()
    }
}

/** What `--json` prints of a run without results: why, and the alarms of the cart. */
function failureJson(error: RunError, received: ReceivedRun | undefined): string {
    const receiver = error.receiver ?? received?.receiver
    return JSON.stringify({
        verdict: error instanceof Interrupted ? "stopped" : "failed",
        verdictReason: error.message,
        linesReceived: receiver?.assembler?.counts.received ?? 0,
        alarms: receiver ? alarmsOf(receiver.runReports) : [],
    })
}

/** Says why the way of the sled is longer than the imaged part. */
function standingLine(
    { sledStartMm, sledMm, imagedMm }: RunSummary,
    { wayBack }: RunSource
): string {
    if (sledStartMm === null || sledMm === null || wayBack === undefined) return ""
    const [from, to, imaged] = [sledStartMm, sledMm, imagedMm].map(mm => `${mm.toFixed(1)} mm`)
    return `The sled started at ${from} from its home switch and stands at ${to}; ${imaged} of this way were imaged: it speeds up before the imaged part and brakes after it.\n${wayBack}\n`
}

/**
 * The error of a run whose results were written although it is not complete, or not within its limits. Lost A-lines are no
 * error; a figure may fail because of them.
 * @returns undefined for a run that is as it should be
 */
export function shortfallError({
    verdict,
    verdictReason,
    lines,
    timing,
}: Pick<RunSummary, "verdict" | "verdictReason" | "timing"> & {
    readonly lines: Pick<RunSummary["lines"], "missing">
}): RunError | undefined {
    if (verdict !== "complete") return new RunError(`The run is ${verdict}: ${verdictReason}.`)
    const failed = timing.filter(figure => figure.verdict === "fail")
    if (failed.length === 0 || lines.missing > 0) return undefined
    const names = failed.map(({ name }) => name).join("; ")
    return new RunError(`The run is complete, but not within its limits: ${names}.`)
}

/** Keeps the capture of a run of which A-lines were received. */
function keptIfCut(
    error: RunError,
    { sent }: RunSource,
    received: ReceivedRun | undefined,
    out: OutFolder
): RunError {
    const receiver = error.receiver ?? received?.receiver
    if (!receiver) return error
    if (!receiver.assembler?.counts.received) {
        error.message += "\nNo A-lines had been received; nothing is kept."
        return error
    }
    return keepCutRun(error, receiver, out, fileOptions(sent))
}

/** Says where the sled of a run without results stands. The cart may have reported it while the sled braked. */
function withSled(
    error: RunError,
    sledMm: number | undefined,
    { wayBack }: Pick<RunSource, "wayBack">
): RunError {
    if (sledMm !== undefined && wayBack !== undefined)
        error.message += `\nThe sled was last reported at ${sledMm.toFixed(1)} mm from its home switch. ${wayBack}`
    return error
}

function withVerdict(error: RunError): RunError {
    error.verdict = error instanceof Interrupted ? "Stopped" : "Failed"
    return error
}

/** @throws UsageError */
export function openOut(path: string): OutFolder {
    try {
        return new OutFolder(path)
    } catch (error) {
        if (error instanceof OutFolderError) throw new UsageError(error.message)
        throw error
    }
}
