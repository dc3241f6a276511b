// Starts a worker thread whose program is a TypeScript file.

import { Worker, type WorkerOptions } from "node:worker_threads"

const BOOT = new URL("thread-boot.mjs", import.meta.url)

/**
 * Node's own loader of a worker thread cannot read TypeScript.
 * @param program `new URL("x.ts", import.meta.url).href`; it gets what `data` holds as `workerData.data`
 */
export function startThread(program: string, data?: unknown, options: WorkerOptions = {}): Worker {
    // Options of the process (loaders, test recorders) do not apply to the thread.
    return new Worker(BOOT, { execArgv: [], ...options, workerData: { program, data } })
}
