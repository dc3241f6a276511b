// Responsible for: starting plane-thread.ts, as a thread of its own does not get the TypeScript loader of its process.
// Not for: any work.

import { tsImport } from "tsx/esm/api"

await tsImport("./plane-thread.ts", import.meta.url)
