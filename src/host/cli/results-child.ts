// The process that makes the results of one recorded run and then shows them in the browser until its parent disconnects.

import { serveConsole } from "../console/console-server"
import type { ResultsReport, ResultsTask } from "../follow/results-maker"
import { ReferenceStore } from "../references/reference-store"
import { folderOf, pipelineOf } from "../results/pipeline/kept-run"
import { summaryText } from "../results/summary-text"
import type { ReceivedRun } from "../run/run-target"
import { OutFolder } from "../runs/out-folder"
import { readCapture } from "../runs/read-capture"
import { filesText } from "./files-text"
import type { ProducedRun } from "./produce-run"
import { openRunLog } from "./run-log"
import { reviewOf } from "./show-review"

const ASKED = "nothing: a run that was started at a bedside unit"
const silent = (): void => undefined

process.on("disconnect", () => process.exit())
try {
    const task = JSON.parse(process.argv[2]!) as ResultsTask
    const { produced, files } = await resultsFor(task)
    const text = summaryText(produced.summary)
    const { url } = await serveConsole(reviewOf(produced), 0, () => performance.now())
    tell({
        ...{ url, verdict: shortVerdict(text) },
        text: `${text}\n${filesText(task.folder, files)}`,
    })
} catch (error) {
    tell({ failure: (error as Error).message })
}

/** The first line of a summary without the reason, which the page has shown as a fault. */
function shortVerdict(text: string): string {
    return text.split(/[;\n]/)[0]!
}

function tell(report: ResultsReport): void {
    process.send?.(report)
}

async function resultsFor({ capture, folder, target, references, dateMs }: ResultsTask): Promise<{
    produced: Pick<ProducedRun, "results" | "summary" | "target">
    files: readonly string[]
}> {
    const out = new OutFolder(folder)
    try {
        const log = openRunLog(out.logPath, ASKED, silent)
        const receiver = await readCapture(capture, {
            ...{ progress: silent, listener: log.listener },
            stop: new AbortController().signal,
            onBytes: out.stream("capture.ivl"),
        })
        const source = { target, seed: null }
        const run: ReceivedRun = { receiver, instruments: undefined, source }
        const store = new ReferenceStore(references)
        const choice = { references: { store, pulledMs: dateMs } }
        const pipeline = pipelineOf(run, { folder: folderOf(out), choice })
        const summary = await pipeline.finish(run)
        out.write("run.json", JSON.stringify(summary, undefined, 4) + "\n")
        const results = await pipeline.ready
        log.verdict(summary)
        log.file.end()
        return { produced: { results, summary, target }, files: out.commit() }
    } finally {
        out.discard()
    }
}
