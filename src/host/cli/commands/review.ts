// `ivus review`: shows finished runs in the browser, each from the capture in its folder.

import type { Command } from "commander"
import type { RunLibrary } from "../../console/run/run-library"
import { runPath } from "../../console/station"
import { captureIn, findRun, runsIn } from "../../runs/find-run"
import { report } from "../../terminal"
import { onStop } from "../on-stop"
import { type ConsoleOptions, consoleOptions } from "../options/console-options"
import { addGroup } from "../options/option"
import { DEFAULT_RUNS, DISCLAIMER, EXIT_HELP, RUN_HELP } from "../options/output-options"
import {
    addReferenceOptions,
    type ReferenceOptions,
    referencesOf,
} from "../options/reference-options"
import { progressBar } from "../progress-bar"
import { runsOfConsole } from "../runs-of-console"
import { openConsoleAt, showIn } from "../show-console"
import { untilStopped } from "../show-review"

interface ReviewOptions extends ReferenceOptions, ConsoleOptions {}

export function addReviewCommand(ivus: Command): void {
    const command = ivus
        .command("review")
        .description("show finished runs in the browser until Ctrl-C")
        .argument("[run]", `${RUN_HELP}; left out, the page lists the runs`)
    addReferenceOptions(command)
    addGroup(command, "Output:", ...consoleOptions())
    command.addHelpText("after", `\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(review)
}

async function review(named: string | undefined, options: ReviewOptions): Promise<void> {
    const folder = named === undefined ? undefined : findRun(named, DEFAULT_RUNS)
    if (folder === undefined) runsIn(DEFAULT_RUNS)
    else captureIn(folder)
    const console = await openConsoleAt(options)
    const bar = progressBar()
    const runs = runsOfConsole(referencesOf(options, undefined), bar.print)
    // Nothing is written, so Ctrl-C may end it at once, also while results are computed.
    let isShown = false
    const stop = onStop(() => {
        if (isShown) return
        bar.stop()
        process.exit(130)
    })
    try {
        const start = folder === undefined ? "" : runPath(await opened(runs, folder, bar.show))
        bar.stop()
        isShown = true
        stop.off()
        showIn(console, { runs, live: undefined, start }, report)
        await untilStopped(console, runs)
    } finally {
        bar.stop()
        stop.off()
        await runs.close()
        await console.close()
    }
}

/** Opens a run before it is shown, so that what is wrong with it ends the command. @returns its id */
async function opened(
    runs: RunLibrary,
    folder: string,
    progress: ReturnType<typeof progressBar>["show"]
): Promise<string> {
    const id = runs.know(folder)
    const shown = setInterval(() => {
        const opening = runs.opening(id)
        if (opening) progress(opening.fraction ?? undefined, opening.what)
    }, 200)
    try {
        await runs.open(id)
        return id
    } finally {
        clearInterval(shown)
    }
}
