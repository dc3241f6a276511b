// Responsible for: the program of a cart with an un0rick, as a step of `npm run build`.
// Not for: how it is built (build-program.ts).

import { buildProgram } from "./build-program"

try {
    await buildProgram("src/main-un0rick.ts", "un0rick-cart")
} catch (error) {
    const { stdout, stderr, message } = error as Error & {
        stdout?: string
        stderr?: string
    }
    process.stderr.write(`${stdout ?? ""}${stderr ?? message}\n`)
    process.exitCode = 1
}
