// Shows the latest recorded run in the browser, from its end on until the next one can be shown, among those of its folder.

import { basename, dirname, resolve } from "node:path"
import { dateMs } from "../clock"
import { type RunningConsole, serveConsole } from "../console/console-server"
import { reviewedRun } from "../console/review-headline"
import { RunLibrary } from "../console/run/run-library"
import { RunSession } from "../console/run/run-session"
import { runPath } from "../console/station"
import type { ResultsChoice } from "../results/run-results"
import type { RunReview } from "../runs/recorded-run"
import type { RunAbout } from "../runs/run-about"
import { userName } from "../runs/user-name"

interface Shown {
    readonly console: RunningConsole
    readonly runs: RunLibrary
}

export interface ReviewServerOptions {
    /** Of all runs. */
    readonly about: Pick<RunAbout, "target" | "site">
    /** With which earlier runs are opened. */
    readonly choice: ResultsChoice
    readonly report: (line: string) => void
}

export class ReviewServer {
    private shown: Shown | undefined

    constructor(private readonly options: ReviewServerOptions) {}

    /** Of the run that is shown. */
    get url(): string | undefined {
        return this.shown?.console.url
    }

    /** Shows a run at a port of its own. @returns its address. @throws PageServerError */
    async show(review: RunReview): Promise<string> {
        const { about, choice, report } = this.options
        const { folder, beganMs, results } = review
        const runs = new RunLibrary({ parent: dirname(resolve(folder)), choice, report })
        const id = basename(resolve(folder))
        runs.add(
            new RunSession({
                ...{ id, folder, results, written: review.summary, by: userName(), dateMs },
                run: reviewedRun({ dateMs: beganMs, site: about.site }, about.target),
                close: () => review.close(),
            })
        )
        const console = await serveConsole({ runs, live: undefined, start: runPath(id) }, 0)
        await this.close()
        this.shown = { console, runs }
        return console.url
    }

    async close(): Promise<void> {
        const { shown } = this
        this.shown = undefined
        await shown?.console.close()
        await shown?.runs.close()
    }
}
