// Opens the port of the console and prints its address.

import { openConsole, type OpenConsole, type RunningConsole } from "../console/console-server"
import { PageServerError } from "../console/page-server"
import { NOTICE, type Station } from "../console/station"
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
export function showIn(open: OpenConsole, station: Station, print = report): RunningConsole {
    const serving = open.show(station)
    print(`Console: ${serving.url} (from this machine only). ${NOTICE}`)
    return serving
}

/** @throws RunError when its port cannot be opened */
export async function consoleFor(station: Station, port: number): Promise<RunningConsole> {
    return showIn(await openConsoleAt(port), station)
}
