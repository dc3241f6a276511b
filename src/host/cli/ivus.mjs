// Starts the program `ivus`.

import { loadProgram } from "../../load-program.mjs"

await loadProgram(new URL("ivus.ts", import.meta.url).href)
