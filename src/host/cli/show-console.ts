// Opens the port of the console and prints its address.

import { openConsole, type OpenConsole, type RunningConsole } from "../console/console-server"
import { type ConsoleView, NOTICE } from "../console/console-view"
import { PageServerError } from "../console/page-server"
import { RunError } from "../errors"
import { report } from "../terminal"

/** Before anything else starts. @throws RunError when the port cannot be opened */
export async function openConsoleAt(port: number): Promise<OpenConsole> {
    try {
        return await openConsole(port)
    } catch (error) {
        if (error instanceof PageServerError) throw new RunError(error.message)
        throw error
    }
}

/** @param print prints its address */
export function showIn(open: OpenConsole, view: ConsoleView, print = report): RunningConsole {
    const serving = open.show(view, () => performance.now())
    print(`Console: ${serving.url} (from this machine only). ${NOTICE}`)
    return serving
}

/** @throws RunError when its port cannot be opened */
export async function consoleFor(view: ConsoleView, port: number): Promise<RunningConsole> {
    return showIn(await openConsoleAt(port), view)
}
