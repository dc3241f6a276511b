// Shows the latest recorded run in the browser, from its end on until the next one can be shown.

import { type RunningConsole, serveConsole } from "../console/console-server"
import { runReview } from "../console/run-review"
import type { RunReview } from "../runs/recorded-run"

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
        const view = runReview(review.results, review.summary, this.target)
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
