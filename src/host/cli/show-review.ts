// Shows a finished pullback on the console until Ctrl-C.

import type { OpenConsole } from "../console/console-server"
import type { ReviewedRun } from "../console/review-headline"
import { runReview } from "../console/run-review"
import { report } from "../terminal"
import { onStop } from "./on-stop"
import type { RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { showIn } from "./show-console"

export interface ShownRun {
    readonly results: RunResults
    readonly summary: RunSummary
    readonly run: ReviewedRun
    /** Rows below those of the summary. */
    readonly notes?: readonly string[]
}

/** @param open is closed at the end */
export async function showReview(
    { results, summary, run, notes }: ShownRun,
    open: OpenConsole
): Promise<void> {
    showIn(open, runReview(results, Promise.resolve(summary), run, notes))
    await untilStopped(open)
}

/** Until Ctrl-C. @param open is closed then */
export async function untilStopped(open: OpenConsole): Promise<void> {
    report("Open it in a browser; Ctrl-C ends it.")
    await new Promise<void>(resolve => {
        const stop = onStop(() => {
            stop.off()
            resolve()
        })
    })
    await open.close()
}
