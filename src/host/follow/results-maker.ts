// Makes the results of recorded runs in a process of their own, one run after another, so that nothing here waits for them.

import { type ChildProcess, fork } from "node:child_process"
import { renameSync, rmSync } from "node:fs"
import { setPriority } from "node:os"
import { join } from "node:path"
import { replayHint } from "../runs/cut-capture"
import { makeDatedFolder } from "../runs/dated-folder"
import type { RecordedRun } from "./run-recorder"

/** What the process is told to do; its only argument, as JSON. */
export interface ResultsTask {
    readonly capture: string
    readonly folder: string
    /** Name of the target, as the review shows it. */
    readonly target: string
    /** Folder of the ring-down references. */
    readonly references: string
    /** When the run was made, ms since 1970 UTC. */
    readonly dateMs: number
}

/** What the process reports, once. */
export type ResultsReport =
    | { readonly failure: string }
    | { readonly verdict: string; readonly text: string; readonly url: string }

/** A run whose results can be looked at. */
export interface Review {
    readonly url: string
    readonly verdict: string
    readonly folder: string
}

export interface ResultsMakerOptions {
    /** The folder for the folders of runs; it exists. */
    readonly parent: string
    readonly target: string
    readonly references: string
    /** The program of the process, which ends when this one disconnects from it. */
    readonly program: string
    readonly print: (line: string) => void
    readonly onReview: (review: Review, run: RecordedRun) => void
}

/** The results wait for whatever must not be late. */
const NICENESS = 10

export class ResultsMaker {
    private readonly waiting: RecordedRun[] = []
    private making: { readonly done: Promise<void>; readonly child: ChildProcess } | undefined
    /** Shows the latest run until the next one. */
    private showing: ChildProcess | undefined

    constructor(private readonly options: ResultsMakerOptions) {}

    /** The run whose results are being made. */
    get current(): RecordedRun | undefined {
        return this.making && this.waiting[0]
    }

    readonly make = (run: RecordedRun): void => {
        this.waiting.push(run)
        this.next()
    }

    /** Finishes the results that are being made, then ends the review. */
    async close(): Promise<void> {
        while (this.making) await this.making.done
        this.showing?.kill()
    }

    /** Ends at once; captures whose results are not made are kept. */
    drop(): void {
        this.making?.child.kill("SIGKILL")
        this.showing?.kill("SIGKILL")
        for (const run of this.waiting.splice(0)) {
            const folder = this.folderOf(run)
            if (folder !== undefined) this.keep(run, folder)
        }
    }

    private next(): void {
        if (this.making) return
        const run = this.waiting[0]
        if (!run) return
        const folder = this.folderOf(run)
        if (folder === undefined) {
            this.waiting.shift()
            return this.next()
        }
        const child = this.start(run, folder)
        const done = this.reported(child).then(report => {
            this.waiting.shift()
            this.making = undefined
            if ("failure" in report) {
                child.kill()
                this.options.print(`No results were made: ${report.failure}`)
                this.keep(run, folder)
            } else this.show(child, run, folder, report)
            this.next()
        })
        this.making = { done, child }
    }

    /** A folder that cannot be made, on a full disk for example, does not end the program: undefined. */
    private folderOf({ beganMs, catheter, capture }: RecordedRun): string | undefined {
        const { parent, print } = this.options
        try {
            return makeDatedFolder(parent, beganMs, catheter)
        } catch (error) {
            print(
                `No results were made: ${(error as Error).message}. The bytes received are in ${capture}.`
            )
            return undefined
        }
    }

    private start({ capture, beganMs }: RecordedRun, folder: string): ChildProcess {
        const { target, references, program } = this.options
        const task: ResultsTask = { capture, folder, target, references, dateMs: beganMs }
        // In a process group of its own: Ctrl-C ends this program first, which lets the results be finished.
        const child = fork(program, [JSON.stringify(task)], {
            detached: true,
            stdio: ["ignore", "ignore", "pipe", "ipc"],
        })
        try {
            if (child.pid !== undefined) setPriority(child.pid, NICENESS)
        } catch {
            // Some systems do not allow it; the results are then made with the usual priority.
        }
        return child
    }

    private reported(child: ChildProcess): Promise<ResultsReport> {
        return new Promise(resolve => {
            let errors = ""
            child.stderr?.setEncoding("utf8").on("data", text => (errors += String(text)))
            child.once("message", report => resolve(report as ResultsReport))
            child.once("error", ({ message }) => resolve({ failure: message }))
            child.once("exit", status =>
                resolve({ failure: errors.trim() || `their process ended with ${status}` })
            )
        })
    }

    private show(
        child: ChildProcess,
        run: RecordedRun,
        folder: string,
        { url, verdict, text }: Exclude<ResultsReport, { failure: string }>
    ): void {
        rmSync(run.capture, { force: true })
        this.showing?.kill()
        this.showing = child
        this.options.print(`${text}\nReview: ${url}`)
        this.options.onReview({ url, verdict, folder }, run)
    }

    private keep({ capture }: RecordedRun, folder: string): void {
        const kept = join(folder, "capture-cut.ivl")
        try {
            renameSync(capture, kept)
            this.options.print(`The bytes received are kept.\n${replayHint(kept, [])}`)
        } catch (error) {
            this.options.print(`The bytes received could not be kept: ${(error as Error).message}`)
        }
    }
}
