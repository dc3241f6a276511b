// All HTTP routes of the console's server: pages, bundle, and the API of runs.

import { fontFile } from "../../pages/page-font"
import type { Station } from "../station"
import { bundleFile, pageHtml } from "./page-files"
import { refused, type Reply } from "./reply"
import { changeRun, compared, readRuns } from "./run-routes"
import { type SessionToken, TOKEN_HEADER } from "./session-token"

/** What a route needs of a request. */
export interface RouteRequest {
    readonly method: string
    /** Without the query. */
    readonly path: string
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
    /** JSON of a POST. */
    readonly body?: unknown
}

const RUNS = "/api/runs"
const COMPARE = "/api/compare"
/** Paths that show the page; it chooses by the path what it shows. */
const PAGES = /^\/($|live$|run\/[^/]+$|compare\/[^/]+\/[^/]+$)/

const NOT_FOUND = "There is no such page; open / for the runs."

/** @param station undefined: nothing is shown yet */
export function answer(station: Station, token: SessionToken, request: RouteRequest): Reply {
    const { method, path } = request
    try {
        if (method === "POST") return changed(station, token, request)
        if (method !== "GET" && method !== "HEAD")
            return refused(405, "This server accepts GET, HEAD and POST only.")
        const runs = path === RUNS || path.startsWith(`${RUNS}/`)
        if (runs) {
            const rest = path.slice(RUNS.length + 1)
            return (
                readRuns(station.runs, station.live !== undefined, rest) ?? refused(404, NOT_FOUND)
            )
        }
        if (path.startsWith(`${COMPARE}/`))
            return compared(station.runs, path.slice(COMPARE.length + 1)) ?? refused(404, NOT_FOUND)
        if (PAGES.test(path)) return pageHtml(token.text)
        const font = fontFile(path)
        if (font) return { status: 200, ...font }
        return bundleFile(path.slice(1)) ?? refused(404, NOT_FOUND)
    } catch (error) {
        if (error instanceof URIError) return refused(400, "The path is not valid.")
        throw error
    }
}

function changed(station: Station, token: SessionToken, request: RouteRequest): Reply {
    if (!token.matches(request.headers[TOKEN_HEADER]))
        return refused(403, "This page is of an earlier session; load it again.")
    const { path, body } = request
    if (!path.startsWith(`${RUNS}/`)) return refused(404, NOT_FOUND)
    return changeRun(station.runs, path.slice(RUNS.length + 1), body) ?? refused(404, NOT_FOUND)
}
