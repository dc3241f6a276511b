// What the HTTP servers of all pages have in common: host check, security headers, files of a folder.

import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import sirv from "sirv"
import { fontFile } from "../pages/page-font"
import { hasAllowedHost, THIS_MACHINE, urlOf } from "./place"

/** The page loads nothing from other sites and cannot be framed. */
const HEADERS = {
    "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

/** A page's own files; whatever else is in its folder is not served. */
export const PAGE_FILE = /^\/([\w-]+\.(html|css|js))?(\?.*)?$/

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void

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
        const refuse = (status: number, text: string): void => {
            response.writeHead(status, { "Content-Type": "text/plain" })
            response.end(text)
        }
        if (!isAllowed(name, request, response)) return
        const { url, method } = request
        if (method !== "GET" && method !== "HEAD")
            return refuse(405, "This server accepts GET and HEAD only; use the page's controls.")
        delete request.headers.range
        const font = fontFile(url!)
        if (font) {
            response.writeHead(200, { "Content-Type": font.type })
            response.end(font.body)
            return
        }
        const notFound = (): void => refuse(404, `There is no such file; open / for the ${name}.`)
        const files = serverOf(url!)
        if (files) files(request, response, notFound)
        else notFound()
    }
}

/** Sets the security headers, and refuses requests under another name or without a path. @returns false: it is answered */
export function isAllowed(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
    place = THIS_MACHINE
): boolean {
    for (const [header, value] of Object.entries(HEADERS)) response.setHeader(header, value)
    const { port } = request.socket.address() as AddressInfo
    const refusal = !hasAllowedHost(request, port, place)
        ? ([403, `Open this ${name} as ${urlOf(place, port)}.`] as const)
        : request.url?.startsWith("/")
          ? undefined
          : ([400, "The path must start with /."] as const)
    if (!refusal) return true
    response.writeHead(refusal[0], { "Content-Type": "text/plain" })
    response.end(refusal[1])
    return false
}

/** sirv names the character set of HTML only. */
function setHeaders(response: ServerResponse, path: string): void {
    if (path.endsWith(".js")) response.setHeader("Content-Type", "text/javascript; charset=utf-8")
    if (path.endsWith(".css")) response.setHeader("Content-Type", "text/css; charset=utf-8")
}
