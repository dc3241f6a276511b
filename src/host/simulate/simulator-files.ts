// The files of the simulator's page, and those of the console's page that it uses.

import { fileURLToPath } from "node:url"
import {
    filesIn,
    type HttpHandler,
    PAGE_FILE,
    PAGE_FOLDER,
    pageFiles,
} from "../console/console-files"

/** Where the page finds the console's files, as beside it in the source: `../../console/page/pictures.js`. */
const CONSOLE_PATH = "/console/page"

/** @returns the handler of the simulator's HTTP server */
export function simulatorFiles(): HttpHandler {
    const page = filesIn(fileURLToPath(new URL("page", import.meta.url)))
    const console = filesIn(PAGE_FOLDER)
    return pageFiles("simulator", url => {
        if (PAGE_FILE.test(url)) return page
        const rest = url.slice(CONSOLE_PATH.length)
        if (!url.startsWith(`${CONSOLE_PATH}/`) || !PAGE_FILE.test(rest)) return undefined
        return (request, response, next) => {
            request.url = rest
            console(request, response, next)
        }
    })
}
