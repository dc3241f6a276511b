// Starts plane-thread.ts in a worker thread, which does not inherit the TypeScript loader of the process.

import { tsImport } from "tsx/esm/api"

await tsImport("./plane-thread.ts", import.meta.url)
