// Responsible for: the console's page on this machine's own address, and the way of states, pictures and requests to and from it.
// Not for: what is shown (live-view.ts, review-view.ts); there is no state here but who is connected.

import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { type RawData, type WebSocket, WebSocketServer } from "ws"
import { REQUEST_MAX_BYTES, parseConsoleRequest } from "./console-request"
import { type ConsoleView, packPicture } from "./console-view"

/** Where the console is served when nothing else is asked for; 7316 is the cart's. */
export const CONSOLE_PORT = 7317
/** The console is for whoever sits at this machine. */
const ADDRESS = "127.0.0.1"

/** Pages at a time; each gets every picture. */
const PAGES_MAX = 8
/** Pictures a second at most, whatever the frame rate: a screen shows no more. */
const PICTURE_EVERY_MS = 25
/** States are told so often, and whenever the page asked for something. */
const STATE_EVERY_MS = 100
/** A page that has not read so much gets no further picture until it has: it sees the latest, not all. */
const UNREAD_MAX_BYTES = 1 << 20

/** The console cannot be served; the message says why and what to do. */
export class ConsoleError extends Error {}

export interface RunningConsole {
    readonly url: string
    /** Something is new to see. */
    refresh(): void
    close(): Promise<void>
}

/** A page and what it has seen. */
interface Page {
    readonly socket: WebSocket
    told: string
    readonly seen: Map<string, number>
}

/**
 * Serves a view to browsers on this machine.
 * @param port 0 takes any that is free
 * @param nowMs monotone
 * @throws ConsoleError when the port cannot be had
 */
export async function serveConsole(
    view: ConsoleView,
    port: number,
    nowMs: () => number
): Promise<RunningConsole> {
    const files = pageFiles()
    const server = createServer((request, response) => answer(request, response, files))
    await listen(server, port)
    const bound = (server.address() as AddressInfo).port
    const sockets = new WebSocketServer({
        noServer: true,
        maxPayload: REQUEST_MAX_BYTES,
        perMessageDeflate: false,
    })
    const pages = new Set<Page>()
    let picturesMs = -Infinity
    const made = new Map<string, { version: number; bytes: Uint8Array }>()

    function tellStates(): void {
        if (pages.size === 0) return
        const told = JSON.stringify(view.told())
        for (const page of pages) {
            if (page.told === told) continue
            page.told = told
            page.socket.send(told)
        }
    }

    function showPictures(): void {
        if (pages.size === 0) return
        for (const { name, version, make } of view.pictures())
            for (const page of pages) {
                if (page.seen.get(name) === version) continue
                if (page.socket.bufferedAmount > UNREAD_MAX_BYTES) continue
                let picture = made.get(name)
                if (picture?.version !== version) {
                    picture = { version, bytes: packPicture(name, make()) }
                    made.set(name, picture)
                }
                page.seen.set(name, version)
                page.socket.send(picture.bytes)
            }
    }

    function refresh(): void {
        if (nowMs() - picturesMs < PICTURE_EVERY_MS) return
        picturesMs = nowMs()
        showPictures()
    }

    function take(page: Page, data: RawData, isBinary: boolean): void {
        const parsed = isBinary
            ? { refusal: "The request was not taken: it is no text." }
            : parseConsoleRequest(String(data))
        const refusal = parsed.refusal ?? view.ask(parsed.ask)
        if (refusal) page.socket.send(JSON.stringify({ refusal }))
        tellStates()
        refresh()
    }

    server.on("upgrade", (request, socket, head) => {
        const { origin } = request.headers
        const ours = isOurs(request, bound) && isOrigin(origin, bound)
        if (!ours || pages.size >= PAGES_MAX) {
            socket.end(
                `HTTP/1.1 ${ours ? "503 Service Unavailable" : "403 Forbidden"}\r\nConnection: close\r\n\r\n`
            )
            return
        }
        sockets.handleUpgrade(request, socket, head, ws => {
            const page: Page = { socket: ws, told: "", seen: new Map() }
            pages.add(page)
            ws.on("close", () => pages.delete(page))
            // What is too long or no WebSocket: ws closes the connection.
            ws.on("error", () => undefined)
            ws.on("message", (data, isBinary) => take(page, data, isBinary))
            if (view.opening) ws.send(JSON.stringify(view.opening))
            tellStates()
            showPictures()
        })
    })
    const ticking = setInterval(() => {
        tellStates()
        refresh()
    }, STATE_EVERY_MS)
    return {
        url: `http://${ADDRESS}:${bound}/`,
        refresh,
        close: async () => {
            clearInterval(ticking)
            for (const { socket } of pages) socket.terminate()
            await new Promise<void>(resolve => {
                server.close(() => resolve())
                server.closeAllConnections()
            })
        },
    }
}

function listen(server: Server, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            const why =
                error.code === "EADDRINUSE"
                    ? "another program uses it"
                    : (error.code ?? error.message)
            reject(
                new ConsoleError(
                    `The console cannot be served on port ${port} (${why}); name another with --console-port, 0 for any.`
                )
            )
        })
        server.listen(port, ADDRESS, resolve)
    })
}

/** Another name for this machine is another web site's that wants in (DNS rebinding). */
function isOurs({ headers }: IncomingMessage, port: number): boolean {
    return headers.host === `${ADDRESS}:${port}` || headers.host === `localhost:${port}`
}

/** Browsers say which page opens a WebSocket; a page of another site may open one too, and is refused by this. */
function isOrigin(origin: string | undefined, port: number): boolean {
    return origin === `http://${ADDRESS}:${port}` || origin === `http://localhost:${port}`
}

interface PageFile {
    readonly type: string
    readonly bytes: Uint8Array
}

/** The whole site. */
function pageFiles(): ReadonlyMap<string, PageFile> {
    const own = (name: string): Uint8Array => readFileSync(new URL(`page/${name}`, import.meta.url))
    const { resolve } = createRequire(import.meta.url)
    const charts = readFileSync(resolve("echarts/dist/echarts.common.min.js"))
    const script = "text/javascript; charset=utf-8"
    return new Map([
        ["/", { type: "text/html; charset=utf-8", bytes: own("index.html") }],
        ["/console.css", { type: "text/css; charset=utf-8", bytes: own("console.css") }],
        ["/console.js", { type: script, bytes: own("console.js") }],
        ["/pictures.js", { type: script, bytes: own("pictures.js") }],
        ["/chart.js", { type: script, bytes: own("chart.js") }],
        ["/echarts.js", { type: script, bytes: charts }],
    ])
}

/** The page loads nothing from elsewhere, and nobody may frame it. */
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

function answer(
    request: IncomingMessage,
    response: ServerResponse,
    files: ReadonlyMap<string, PageFile>
): void {
    const end = (status: number, text: string): void => {
        response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain" })
        response.end(text)
    }
    const { port } = request.socket.address() as AddressInfo
    if (!isOurs(request, port)) return end(403, `Open this console as http://${ADDRESS}:${port}/.`)
    if (request.method !== "GET" && request.method !== "HEAD")
        return end(405, "The console is only to be looked at; requests go through its page.")
    const file = files.get(request.url ?? "")
    if (!file) return end(404, "There is no such page; / is the console.")
    response.writeHead(200, { ...HEADERS, "Content-Type": file.type })
    response.end(request.method === "HEAD" ? undefined : file.bytes)
}
