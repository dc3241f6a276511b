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
const PAGE_FILE = /^\/([\w-]+\.(html|css|js))?(\?.*)?$/
const CHART_SCRIPT = "echarts.common.min.js"

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void

/** @returns the handler of the console's HTTP server */
export function consoleFiles(): HttpHandler {
    const page = sirv(fileURLToPath(new URL("page", import.meta.url)), { setHeaders })
    const { resolve } = createRequire(import.meta.url)
    const charts = sirv(dirname(resolve(`echarts/dist/${CHART_SCRIPT}`)), { setHeaders })
    return (request, response) => {
        for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
        const refuse = (status: number, text: string): void => {
            response.writeHead(status, { "Content-Type": "text/plain" })
            response.end(text)
        }
        const { url, method } = request
        const { port } = request.socket.address() as AddressInfo
        if (!hasAllowedHost(request, port))
            return refuse(403, `Open this console as http://${ADDRESS}:${port}/.`)
        if (method !== "GET" && method !== "HEAD")
            return refuse(405, "This server accepts GET and HEAD only; use the page's controls.")
        // sirv expects a path that starts with a slash, and a valid range; the page requests no ranges.
        if (!url?.startsWith("/")) return refuse(400, "The path must start with /.")
        delete request.headers.range
        const notFound = (): void => refuse(404, "There is no such file; open / for the console.")
        if (url === `/${CHART_SCRIPT}`) charts(request, response, notFound)
        else if (PAGE_FILE.test(url)) page(request, response, notFound)
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
