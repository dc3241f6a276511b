// The main thread's side of one cart: its worker thread, which is started when the cart connects and may fail without harm to others.

import type { MessagePort, Worker } from "node:worker_threads"
import { startThread } from "../start-thread"
import type { LogKind } from "../log/log-file"
import { closeRecord } from "../runs/abandoned-runs"
import type { Ask } from "./cart/served-fault"
import type { CartFigures, CartTask, FromCart, ToCart } from "./cart-messages"
import type { Notice } from "./notice"

export const CART_PROGRAM = new URL("cart/cart-thread.ts", import.meta.url).href

/** A thread reports every second; one that has not for so long is named. */
export const SILENT_MS = 10_000
/** One that has not for so long is ended, so that its cart can be served by a new one. */
const HUNG_MS = 60_000
/** More memory ends the thread, not the program. Frames are not kept in it. */
const HEAP_MAX_MB = 1024

export interface ThreadOptions {
    readonly task: CartTask
    /** Program of the thread. */
    readonly program: string
    readonly say: (notice: Notice) => void
    readonly log: (entry: LogKind, text: string) => void
    readonly ask: Ask | undefined
    readonly nowMs: () => number
    readonly events: ThreadEvents
}

export interface ThreadEvents {
    /** The connection of its cart has ended. */
    onLeft(): void
    /** It has ended by itself. */
    onFailed(): void
}

export class ServedThread {
    figures: CartFigures | undefined
    private readonly worker: Worker
    private readonly ended: Promise<void>
    private readonly questions = new Map<number, () => void>()
    private isEnding = false
    private heardMs: number
    private saidSilent = false

    constructor(private readonly options: ThreadOptions) {
        this.heardMs = options.nowMs()
        this.worker = startThread(options.program, options.task, {
            resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
        })
        this.worker.on("message", (message: FromCart) => this.take(message))
        let why = "it ended by itself"
        this.worker.on("error", error => {
            why = reasonOf(error)
        })
        this.ended = new Promise(resolve => {
            this.worker.once("exit", () => {
                for (const takeBack of this.questions.values()) takeBack()
                if (!this.isEnding) this.failed(why)
                resolve()
            })
        })
    }

    /** A connection of its cart. */
    give(port: MessagePort): void {
        this.post({ kind: "cart", port }, [port])
    }

    get isSilent(): boolean {
        return this.options.nowMs() - this.heardMs > SILENT_MS
    }

    /** Names a thread that does not report, and ends it after a longer time. To be called every second. */
    check(): void {
        const { nowMs, task, say } = this.options
        const silentMs = nowMs() - this.heardMs
        const about = { kind: "thread", board: task.boardId } as const
        if (silentMs > SILENT_MS && !this.saidSilent) {
            this.saidSilent = true
            say({ ...about, text: `its thread has not reported for ${SILENT_MS / 1000} s` })
        }
        if (silentMs > HUNG_MS && !this.isEnding) void this.worker.terminate()
    }

    /** Finishes the results in progress. */
    async close(): Promise<void> {
        this.isEnding = true
        this.post({ kind: "close" })
        await this.ended
    }

    /** Ends it at once, as it has nothing to do. */
    async end(): Promise<void> {
        this.isEnding = true
        await this.worker.terminate()
    }

    /** Before the program exits: waits until what was received is on the disk, at most so long. */
    drop(limitMs: number): void {
        this.isEnding = true
        const done = new Int32Array(new SharedArrayBuffer(4))
        this.post({ kind: "drop", done })
        Atomics.wait(done, 0, 0, limitMs)
    }

    private post(message: ToCart, transfer: readonly MessagePort[] = []): void {
        this.worker.postMessage(message, transfer)
    }

    private take(message: FromCart): void {
        this.heardMs = this.options.nowMs()
        this.saidSilent = false
        switch (message.kind) {
            case "say":
                return this.options.say(message.notice)
            case "log":
                return this.options.log(message.entry, message.text)
            case "figures":
                this.figures = message.figures
                return
            case "left":
                return this.options.events.onLeft()
            case "ask":
                return this.ask(message.question, message.what, message.text)
            case "take back":
                this.questions.get(message.question)?.()
                this.questions.delete(message.question)
        }
    }

    private ask(question: number, what: string, text: string): void {
        const { ask } = this.options
        if (!ask) return
        const yes = (): void => {
            this.questions.delete(question)
            this.post({ kind: "yes", question })
        }
        this.questions.set(question, ask(what, text, yes))
    }

    private failed(why: string): void {
        const { say, task, events } = this.options
        const run = this.figures?.run
        if (run) closeRecord(run.folder, "its thread in the program that received it failed")
        const kept = run ? `; what was received of its run is kept in ${run.folder}` : ""
        say({
            ...{ kind: "thread", board: task.boardId },
            text: `its thread has failed (${why})${kept}; the cart connects again to a new one, and no other cart is concerned`,
            data: { folder: run?.folder ?? null },
        })
        events.onFailed()
    }
}

function reasonOf(error: Error & { readonly code?: string }): string {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY")
        return `it needed more than ${HEAP_MAX_MB} MB of memory`
    return `internal error: ${error.message}`
}
