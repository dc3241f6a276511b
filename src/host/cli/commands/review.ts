// `ivus review`: shows a finished run in the browser, from the capture in its folder.

import { type Command } from "commander"
import { UsageError } from "../../errors"
import type { ReviewedRun } from "../../console/review-headline"
import { logText } from "../../log/log-text"
import { type Edits, NO_EDITS } from "../../measure/edits"
import { RunPipeline } from "../../results/pipeline/run-pipeline"
import { captureIn, findRun, missingFiles, shortList } from "../../runs/find-run"
import { readEdits } from "../../runs/edits-file"
import { readCapture } from "../../runs/read-capture"
import { readRecord, RecordError } from "../../runs/record-schema"
import { recordedSummary } from "../../runs/recorded-summary"
import { NO_SITE } from "../../runs/run-about"
import { CAPTURE_NAME, type RunRecord } from "../../runs/run-record"
import { runningWriter } from "../../runs/running-writer"
import { sentDataOf } from "../../runs/sent-files"
import { onStop } from "../on-stop"
import { addGroup } from "../options/option"
import {
    consolePortOption,
    DEFAULT_RUNS,
    DISCLAIMER,
    EXIT_HELP,
    RUN_HELP,
} from "../options/output-options"
import {
    addReferenceOptions,
    type ReferenceOptions,
    referencesOf,
} from "../options/reference-options"
import { progressBar } from "../progress-bar"
import { openConsoleAt } from "../show-console"
import { showReview } from "../show-review"

interface ReviewOptions extends ReferenceOptions {
    readonly consolePort: number
}

export function addReviewCommand(ivus: Command): void {
    const command = ivus
        .command("review")
        .description("show a finished run in the browser until Ctrl-C")
        .argument("[run]", `${RUN_HELP}; default: the newest, as in "ivus runs"`)
    addReferenceOptions(command)
    addGroup(command, "Output:", consolePortOption())
    command.addHelpText("after", `\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(review)
}

async function review(named: string | undefined, options: ReviewOptions): Promise<void> {
    const folder = findRun(named, DEFAULT_RUNS)
    const file = captureIn(folder)
    const console = await openConsoleAt(options.consolePort)
    const bar = progressBar()
    // Nothing is written, so Ctrl-C may end it at once, also while results are computed.
    let isShown = false
    const stop = onStop(() => {
        if (isShown) return
        bar.stop()
        process.exit(130)
    })
    const choice = referencesOf(options, undefined)
    const pipeline = new RunPipeline({
        ...{ choice, progress: bar.show, edits: shownEdits(folder, bar.print) },
        sent: description => sentDataOf(file, description, {}),
    })
    try {
        const { record, problem = "" } = shownRecord(folder, bar.print)
        const receiver = await readCapture(file, {
            progress: bar.show,
            stop: new AbortController().signal,
            onBytes: () => undefined,
            listener: pipeline.listener,
            keeps: "marks",
            room: () => pipeline.room(),
        })
        const source = { target: logText(folder), seed: record?.asked.seed ?? null }
        const sent = sentDataOf(file, receiver.description, {})
        const made = await pipeline.finish({ receiver, instruments: undefined, source, ...sent })
        const results = await pipeline.ready
        const shown = record ? recordedSummary(record, made) : { summary: made, notes: [problem] }
        bar.stop()
        isShown = true
        stop.off()
        await showReview({ results, ...shown, run: runIn(folder, record) }, console)
    } finally {
        bar.stop()
        stop.off()
        await pipeline.close()
        await console.close()
    }
}

/** The borders of a person, if they can be used; else the automatic ones are shown. */
function shownEdits(folder: string, report: (line: string) => void): Edits {
    try {
        return readEdits(folder)
    } catch (error) {
        if (!(error instanceof UsageError)) throw error
        report(`${error.message} The automatic borders are shown.`)
        return NO_EDITS
    }
}

function runIn(folder: string, record: RunRecord | undefined): ReviewedRun {
    return {
        where: logText(folder),
        date: record?.date ?? null,
        site: record?.site ?? NO_SITE,
        replayOf: record?.replay_of ?? null,
    }
}

/** Says what is wrong with the run's record; the capture is shown all the same. */
function shownRecord(
    folder: string,
    report: (line: string) => void
): { readonly record?: RunRecord; readonly problem?: string } {
    try {
        const record = readRecord(folder)
        const missing = missingFiles(folder, record)
        if (missing.length > 0)
            report(`Missing in ${logText(folder)}: ${shortList(missing.map(logText))}.`)
        const writer = runningWriter(folder, record.writer)
        if (writer !== undefined)
            report(`The run is still being received by ${writer}; this is what there is of it.`)
        return { record }
    } catch (error) {
        if (!(error instanceof RecordError)) throw error
        const problem = `${error.message} What is shown is made from ${CAPTURE_NAME} alone.`
        report(problem)
        return { problem }
    }
}
