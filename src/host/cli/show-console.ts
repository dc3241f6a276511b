// Opens the port of the console and prints its address.

import { openConsole, type OpenConsole, type RunningConsole } from "../console/console-server"
import { PageServerError } from "../console/page-server"
import { NOTICE, type Station } from "../console/station"
import { RunError } from "../errors"
import { report } from "../terminal"
import { type ConsoleOptions, consolePlaceOf } from "./options/console-options"

/** Before anything else starts. @throws UsageError; RunError when the port cannot be opened */
export async function openConsoleAt(options: ConsoleOptions): Promise<OpenConsole> {
    const { place, lines } = await consolePlaceOf(options)
    try {
        const open = await openConsole(options.consolePort, place)
        for (const line of lines) report(line)
        return open
    } catch (error) {
        if (error instanceof PageServerError) throw new RunError(error.message)
        throw error
    }
}

/** @param print prints its address */
export function showIn(open: OpenConsole, station: Station, print = report): RunningConsole {
    const serving = open.show(station)
    const who = serving.url.startsWith("https:")
        ? "with its token, from other machines as well"
        : "from this machine only"
    print(`Console: ${serving.url} (${who}). ${NOTICE}`)
    return serving
}

/** @throws UsageError; RunError when its port cannot be opened */
export async function consoleFor(
    station: Station,
    options: ConsoleOptions
): Promise<RunningConsole> {
    return showIn(await openConsoleAt(options), station)
}
