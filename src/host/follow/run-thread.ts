// Writes runs in a thread of its own, so that nothing here waits for the disk or for results.

import type { Worker } from "node:worker_threads"
import type { End } from "../../shared/protocol/messages"
import { closeRecord } from "../runs/abandoned-runs"
import type { BegunRun, RunWriting, WrittenRun } from "../runs/recorded-run"
import { startThread } from "../start-thread"
import type { FromRuns, Review, RunTask, ToRuns } from "./run-messages"

const PROGRAM = new URL("run-thread-program.ts", import.meta.url).href
/** Before the program exits it waits so long until what was received is on the disk. */
const DROP_MS = 2000

export interface RunThreadOptions {
    readonly task: RunTask
    readonly report: (line: string) => void
    readonly onReview: (review: Review) => void
    readonly onWritten: (run: WrittenRun) => void
    /** The disk takes no more of a run. */
    readonly onDiskError: (message: string, number: number) => void
}

export class RunThread {
    private worker: Worker | undefined
    private readonly writings = new Map<number, ThreadWriting>()
    private isClosing = false

    constructor(private readonly options: RunThreadOptions) {
        this.start()
    }

    /** Begins to write a run. */
    readonly begin = (begun: BegunRun): RunWriting => {
        if (!this.worker) this.start()
        this.post({ kind: "begin", begun })
        const writing = new ThreadWriting(
            begun,
            (message, transfer) => this.post(message, transfer),
            this.options.report
        )
        this.writings.set(begun.number, writing)
        return writing
    }

    /** Ends the thread and the review. */
    async close(): Promise<void> {
        const { worker } = this
        if (!worker) return
        this.isClosing = true
        const ended = new Promise(resolve => worker.once("exit", resolve))
        this.post({ kind: "close" })
        await ended
    }

    private post(message: ToRuns, transfer: readonly ArrayBuffer[] = []): void {
        this.worker?.postMessage(message, transfer)
    }

    private start(): void {
        const worker = startThread(PROGRAM, this.options.task)
        this.worker = worker
        worker.on("message", (message: FromRuns) => this.take(message))
        worker.on("error", error => this.failed(error.message))
        worker.on("exit", () => {
            this.worker = undefined
            for (const writing of this.writings.values()) writing.abandon()
        })
    }

    private failed(why: string): void {
        if (this.isClosing) return
        const folders = [...this.writings.values()].flatMap(writing => writing.unfinished)
        for (const folder of folders) closeRecord(folder, "the thread that wrote it failed")
        this.options.report(
            `The thread that writes runs has failed: ${why}. The next run gets a new one.${folders.length > 0 ? ` What was received is in ${folders.join(", ")}; "ivus replay" makes the results.` : ""}`
        )
    }

    private take(message: FromRuns): void {
        const { options, writings } = this
        switch (message.kind) {
            case "begun":
                return void (writings.get(message.number)!.folder = message.folder)
            case "review":
                return options.onReview(message.review)
            case "written":
                return options.onWritten(message.run)
            case "settled":
                return writings.get(message.number)!.onSettled()
            case "report":
                return options.report(message.line)
            case "disk":
                return options.onDiskError(message.message, message.number)
        }
    }
}

/** One run in the thread. */
class ThreadWriting implements RunWriting {
    /** Undefined until there is one. */
    folder: string | undefined
    private readonly waiting: (() => void)[] = []
    private isAbandoned = false
    private isSettled = false

    constructor(
        private readonly begun: BegunRun,
        private readonly post: (message: ToRuns, transfer?: readonly ArrayBuffer[]) => void,
        private readonly report: (line: string) => void
    ) {}

    take(bytes: Uint8Array): void {
        const copy = Uint8Array.from(bytes)
        const { number } = this.begun
        this.post({ kind: "bytes", number, bytes: copy }, [copy.buffer])
    }

    finish(isCut: boolean): void {
        this.isSettled = false
        this.post({ kind: "finish", number: this.begun.number, isCut })
    }

    complete(end: End): void {
        this.isSettled = false
        this.post({ kind: "complete", number: this.begun.number, end })
    }

    settled(): Promise<void> {
        if (this.isAbandoned) return Promise.resolve()
        return new Promise(resolve => {
            this.waiting.push(resolve)
            this.post({ kind: "settle", number: this.begun.number })
        })
    }

    drop(): void {
        const done = new Int32Array(new SharedArrayBuffer(4))
        this.post({ kind: "drop", number: this.begun.number, done })
        Atomics.wait(done, 0, 0, DROP_MS)
        for (const folder of this.unfinished)
            this.report(
                `The bytes received so far are kept in ${folder}, without all of the results; "ivus replay" makes them.`
            )
    }

    onSettled(): void {
        this.waiting.shift()?.()
        this.isSettled = this.waiting.length === 0
    }

    /** The thread is gone. */
    abandon(): void {
        this.isAbandoned = true
        for (const resolve of this.waiting.splice(0)) resolve()
    }

    /** Its folder, if not all of its files are written. */
    get unfinished(): string[] {
        return this.isSettled || this.folder === undefined ? [] : [this.folder]
    }
}
