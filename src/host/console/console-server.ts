// Serves a view to browsers on this machine: HTTP for the page, a WebSocket for states, pictures and requests.

import type { RawData, WebSocket } from "ws"
import { consoleFiles, pageFiles } from "./console-files"
import { parseConsoleRequest, refusalOf } from "./console-request"
import { type ConsoleView, packPicture } from "./console-view"
import { type PageSockets, servePages } from "./page-server"

/** Default port of the console; the cart connects to 7316. */
export const CONSOLE_PORT = 7317

/** Maximum number of open pages. */
const PAGES_MAX = 8
/** Shortest time between two pictures: 40 a second. */
const PICTURE_INTERVAL_MS = 25
/** The state is checked for changes at this interval, and after each request. */
const STATE_INTERVAL_MS = 100
/** A page with more unsent data than this gets no further pictures until it catches up; it skips pictures instead of lagging. */
const UNSENT_MAX_BYTES = 1 << 20

export interface RunningConsole {
    readonly url: string
    /** Sends new pictures, at most every 25 ms. Call it whenever the view has changed. */
    refresh(): void
    close(): Promise<void>
}

/** A connected page and what was sent to it. */
interface Page {
    readonly socket: WebSocket
    sentState: string
    sentOpening: object | null
    readonly sentVersions: Map<string, number>
}

/** A console whose port is open, and which has nothing to show yet; so a port that is taken is found out before a run. */
export interface OpenConsole {
    readonly url: string
    /** Shows a view instead of what was shown before; pages that are open connect again. @param nowMs monotonic clock */
    show(view: ConsoleView, nowMs: () => number): RunningConsole
    close(): Promise<void>
}

/** Seconds after which a browser asks again for a page that is not there yet. */
const WAITING_S = 2
const WAITING = "There is nothing to show yet. This page shows the run as soon as it can be shown."

/**
 * Opens the port of a console on this machine.
 * @param port 0 for any free port
 * @throws PageServerError when the port is not available
 */
export async function openConsole(port: number): Promise<OpenConsole> {
    const sockets = new Map<string, PageSockets>()
    let files = pageFiles("console", () => (_, response) => {
        response.writeHead(503, { "Content-Type": "text/plain", Refresh: String(WAITING_S) })
        response.end(WAITING)
    })
    const server = await servePages((request, response) => files(request, response), sockets, {
        ...{ port, name: "console", option: "--console-port" },
    })
    return {
        url: server.url,
        show: (view, nowMs) => {
            const pages = new ConsoleSockets(view, nowMs)
            sockets.get("/")?.close()
            sockets.set("/", pages)
            files = consoleFiles()
            return { url: server.url, refresh: () => pages.refresh(), close: () => server.close() }
        },
        close: () => server.close(),
    }
}

/**
 * Serves a view to browsers on this machine.
 * @param port 0 for any free port
 * @param nowMs monotonic clock
 * @throws PageServerError when the port is not available
 */
export async function serveConsole(
    view: ConsoleView,
    port: number,
    nowMs: () => number
): Promise<RunningConsole> {
    return (await openConsole(port)).show(view, nowMs)
}

/** Sends states and pictures of one view to all connected pages, and passes their requests to the view. */
export class ConsoleSockets implements PageSockets {
    private readonly pages = new Set<Page>()
    private readonly rendered = new Map<string, { version: number; bytes: Uint8Array }>()
    private picturesMs = -Infinity
    private timer: NodeJS.Timeout | undefined

    constructor(
        private readonly view: ConsoleView,
        private readonly nowMs: () => number
    ) {}

    get isFull(): boolean {
        return this.pages.size >= PAGES_MAX
    }

    add(socket: WebSocket): void {
        const page: Page = { socket, sentState: "", sentOpening: null, sentVersions: new Map() }
        this.pages.add(page)
        this.timer ??= setInterval(() => {
            this.sendStates()
            this.refresh()
        }, STATE_INTERVAL_MS)
        socket.on("close", () => this.pages.delete(page))
        // ws closes the connection after a protocol error or a message that is too long.
        socket.on("error", () => undefined)
        socket.on("message", (data, isBinary) => this.handleMessage(page, data, isBinary))
        this.sendStates()
        this.sendPictures()
    }

    close(): void {
        clearInterval(this.timer)
        for (const { socket } of this.pages) socket.terminate()
    }

    /** Sends the state to each page that has not got it yet. */
    sendStates(): void {
        if (this.pages.size === 0) return
        const { opening } = this.view
        for (const page of this.pages) {
            if (page.sentOpening === opening) continue
            page.sentOpening = opening
            page.socket.send(JSON.stringify(opening))
        }
        const state = JSON.stringify(this.view.state())
        for (const page of this.pages) {
            if (page.sentState === state) continue
            page.sentState = state
            page.socket.send(state)
        }
    }

    /** Sends new pictures, unless the last ones were sent less than an interval ago. */
    refresh(): void {
        if (this.nowMs() - this.picturesMs < PICTURE_INTERVAL_MS) return
        this.picturesMs = this.nowMs()
        this.sendPictures()
    }

    private sendPictures(): void {
        if (this.pages.size === 0) return
        for (const { name, version, render } of this.view.pictures())
            for (const page of this.pages) {
                if (page.sentVersions.get(name) === version) continue
                if (page.socket.bufferedAmount > UNSENT_MAX_BYTES) continue
                let picture = this.rendered.get(name)
                if (picture?.version !== version) {
                    picture = { version, bytes: packPicture(name, render()) }
                    this.rendered.set(name, picture)
                }
                page.sentVersions.set(name, version)
                page.socket.send(picture.bytes)
            }
    }

    private handleMessage(page: Page, data: RawData, isBinary: boolean): void {
        const parsed = isBinary
            ? { refusal: refusalOf("it is not text") }
            : parseConsoleRequest(String(data))
        const refusal = parsed.refusal ?? this.view.handle(parsed.request)
        if (refusal) page.socket.send(JSON.stringify({ refusal }))
        this.sendStates()
        this.refresh()
    }
}
