// Gives tasks to worker threads: the urgent ones first, at most two to each thread. Without threads it does them itself.

import { availableParallelism } from "node:os"
import type { Worker } from "node:worker_threads"
import { startThread } from "../../start-thread"
import type { dicomHead } from "../dicom/dicom-head"
import type { ThreadData } from "./work-thread"
import type { FromThread, Shared, TaskName, Tasks, ToThread, WorkSetup } from "./tasks"
import { Work } from "./work"

const PROGRAM = new URL("work-thread.ts", import.meta.url).href
/** While one task is done, the next one waits in the thread. */
const TASKS_PER_THREAD = 2
const THREADS_MAX = 4
/** Buffers of frames that are not used any more are freed sooner: 20 MB less for each thread, in the same time. */
const LIMITS = { maxYoungGenerationSizeMb: 8 }
/** A task during which more threads than this end is given up. */
const LOSSES_MAX = 1

/** Smaller numbers are done first. */
export const URGENT = 0
export const USUAL = 1

interface Waiting {
    readonly name: TaskName
    readonly given: unknown
    readonly resolve: (made: never) => void
    readonly reject: (error: Error) => void
    /** Threads that ended while they did it. */
    losses: number
}

interface Thread {
    readonly worker: Worker
    readonly doing: Map<number, Waiting>
}

/** One for each core: whoever receives the run needs little of one, and does no task beside them. */
function threadsByDefault(): number {
    return Math.min(THREADS_MAX, availableParallelism())
}

export class TaskPool {
    private readonly queues: [urgent: Waiting[], usual: Waiting[]] = [[], []]
    private readonly threads: Thread[] = []
    private readonly ending: Promise<number>[] = []
    private readonly shared = new Map<keyof Shared, unknown>()
    private own: Work | undefined
    private isWorking = false
    private isClosed = false
    private ids = 0
    private idle: (() => void)[] = []

    /** @param threadCount worker threads, once {@link start} is called; 0: none */
    constructor(
        private readonly setup: WorkSetup,
        private readonly threadCount = threadsByDefault()
    ) {}

    get hasEnded(): boolean {
        return this.isClosed
    }

    get hasThreads(): boolean {
        return this.threads.length > 0
    }

    /** Tasks that no thread has got yet. */
    get waiting(): number {
        return this.queues[URGENT].length + this.queues[USUAL].length
    }

    /** Resolves when at most so many tasks wait. */
    async until(most: number): Promise<void> {
        while (this.waiting > most && !this.isClosed)
            await new Promise<void>(resolve => this.idle.push(resolve))
    }

    /** Starts the threads. Until then, tasks wait. */
    start(): void {
        if (this.hasThreads || this.isClosed) return
        for (let i = 0; i < this.threadCount; i++) this.startThread()
        this.dispatch()
    }

    /** Does the tasks in this thread: for a run that is done before another has started, or where all others have ended. */
    startHere(): void {
        if (this.own) return
        this.ownWork()
        this.dispatch()
    }

    /** For all tasks that are given from now on. */
    share<K extends keyof Shared>(name: K, value: Shared[K]): void {
        this.shared.set(name, value)
        this.own?.share(name, value)
        for (const { worker } of this.threads)
            worker.postMessage({ share: name, value } satisfies ToThread)
    }

    /** Does a task, sometime. */
    do<K extends TaskName>(
        name: K,
        given: Tasks[K]["given"],
        urgency: 0 | 1 = URGENT
    ): Promise<Tasks[K]["made"]> {
        if (this.isClosed) return Promise.reject(new Error("The pipeline is closed."))
        return new Promise((resolve, reject) => {
            this.queues[urgency].push({ name, given, resolve, reject, losses: 0 })
            this.dispatch()
        })
    }

    /** Does a task in this thread, also after the threads have ended. */
    doHere<K extends TaskName>(
        name: K,
        given: Tasks[K]["given"]
    ): Tasks[K]["made"] | Promise<Tasks[K]["made"]> {
        return this.ownWork().do(name, given)
    }

    /** Drops what waits, and waits for what is being done. */
    async clear(): Promise<void> {
        const dropped = this.queues.flatMap(queue => queue.splice(0))
        for (const { reject } of dropped) reject(new TaskDropped())
        while (this.isWorking || this.threads.some(({ doing }) => doing.size > 0))
            await new Promise<void>(resolve => this.idle.push(resolve))
    }

    /** Ends the threads that have nothing to do, but for one: what is left is little work, and a thread takes 100 MB. */
    shrink(): void {
        for (const thread of [...this.threads]) {
            if (this.threads.length === 1) return
            if (thread.doing.size > 0) continue
            this.threads.splice(this.threads.indexOf(thread), 1)
            this.ending.push(thread.worker.terminate())
        }
    }

    async close(): Promise<void> {
        this.isClosed = true
        for (const queue of this.queues)
            for (const { reject } of queue.splice(0)) reject(new TaskDropped())
        await Promise.all([...this.ending, ...this.threads.map(({ worker }) => worker.terminate())])
        while (this.isWorking) await new Promise<void>(resolve => this.idle.push(resolve))
    }

    private ownWork(): Work {
        if (this.own) return this.own
        this.own = new Work(this.setup)
        for (const [name, value] of this.shared) this.own.share(name, value as never)
        return this.own
    }

    private next(): Waiting | undefined {
        return this.queues[0].shift() ?? this.queues[1].shift()
    }

    private dispatch(): void {
        // One more task for each thread before any gets its second.
        for (let count = 0; count < TASKS_PER_THREAD; count++)
            for (const thread of this.threads) {
                if (thread.doing.size > count) continue
                const task = this.next()
                if (!task) return
                const id = ++this.ids
                thread.doing.set(id, task)
                const { name, given } = task
                thread.worker.postMessage({ id, name, given } satisfies ToThread)
            }
        if (this.own && !this.isWorking && !this.hasThreads) void this.workHere()
    }

    private async workHere(): Promise<void> {
        this.isWorking = true
        for (let task; (task = this.next());) {
            // Other events can run between two tasks.
            await new Promise(resolve => setImmediate(resolve))
            this.tellIdle()
            try {
                task.resolve((await this.own!.do(task.name, task.given as never)) as never)
            } catch (error) {
                task.reject(error as Error)
            }
        }
        this.isWorking = false
        this.tellIdle()
    }

    private startThread(): void {
        const data: ThreadData = { setup: this.setup }
        const worker = startThread(PROGRAM, data, { resourceLimits: LIMITS })
        const thread: Thread = { worker, doing: new Map() }
        this.threads.push(thread)
        for (const [share, value] of this.shared)
            worker.postMessage({ share, value } satisfies ToThread)
        worker.on("message", (message: FromThread) => {
            const task = thread.doing.get(message.id)!
            thread.doing.delete(message.id)
            if ("made" in message) task.resolve(message.made as never)
            else {
                const { message: text, ...codes } = message.failure
                task.reject(Object.assign(new Error(text), codes))
            }
            this.dispatch()
            this.tellIdle()
        })
        const end = (error: Error): void => {
            const at = this.threads.indexOf(thread)
            if (at >= 0) this.threads.splice(at, 1)
            for (const task of thread.doing.values())
                if (this.isClosed) task.reject(new TaskDropped())
                else if (task.losses++ >= LOSSES_MAX) task.reject(error)
                else this.queues[URGENT].unshift(task)
            thread.doing.clear()
            this.tellIdle()
            // The last one is gone: the tasks that wait are done here.
            if (!this.isClosed && !this.hasThreads) this.startHere()
            else this.dispatch()
        }
        worker.on("error", end)
        worker.on("exit", status =>
            end(new Error(`A thread that makes results ended with ${status}.`))
        )
    }

    private tellIdle(): void {
        for (const resolve of this.idle.splice(0)) resolve()
    }
}

/** The task is not needed any more. */
export class TaskDropped extends Error {}

/** Encodes the data set of a DICOM file in a thread of a pool. */
export function dicomHeadIn(pool: TaskPool): typeof dicomHead {
    return (attributes, transferSyntax) => pool.do("dicomHead", { attributes, transferSyntax })
}
