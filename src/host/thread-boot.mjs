// Runs in a new worker thread: makes TypeScript importable, then runs the program of the thread.

import { workerData } from "node:worker_threads"
import { register } from "tsx/esm/api"

register()
await import(workerData.program)
