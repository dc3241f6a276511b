// A thread of the pipeline: does the tasks that it is sent, one after another.

import { setPriority } from "node:os"
import { parentPort, workerData } from "node:worker_threads"
import type { FromThread, MadePicture, ToThread, WorkSetup } from "./tasks"
import { Work } from "./work"

/** What a thread is told at its start. */
export interface ThreadData {
    readonly setup: WorkSetup
}

/** The results wait for whatever must not be late, such as the reception of a run. */
const NICENESS = 10

const port = parentPort!
const { setup } = (workerData as { data: ThreadData }).data
const work = new Work(setup)

// On Linux, and only there, this concerns this thread and not the whole process.
if (process.platform === "linux") setPriority(NICENESS)

/** One after another, because tasks share buffers. */
let last = Promise.resolve()
port.on("message", (message: ToThread) => {
    last = last.then(() => take(message))
})

async function take(message: ToThread): Promise<void> {
    if ("share" in message) return work.share(message.share, message.value as never)
    const { id, name, given } = message
    try {
        const made = await work.do(name, given as never)
        port.postMessage({ id, made } satisfies FromThread, buffersOf(made))
    } catch (error) {
        const { message: text, code, syscall } = error as NodeJS.ErrnoException
        const failure = { message: text, ...(code && { code }), ...(syscall && { syscall }) }
        port.postMessage({ id, failure } satisfies FromThread)
    }
}

/** What is given away without a copy. */
function buffersOf(made: unknown): ArrayBuffer[] {
    if (made instanceof Uint8Array) return [made.buffer as ArrayBuffer]
    if (typeof made !== "object" || made === null || !("jpegLs" in made)) return []
    const { jpegLs, slice } = made as MadePicture
    return slice ? [jpegLs.buffer, slice.bytes.buffer] : [jpegLs.buffer]
}
