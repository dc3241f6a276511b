// Runs in a new worker thread: loads and runs the program of the thread.

import { workerData } from "node:worker_threads"
import { loadProgram } from "../load-program.mjs"

await loadProgram(workerData.program)
