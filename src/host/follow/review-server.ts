// Shows the latest recorded run in the browser, from its end on until the next one can be shown.

import { type RunningConsole, serveConsole } from "../console/console-server"
import { Display } from "../console/display"
import { ReviewView } from "../console/review-view"
import type { RunSummary } from "../results/summary"
import { summaryText } from "../results/summary-text"
import type { RunReview } from "../runs/recorded-run"

const WRITING = "The files of this run are being written."
const FAILED = "The files of this run could not all be written."

interface Shown {
    readonly console: RunningConsole
    readonly review: RunReview
}

export class ReviewServer {
    private shown: Shown | undefined

    /** @param target its name, as the page shows it */
    constructor(private readonly target: string) {}

    /** Of the run that is shown. */
    get url(): string | undefined {
        return this.shown?.console.url
    }

    /** Shows a run at a port of its own. @returns its address. @throws PageServerError */
    async show(review: RunReview): Promise<string> {
        const view = viewOf(review, this.target)
        const console = await serveConsole(view, 0, () => performance.now())
        await this.close()
        this.shown = { console, review }
        return console.url
    }

    async close(): Promise<void> {
        const { shown } = this
        this.shown = undefined
        await shown?.console.close()
        await shown?.review.close()
    }
}

/** The summary is shown as soon as there is one. */
function viewOf({ results, summary: written }: RunReview, target: string): ReviewView {
    let summary: RunSummary | undefined
    let text = [WRITING]
    void written.then(made => {
        summary = made
        text = made ? summaryText(made, { verbose: true }).split("\n") : [FAILED]
    })
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
