// Answers HTTP requests for the console's page: checks host and method, sets the security headers, serves the files.

import type { IncomingMessage, ServerResponse } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import sirv from "sirv"

/** The server listens on this address only, so other machines cannot reach it. */
export const ADDRESS = "127.0.0.1"

/** The page loads nothing from other sites and cannot be framed. */
const HEADERS = {
    "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

/** The page's own files; whatever else is in its folder is not served. */
export const PAGE_FILE = /^\/([\w-]+\.(html|css|js))?(\?.*)?$/
const CHART_SCRIPT = "echarts.common.min.js"

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void

/** @returns the handler of the console's HTTP server */
export function consoleFiles(): HttpHandler {
    const { resolve } = createRequire(import.meta.url)
    const charts = filesIn(dirname(resolve(`echarts/dist/${CHART_SCRIPT}`)))
    const page = filesIn(PAGE_FOLDER)
    return pageFiles("console", url =>
        url === `/${CHART_SCRIPT}` ? charts : PAGE_FILE.test(url) ? page : undefined
    )
}

/** The folder of the console's page, whose parts other pages use too. */
export const PAGE_FOLDER = fileURLToPath(new URL("page", import.meta.url))

/** The file server of a folder. */
export function filesIn(folder: string): FileServer {
    return sirv(folder, { setHeaders })
}

export type FileServer = ReturnType<typeof sirv>

/**
 * @param name of what is served
 * @param serverOf the file server of a path; undefined for a path that is not served
 * @returns the handler of an HTTP server
 */
export function pageFiles(
    name: string,
    serverOf: (url: string) => FileServer | undefined
): HttpHandler {
    return (request, response) => {
        for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
        const refuse = (status: number, text: string): void => {
            response.writeHead(status, { "Content-Type": "text/plain" })
            response.end(text)
        }
        const { url, method } = request
        const { port } = request.socket.address() as AddressInfo
        if (!hasAllowedHost(request, port))
            return refuse(403, `Open this ${name} as http://${ADDRESS}:${port}/.`)
        if (method !== "GET" && method !== "HEAD")
            return refuse(405, "This server accepts GET and HEAD only; use the page's controls.")
        // sirv expects a path that starts with a slash, and a valid range; the page requests no ranges.
        if (!url?.startsWith("/")) return refuse(400, "The path must start with /.")
        delete request.headers.range
        const notFound = (): void => refuse(404, `There is no such file; open / for the ${name}.`)
        const files = serverOf(url)
        if (files) files(request, response, notFound)
        else notFound()
    }
}

/** Refuses other names for this machine, by which another site could reach the server (DNS rebinding). */
export function hasAllowedHost({ headers }: IncomingMessage, port: number): boolean {
    return headers.host === `${ADDRESS}:${port}` || headers.host === `localhost:${port}`
}

/** Refuses WebSockets that a page of another site opens. */
export function hasAllowedOrigin({ headers }: IncomingMessage, port: number): boolean {
    const { origin } = headers
    return origin === `http://${ADDRESS}:${port}` || origin === `http://localhost:${port}`
}

/** sirv names the character set of HTML only. */
function setHeaders(response: ServerResponse, path: string): void {
    if (path.endsWith(".js")) response.setHeader("Content-Type", "text/javascript; charset=utf-8")
    if (path.endsWith(".css")) response.setHeader("Content-Type", "text/css; charset=utf-8")
}
