// The review of a run whose files may still be being written: the summary is shown as soon as there is one.

import type { RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import { summaryText } from "../results/summary-text"
import { Display } from "./display"
import { ReviewView } from "./review-view"

const WRITING = "The files of this run are being written."
const FAILED = "The files of this run could not all be written."

/**
 * @param written resolves when all files are written; with undefined if that failed
 * @param target its name, as the page shows it
 */
export function runReview(
    results: RunResults,
    written: Promise<RunSummary | undefined>,
    target: string
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
        ...{ target, results, display: new Display() },
        get insecure() {
            return summary?.insecure ?? false
        },
        get clean() {
            return summary?.clean ?? true
        },
        get summary() {
            return text
        },
        nowMs: () => performance.now(),
    })
}
