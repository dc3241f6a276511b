// Asks the server: JSON, bytes, and changes, which show the token of this session.

import type { CompareJson, OpeningJson, RunContent, RunJson, RunListJson } from "../../run/run-json"

/** The server refused; the message is the sentence to show. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string
    ) {
        super(message)
    }
}

const NO_ANSWER = "The server does not answer; this page tries again."
const TOKEN = 'meta[name="ivus-token"]'
/** Between two questions whether a run is open. */
const OPENING_MS = 200

export function sessionToken(): string {
    return document.querySelector<HTMLMetaElement>(TOKEN)?.content ?? ""
}

/** Asks the host for the token of its present session: it has another one after a restart. */
export async function renewToken(): Promise<void> {
    try {
        const text = await (await fetch(location.pathname)).text()
        const page = new DOMParser().parseFromString(text, "text/html")
        const token = page.querySelector<HTMLMetaElement>(TOKEN)?.content
        if (token) document.querySelector<HTMLMetaElement>(TOKEN)!.content = token
    } catch {
        // The host is not there yet.
    }
}

async function asked(path: string, init?: RequestInit): Promise<Response> {
    let response: Response
    try {
        response = await fetch(path, init)
    } catch {
        throw new ApiError(0, NO_ANSWER)
    }
    if (response.ok) return response
    const body = (await response.json().catch(() => ({}))) as { error?: string }
    throw new ApiError(response.status, body.error ?? `The server answered ${response.status}.`)
}

/** A host that has restarted, or has closed the run for others, opens the run again. */
async function request(path: string, init?: RequestInit): Promise<Response> {
    try {
        return await asked(path, init)
    } catch (error) {
        const [, id] = /^\/api\/runs\/([^/]+)\/(?!thumbnail)/.exec(path) ?? []
        if (id === undefined || !(error instanceof ApiError) || error.status !== 404) throw error
        await api.open(decodeURIComponent(id), () => undefined)
        return asked(path, init)
    }
}

function runPath(id: string, rest = ""): string {
    return `/api/runs/${encodeURIComponent(id)}${rest}`
}

/** @param rest "/page": as a page of its own */
export function comparePath(first: string, second: string, rest = ""): string {
    return `/api/compare/${encodeURIComponent(first)}/${encodeURIComponent(second)}${rest}`
}

async function getJson<T>(path: string): Promise<T> {
    return (await (await request(path)).json()) as T
}

async function getBytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await request(path, signal && { signal })).arrayBuffer()
}

async function post<T>(path: string, body: object): Promise<T> {
    const send = (): Promise<Response> => {
        const headers = { "Content-Type": "application/json", "X-Ivus-Token": sessionToken() }
        return request(path, { method: "POST", headers, body: JSON.stringify(body) })
    }
    try {
        return (await (await send()).json()) as T
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 403) throw error
        await renewToken()
        return (await (await send()).json()) as T
    }
}

export const api = {
    runs: () => getJson<RunListJson>("/api/runs"),
    thumbnail: (id: string) => runPath(id, "/thumbnail"),

    /** Opens a run; that may take some seconds. */
    async open(id: string, onProgress: (opening: OpeningJson) => void): Promise<RunJson> {
        for (;;) {
            const answer = await getJson<RunJson | OpeningJson>(runPath(id))
            if (!("opening" in answer)) return answer
            onProgress(answer)
            await new Promise(resolve => setTimeout(resolve, OPENING_MS))
        }
    },

    compare: ([first, second]: readonly [string, string]) =>
        getJson<CompareJson>(comparePath(first, second)),

    content: (id: string) => getJson<RunContent>(runPath(id, "/content")),
    frames: (id: string, from: number, to: number) =>
        getBytes(runPath(id, `/frames/${from}-${to}`)),
    borders: (id: string, from: number, to: number) =>
        getBytes(runPath(id, `/borders/${from}-${to}`)),
    cut: (id: string, line: number) => getBytes(runPath(id, `/cut/${line}`)),

    /** Carries out a change of a run. @returns its new content */
    change: (id: string, what: "edits" | "marks" | "site", body: object) =>
        post<RunContent>(runPath(id, `/${what}`), body),
}
