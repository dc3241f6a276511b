// Responsible for: the console's address, told to whoever sits at the terminal.
// Not for: serving (../console/console-server.ts).

import { ConsoleError, type RunningConsole, serveConsole } from "../console/console-server"
import { type ConsoleView, NOTICE } from "../console/console-view"
import { RunError } from "../errors"
import { report } from "../terminal"

/**
 * Serves the console and says where.
 * @throws RunError when its port cannot be had
 */
export async function consoleFor(view: ConsoleView, port: number): Promise<RunningConsole> {
    try {
        const serving = await serveConsole(view, port, () => performance.now())
        report(`console at ${serving.url} (this machine only). ${NOTICE}`)
        return serving
    } catch (error) {
        if (error instanceof ConsoleError) throw new RunError(error.message)
        throw error
    }
}
