// Shows the latest recorded run in the browser, from its end on until the next one can be shown.

import { type RunningConsole, serveConsole } from "../console/console-server"
import { reviewedRun } from "../console/review-headline"
import { runReview } from "../console/run-review"
import type { RunReview } from "../runs/recorded-run"
import type { RunAbout } from "../runs/run-about"

interface Shown {
    readonly console: RunningConsole
    readonly review: RunReview
}

export class ReviewServer {
    private shown: Shown | undefined

    /** @param about of all runs */
    constructor(private readonly about: Pick<RunAbout, "target" | "site">) {}

    /** Of the run that is shown. */
    get url(): string | undefined {
        return this.shown?.console.url
    }

    /** Shows a run at a port of its own. @returns its address. @throws PageServerError */
    async show(review: RunReview): Promise<string> {
        const { target, site } = this.about
        const run = reviewedRun({ dateMs: review.beganMs, site }, target)
        const view = runReview(review.results, review.summary, run)
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
