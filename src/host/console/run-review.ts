// The review of a run whose files may still be being written: the summary is shown as soon as there is one.

import type { RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { summaryText } from "../results/summary-text"
import { Display } from "./display"
import type { ReviewedRun } from "./review-headline"
import { ReviewView } from "./review-view"

const WRITING = "The files of this run are being written."
const FAILED = "The files of this run could not all be written."

/**
 * @param written resolves when all files are written; with undefined if that failed
 * @param notes rows below those of the summary
 */
export function runReview(
    results: RunResults,
    written: Promise<RunSummary | undefined>,
    run: ReviewedRun,
    notes: readonly string[] = []
): ReviewView {
    let summary: RunSummary | undefined
    let text = [WRITING]
    written.then(
        made => {
            summary = made
            text = made ? summaryText(made, { verbose: true }).split("\n") : [FAILED]
        },
        () => (text = [FAILED])
    )
    return new ReviewView({
        ...{ run, results, display: new Display() },
        get verdict() {
            return summary?.verdict ?? null
        },
        get insecure() {
            return summary?.insecure ?? false
        },
        get clean() {
            return summary?.clean ?? true
        },
        get summary() {
            return [...text, ...notes]
        },
        nowMs: () => performance.now(),
    })
}
