// Shows runs on the console until Ctrl-C.

import { basename, resolve } from "node:path"
import { dateMs } from "../clock"
import type { OpenConsole } from "../console/console-server"
import type { ReviewedRun } from "../console/review-headline"
import type { RunLibrary } from "../console/run/run-library"
import { RunSession } from "../console/run/run-session"
import { runPath } from "../console/station"
import type { ResultsChoice, RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { userName } from "../runs/user-name"
import { report } from "../terminal"
import { onStop } from "./on-stop"
import { runsOfConsole } from "./runs-of-console"
import { showIn } from "./show-console"

/** A run that this command has made. */
export interface ShownRun {
    readonly results: RunResults
    /** Resolves when all files are written. */
    readonly summary: Promise<RunSummary | undefined>
    readonly run: ReviewedRun
    /** The folder of the run. */
    readonly folder: string
    /** Of the runs that are opened besides. */
    readonly choice: ResultsChoice
}

/** Shows a run among those of the folder of runs. @param print prints the address */
export function showRun(shown: ShownRun, open: OpenConsole, print = report): RunLibrary {
    const { results, summary, run, folder, choice } = shown
    const runs = runsOfConsole(choice, print)
    const id = basename(resolve(folder))
    runs.add(
        new RunSession({
            ...{ id, folder, run, results, written: summary, by: userName(), dateMs },
            // Whoever made the run frees its frames.
            close: () => Promise.resolve(),
        })
    )
    showIn(open, { runs, live: undefined, start: runPath(id) }, print)
    return runs
}

/** Until Ctrl-C. @param open is closed then, and so are the runs */
export async function untilStopped(open: OpenConsole, runs?: RunLibrary): Promise<void> {
    report("Open it in a browser; Ctrl-C ends it.")
    await new Promise<void>(resolve => {
        const stop = onStop(() => {
            stop.off()
            resolve()
        })
    })
    await open.close()
    await runs?.close()
}
