// Serves the status of `ivus serve` on this machine: a page for people, /status.json, /healthz, and /metrics for Prometheus.

import type { ServerResponse } from "node:http"
import { fileURLToPath } from "node:url"
import { filesIn, type HttpHandler, PAGE_FILE, pageFiles } from "../../console/console-files"
import { servePages } from "../../console/page-server"
import { type SnakeCase, snakeCase } from "../../runs/snake-case"
import { type Health, healthOf } from "./health"
import { metricsOf } from "./metrics"
import type { ServeStatus } from "./serve-status"

/** What /status.json holds. */
export type ShownStatus = SnakeCase<ServeStatus & { readonly health: Health }>

export interface StatusServer {
    readonly url: string
    /** Until then, all but the page answers 503. */
    show(status: () => ServeStatus): void
    close(): Promise<void>
}

type Answer = (response: ServerResponse) => void

/**
 * Opens the port, before anything else starts.
 * @param port 0 for any free one
 * @throws PageServerError when the port is not available
 */
export async function openStatus(port: number): Promise<StatusServer> {
    const answers = new Map<string, Answer>()
    const server = await servePages(statusFiles(answers), new Map(), {
        ...{ port, name: "status page", option: "--console-port" },
    })
    return {
        url: server.url,
        show: status => {
            const metrics = metricsOf(status)
            answers.set("/status.json", response => {
                const now = status()
                sendJson(response, 200, snakeCase({ ...now, health: healthOf(now) }))
            })
            answers.set("/healthz", response => {
                const health = healthOf(status())
                sendJson(response, health.status === "ok" ? 200 : 503, health)
            })
            answers.set("/metrics", response => {
                metrics.metrics().then(
                    text => {
                        response.writeHead(200, { "Content-Type": metrics.contentType })
                        response.end(text)
                    },
                    (error: Error) => sendJson(response, 500, { error: error.message })
                )
            })
        },
        close: () => server.close(),
    }
}

const PATHS: ReadonlySet<string> = new Set(["/status.json", "/healthz", "/metrics"])

function statusFiles(answers: ReadonlyMap<string, Answer>): HttpHandler {
    const page = filesIn(fileURLToPath(new URL("page", import.meta.url)))
    return pageFiles("status page", url => {
        const [path = ""] = url.split("?")
        if (!PATHS.has(path)) return PAGE_FILE.test(url) ? page : undefined
        return (_request, response) => {
            const answer = answers.get(path)
            if (answer) answer(response)
            else sendJson(response, 503, { status: "starting" })
        }
    })
}

function sendJson(response: ServerResponse, status: number, content: object): void {
    response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" })
    response.end(`${JSON.stringify(content)}\n`)
}
