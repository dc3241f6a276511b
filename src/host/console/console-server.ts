// Serves a station to browsers: pages and API over HTTP, live frames and news over a WebSocket.

import type { IncomingMessage, ServerResponse } from "node:http"
import { isAllowed } from "./console-files"
import { THIS_MACHINE } from "./place"
import { type PageSockets, servePages } from "./page-server"
import { ViewerSockets } from "./server/page-sockets"
import { refused, type Reply } from "./server/reply"
import { answer } from "./server/routes"
import { SessionToken } from "./server/session-token"
import { isViewer } from "./server/viewer-access"
import type { Station } from "./station"

/** Default port of the console; the cart connects to 7316. */
export const CONSOLE_PORT = 7317

/** Path of the WebSocket. */
export const SOCKET_PATH = "/socket"

/** Longest body of a POST: a border of 2000 points has some 80 KB. */
const BODY_MAX_BYTES = 1 << 18

export interface RunningConsole {
    /** Of the page to open first. */
    readonly url: string
    /** Sends what has changed. Call it for each new frame. */
    refresh(): void
    close(): Promise<void>
}

/** A console whose port is open, and which has nothing to show yet; so a port that is taken is found out before a run. */
export interface OpenConsole {
    readonly url: string
    /** Shows a station instead of what was shown before; pages that are open connect again. */
    show(station: Station): RunningConsole
    close(): Promise<void>
}

/** Seconds after which a browser asks again for a page that is not there yet. */
const WAITING_S = 2
const WAITING = "There is nothing to show yet. This page shows the run as soon as it can be shown."

/**
 * Opens the port of a console.
 * @param port 0 for any free port
 * @param place beyond this machine, only those who have the token see anything
 * @throws PageServerError when the port is not available
 */
export async function openConsole(port: number, place = THIS_MACHINE): Promise<OpenConsole> {
    const sockets = new Map<string, PageSockets>()
    const token = new SessionToken()
    let station: Station | undefined
    const server = await servePages(
        (request, response) => {
            if (!isAllowed("console", request, response, place)) return
            if (place.tls && !isViewer(token, server.port, request, response)) return
            if (station) return answerTo(station, token, request, response)
            response.writeHead(503, { "Content-Type": "text/plain", Refresh: String(WAITING_S) })
            response.end(WAITING)
        },
        sockets,
        { ...{ port, name: "console", option: "--console-port" }, ...{ token, place } }
    )
    const secret = place.tls ? `?token=${token.text}` : ""
    return {
        url: server.url + secret,
        show: shown => {
            const viewers = new ViewerSockets(shown.live)
            sockets.get(SOCKET_PATH)?.close()
            sockets.set(SOCKET_PATH, viewers)
            shown.runs.onChange = (id, session) =>
                viewers.tell({ kind: "run", id, version: session.version })
            station = shown
            return {
                url: server.url + shown.start + secret,
                refresh: () => viewers.refresh(),
                close: () => server.close(),
            }
        },
        close: () => server.close(),
    }
}

/**
 * Serves a station to browsers.
 * @param port 0 for any free port
 * @throws PageServerError when the port is not available
 */
export async function serveConsole(
    station: Station,
    port: number,
    place = THIS_MACHINE
): Promise<RunningConsole> {
    return (await openConsole(port, place)).show(station)
}

function answerTo(
    station: Station,
    token: SessionToken,
    request: IncomingMessage,
    response: ServerResponse
): void {
    respond(station, token, request, response).catch((error: Error) => {
        // The browser has gone, or this request failed; nothing else depends on it.
        if (response.headersSent) return void response.destroy()
        response.writeHead(500, { "Content-Type": "application/json" })
        response.end(JSON.stringify({ error: `The server failed: ${error.message}.` }))
    })
}

async function respond(
    station: Station,
    token: SessionToken,
    request: IncomingMessage,
    response: ServerResponse
): Promise<void> {
    const { method = "GET", headers } = request
    const [path = "/"] = request.url!.split("?")
    const body = method === "POST" ? await bodyOf(request) : undefined
    const reply =
        body && "refusal" in body
            ? body.refusal
            : answer(station, token, { method, path, headers, body: body?.value })
    const content = Buffer.from(reply.body as Uint8Array)
    response.writeHead(reply.status, {
        ...{ "Content-Type": reply.type, "Content-Length": content.length },
        ...reply.headers,
    })
    response.end(method === "HEAD" ? undefined : content)
}

type Body = { readonly value: unknown } | { readonly refusal: Reply }

async function bodyOf(request: IncomingMessage): Promise<Body> {
    const parts: Buffer[] = []
    let length = 0
    for await (const part of request as AsyncIterable<Buffer>) {
        length += part.length
        if (length > BODY_MAX_BYTES) return { refusal: refused(413, "The change is too long.") }
        parts.push(part)
    }
    try {
        return { value: JSON.parse(Buffer.concat(parts).toString()) as unknown }
    } catch {
        return { refusal: refused(400, "The change is not JSON.") }
    }
}
