// Shows a finished pullback on the console until Ctrl-C.

import type { OpenConsole } from "../console/console-server"
import type { ReviewView } from "../console/review-view"
import { runReview } from "../console/run-review"
import { report } from "../terminal"
import { onStop } from "./on-stop"
import type { ProducedRun } from "./produce-run"
import { showIn } from "./show-console"

type ReviewedRun = Pick<ProducedRun, "results" | "summary" | "target">

/** The view of a run's results. */
export function reviewOf({ results, summary, target }: ReviewedRun): ReviewView {
    return runReview(results, Promise.resolve(summary), target)
}

/** @param open is closed at the end */
export async function showReview(run: ReviewedRun, open: OpenConsole): Promise<void> {
    showIn(open, reviewOf(run))
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
