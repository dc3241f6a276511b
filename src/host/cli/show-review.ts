// Responsible for: a finished pullback on the console until Ctrl-C.
// Not for: what is shown (../console/review-view.ts), or the run (pullback.ts).

import { Display } from "../console/display"
import { ReviewView } from "../console/review-view"
import type { RunResults } from "../results/run-results"
import { type RunSummary, summaryText } from "../results/summary"
import { consoleFor } from "./show-console"
import { report } from "../terminal"
import { onStop } from "./on-stop"

/** What a run brought. */
export interface Produced {
    readonly results: RunResults
    readonly summary: RunSummary
    readonly target: string
}

/** Shows a pullback on the console until Ctrl-C. */
export async function review({ results, summary, target }: Produced, port: number): Promise<void> {
    const view = new ReviewView({
        ...{ target, results, display: new Display() },
        ...{ insecure: summary.insecure, clean: summary.clean },
        summary: summaryText(summary).split("\n"),
        nowMs: () => performance.now(),
    })
    const serving = await consoleFor(view, port)
    report("Ctrl-C ends it; --once leaves it out.")
    await new Promise<void>(resolve => {
        const stop = onStop(() => {
            stop.off()
            resolve()
        })
    })
    await serving.close()
}
