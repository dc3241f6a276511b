// Replies of the console's HTTP routes: JSON, bytes, and refusals of one sentence.

/** What a route answers. */
export interface Reply {
    readonly status: number
    readonly type: string
    readonly body: string | Uint8Array
    /** Others of its headers. */
    readonly headers?: Readonly<Record<string, string>>
}

const JSON_TYPE = "application/json; charset=utf-8"

export function json(value: object, status = 200): Reply {
    return { status, type: JSON_TYPE, body: JSON.stringify(value) }
}

export function bytes(body: Uint8Array, type = "application/octet-stream"): Reply {
    return { status: 200, type, body }
}

/** The page shows the sentence. */
export function refused(status: 400 | 403 | 404 | 405 | 409 | 413 | 500, sentence: string): Reply {
    return json({ error: sentence }, status)
}
