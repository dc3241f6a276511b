// Starts plane-thread.ts in a worker thread, which does not inherit the TypeScript loader of the process.

import { loadProgram } from "../../../src/load-program.mjs"

await loadProgram(new URL("plane-thread.ts", import.meta.url).href)
