// The runs of one cart of `ivus serve`: recorded, told when their files are written, shown in the browser, and kept on a full disk.

import { dateMs } from "../../clock"
import { ReviewServer } from "../../follow/review-server"
import { ReferenceStore } from "../../references/reference-store"
import { summaryText } from "../../results/summary-text"
import type { RunReceiver } from "../../run/run-receiver"
import { completeEarlier } from "../../runs/complete-earlier"
import { aboutNothing } from "../../runs/run-about"
import type { BegunRun, RunReview, WrittenRun } from "../../runs/recorded-run"
import type { DiskError } from "../../runs/run-folder"
import { RunRecorder } from "../../runs/run-recorder"
import { RunWriter } from "../../runs/run-writer"
import { filesText } from "../../runs/files-text"
import type { CartFigures, CartTask, EndedRun } from "../cart-messages"
import type { Notice } from "../notice"

const TARGET = "cart"
const ASKED = "nothing: a run that was started at the cart"
/** Threads for the results of a cart; others need the cores too. */
const WORKERS = 1
/** Runs whose numbers are remembered. */
const KNOWN_MAX = 100

export interface CartRunsOptions {
    readonly task: Pick<CartTask, "boardId" | "runs" | "references" | "onDiskFull" | "verbose">
    readonly say: (notice: Omit<Notice, "board">) => void
    /** Whether the bedside unit is in control of the cart. */
    readonly isLedByUnit: () => boolean
    /** Asks the cart to brake. */
    readonly stopCart: () => void
    /** Shows a sentence on the live picture. */
    readonly showMessage: (text: string) => void
}

export class CartRuns {
    private recorder!: RunRecorder
    private current: { readonly begun: BegunRun; readonly folder: string } | undefined
    private lastRun: EndedRun | null = null
    /** The verdict of each run, by the number of the recorder. */
    private readonly verdicts = new Map<number, string>()
    private readonly numbers = new Set<number>()
    private readonly reviews: ReviewServer

    constructor(private readonly options: CartRunsOptions) {
        const store = new ReferenceStore(options.task.references)
        this.reviews = new ReviewServer({
            about: aboutNothing(0, TARGET),
            choice: { references: { store, pulledMs: undefined } },
            report: text => this.say(text),
        })
    }

    /** @param receiver that of the present connection */
    record(receiver: () => RunReceiver): RunRecorder {
        const { task } = this.options
        this.recorder = new RunRecorder(receiver, {
            ...{ dateMs, begin: begun => this.begin(begun) },
            after: (ms, action) => void setTimeout(action, ms).unref(),
            report: text => this.say(text),
            knows: run => this.numbers.has(run),
            completeEarlier: end => completeEarlier(task.runs, task.boardId, end),
        })
        return this.recorder
    }

    figures(): Pick<
        CartFigures,
        "run" | "lastRun" | "resultsInProgress" | "reviewUrl" | "runsEnded"
    > {
        const { current, lastRun, recorder } = this
        const isReceived = current !== undefined && recorder.current !== current.begun
        const isOpen = current !== undefined && (!isReceived || recorder.making !== undefined)
        const runsEnded: Record<string, number> = {}
        for (const verdict of this.verdicts.values())
            runsEnded[verdict] = (runsEnded[verdict] ?? 0) + 1
        return {
            run: isOpen
                ? {
                      ...{ folder: current.folder, isReceived },
                      ...{ catheter: current.begun.catheter, beganMs: current.begun.beganMs },
                  }
                : null,
            lastRun,
            resultsInProgress: this.recorder.making !== undefined,
            reviewUrl: this.reviews.url ?? null,
            runsEnded,
        }
    }

    /** Finishes the results in progress. */
    async close(): Promise<void> {
        await this.recorder.close()
        await this.reviews.close()
    }

    private begin(begun: BegunRun): RunWriter {
        const { task } = this.options
        const { study, patient, site, target, seed, asked } = aboutNothing(0, TARGET)
        const writer = new RunWriter(begun, {
            runs: task.runs,
            about: {
                ...{ study, patient, site, target, seed },
                asked: { ...asked, onDiskFull: task.onDiskFull },
            },
            asked: ASKED,
            choice: {
                references: {
                    store: new ReferenceStore(task.references),
                    pulledMs: begun.beganMs,
                },
            },
            workers: WORKERS,
            report: text => this.say(text, { run: begun.run }),
            onReview: review => void this.show(review),
            onWritten: run => this.written(run),
            onDiskError: (error, run) => this.onDiskError(error, run),
        })
        const folder = writer.path
        this.current = { begun, folder }
        this.remember(begun.run)
        const { run, catheter } = begun
        // When the recorder has it, for the status.
        queueMicrotask(() => this.say(`a run began, in ${folder}`, { run, folder, catheter }))
        return writer
    }

    private remember(run: number): void {
        this.numbers.add(run)
        if (this.numbers.size > KNOWN_MAX) this.numbers.delete([...this.numbers][0]!)
    }

    /** Again, when a later summary has completed the counts of a cut run. */
    private written({ number, folder, record, summary, isCut }: WrittenRun): void {
        const isAgain = this.verdicts.has(number)
        const { verdict } = record
        this.verdicts.set(number, verdict)
        this.lastRun = { folder, verdict }
        if (isAgain) return
        const { verbose } = this.options.task
        const text = summary
            ? summaryText(summary, { verbose })
            : `${verdict}, without results: ${record.verdict_reason ?? record.warnings.join(" ")}`
        this.say(`${text}\n${filesText(folder, record.files)}`, { folder, cut: isCut, record })
    }

    /** Shows the latest run; its files are still being written. */
    private async show(review: RunReview): Promise<void> {
        const { folder, verdict } = review
        try {
            const url = await this.reviews.show(review)
            this.options.say({
                ...{ kind: "review", text: `review of ${folder}: ${url}` },
                data: { folder, url, verdict },
            })
        } catch (error) {
            await review.close()
            const text = `The run in ${folder} is not shown: ${(error as Error).message}`
            this.options.say({ kind: "review", text, data: { folder } })
        }
    }

    private onDiskError({ code, message }: DiskError, begun: BegunRun): void {
        const { task, say, isLedByUnit, stopCart, showMessage } = this.options
        const isRunning = this.recorder.current === begun
        const isStopping = isRunning && task.onDiskFull === "stop"
        // Whoever leads decides about the motion; what is shown at the cart goes on.
        const isStopped = isStopping && !isLedByUnit()
        if (isStopped) stopCart()
        const text = isStopped
            ? "The run ends here, and the cart is stopped."
            : isStopping
              ? "The run ends here. The cart is not stopped, as its bedside unit leads."
              : isRunning
                ? "The run goes on, and the oldest part of its capture is let go."
                : "Its results are not complete."
        if (isRunning) showMessage(`${message} ${text}`)
        say({ kind: "disk", text, data: { code, message } })
        // Not while the recorder is passing on the bytes that did not fit.
        if (isStopping) queueMicrotask(() => this.recorder.stop())
    }

    private say(text: string, data?: Notice["data"]): void {
        this.options.say({ kind: "run", text, ...(data && { data }) })
    }
}
