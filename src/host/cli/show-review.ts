// Shows a finished pullback on the console until Ctrl-C.

import type { OpenConsole } from "../console/console-server"
import { Display } from "../console/display"
import { ReviewView } from "../console/review-view"
import { summaryText } from "../results/summary-text"
import { report } from "../terminal"
import { onStop } from "./on-stop"
import type { ProducedRun } from "./produce-run"
import { showIn } from "./show-console"

type ReviewedRun = Pick<ProducedRun, "results" | "summary" | "target">

/** The view of a run's results. */
export function reviewOf({ results, summary, target }: ReviewedRun): ReviewView {
    return new ReviewView({
        ...{ target, results, display: new Display() },
        ...{ insecure: summary.insecure, clean: summary.clean },
        summary: summaryText(summary, { verbose: true }).split("\n"),
        nowMs: () => performance.now(),
    })
}

/** @param open is closed at the end */
export async function showReview(run: ReviewedRun, open: OpenConsole): Promise<void> {
    showIn(open, reviewOf(run))
    report("Open it in a browser; Ctrl-C ends it.")
    await new Promise<void>(resolve => {
        const stop = onStop(() => {
            stop.off()
            resolve()
        })
    })
    await open.close()
}
