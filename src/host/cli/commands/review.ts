// `ivus review`: shows a finished run in the browser, from the capture in its folder.

import { existsSync } from "node:fs"
import { join } from "node:path"
import { type Command } from "commander"
import { UsageError } from "../../errors"
import { RunPipeline } from "../../results/pipeline/run-pipeline"
import type { ReceivedRun } from "../../run/run-target"
import { readCapture } from "../../runs/read-capture"
import { sentDataOf } from "../../runs/sent-files"
import { onStop } from "../on-stop"
import { addGroup } from "../options/option"
import { consolePortOption, DISCLAIMER, EXIT_HELP } from "../options/output-options"
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

const DEFAULT_FOLDER = "out"

export function addReviewCommand(ivus: Command): void {
    const command = ivus
        .command("review")
        .description("show a finished run in the browser until Ctrl-C")
        .argument("[run]", "folder of the run, with its capture.ivl", DEFAULT_FOLDER)
    addReferenceOptions(command)
    addGroup(command, "Output:", consolePortOption())
    command.addHelpText("after", `\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(review)
}

async function review(folder: string, options: ReviewOptions): Promise<void> {
    const file = join(folder, "capture.ivl")
    if (!existsSync(file))
        throw new UsageError(
            `There is no complete run in "${folder}"; name the folder of a run, or use "ivus replay" for a capture of a run that was cut short.`
        )
    const console = await openConsoleAt(options.consolePort)
    const bar = progressBar()
    // Nothing is written, so Ctrl-C may end it at once, also while results are computed.
    let isShown = false
    const stop = onStop(() => {
        if (isShown) return
        bar.stop()
        process.exit(130)
    })
    try {
        const io = {
            progress: bar.show,
            stop: new AbortController().signal,
            onBytes: () => undefined,
        }
        const choice = referencesOf(options, undefined)
        const pipeline = new RunPipeline({
            ...{ choice, progress: bar.show },
            sent: description => sentDataOf(file, description, {}),
        })
        const listener = pipeline.listener
        const receiver = await readCapture(file, {
            ...io,
            listener,
            keeps: "marks",
            room: () => pipeline.room(),
        })
        const source = { target: `run in ${folder}`, seed: null }
        const sent = sentDataOf(file, receiver.description, {})
        const run: ReceivedRun = { receiver, instruments: undefined, source, ...sent }
        const summary = await pipeline.finish(run)
        const results = await pipeline.ready
        bar.stop()
        isShown = true
        stop.off()
        await showReview({ results, summary, target: source.target }, console)
    } finally {
        bar.stop()
        stop.off()
        await console.close()
    }
}
