// Starts the console and prints its address.

import { type RunningConsole, serveConsole } from "../console/console-server"
import { type ConsoleView, NOTICE } from "../console/console-view"
import { PageServerError } from "../console/page-server"
import { RunError } from "../errors"
import { report } from "../terminal"

/** @throws RunError when its port cannot be opened */
export async function consoleFor(view: ConsoleView, port: number): Promise<RunningConsole> {
    try {
        const serving = await serveConsole(view, port, () => performance.now())
        report(`Console: ${serving.url} (from this machine only). ${NOTICE}`)
        return serving
    } catch (error) {
        if (error instanceof PageServerError) throw new RunError(error.message)
        throw error
    }
}
