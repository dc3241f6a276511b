// The files of the simulator's page, and the part of the console's page that it uses.

import { fileURLToPath } from "node:url"
import {
    type FileServer,
    filesIn,
    type HttpHandler,
    PAGE_FILE,
    pageFiles,
} from "../console/console-files"
import { bundleFile } from "../console/server/page-files"

/** Where the page finds it, as beside it in the source. */
const EMBEDDED = "/console/page/embed.js"

/** @returns the handler of the simulator's HTTP server */
export function simulatorFiles(): HttpHandler {
    const page = filesIn(fileURLToPath(new URL("page", import.meta.url)))
    return pageFiles("simulator", url =>
        PAGE_FILE.test(url) ? page : url === EMBEDDED ? sendEmbedded : undefined
    )
}

const sendEmbedded: FileServer = (_request, response) => {
    const { status, type, body } = bundleFile("embed.js")!
    response.writeHead(status, { "Content-Type": type })
    response.end(body)
}
