// An archive that speaks DICOMweb (PS3.18): STOW-RS stores an object, QIDO-RS tells whether it is there.

import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http"
import { request as httpsRequest } from "node:https"
import type { Archive, Found } from "./destination"
import { networkError, SendError } from "./send-error"
import type { SendObject } from "./send-object"
import type { Destination } from "./send-settings"

/** An archive that is silent for so long is taken as away: Orthanc stores 100 MB in a few seconds. */
const SILENCE_MS = 60_000
/** The longest answer that is read. */
const ANSWER_MAX = 1 << 20

/** Codes of HTTP that may pass: too slow, too often, out of service. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])
const FAILED_SEQUENCE = "00081198"
const FAILURE_REASON = "00081197"
const SOP_INSTANCE_UID = "00080018"

interface Answer {
    readonly status: number
    readonly text: string
    readonly location: string | undefined
}

interface Body {
    readonly type: string
    readonly head: string
    readonly object: SendObject
    readonly tail: string
}

export class DicomWeb implements Archive {
    private readonly base: URL

    constructor(private readonly destination: Destination) {
        const { address } = destination
        if (address.kind !== "web") throw new Error("not a DICOMweb address")
        this.base = address.url
    }

    private get where(): string {
        return this.base.host
    }

    async check(signal: AbortSignal): Promise<void> {
        const answer = await this.ask("/studies?limit=1", signal)
        // An archive that only stores may not know this query; storing tells.
        if (answer.status !== 404 && answer.status !== 405) this.refuse(answer)
    }

    async store(object: SendObject, signal: AbortSignal): Promise<void> {
        const boundary = `ivus-${createHash("sha256").update(object.uid).digest("hex").slice(0, 32)}`
        const answer = await this.exchange("POST", "/studies", signal, {
            type: `multipart/related; type="application/dicom"; boundary=${boundary}`,
            head: `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`,
            object,
            tail: `\r\n--${boundary}--\r\n`,
        })
        const { status } = answer
        if (status === 409 || status === 202 || status === 200) {
            const reason = failureIn(answer.text, object.uid)
            if (reason !== undefined || status === 409)
                throw new SendError(
                    "refused",
                    `${this.where} refuses ${object.name} (${reason ?? "status 409"})`
                )
            return
        }
        if (status === 400 || status === 413 || status === 415 || status === 422)
            throw new SendError(
                "refused",
                `${this.where} refuses ${object.name} (status ${status})`
            )
        this.refuse(answer)
    }

    async find({ uid, studyUid, seriesUid }: SendObject, signal: AbortSignal): Promise<Found> {
        const path = `/studies/${studyUid}/series/${seriesUid}/instances?SOPInstanceUID=${uid}`
        const { status, text } = await this.ask(path, signal)
        if (status === 404) return "missing"
        if (status === 204) return "missing"
        if (status !== 200) return "unknown"
        const found = parsed(text)
        if (!Array.isArray(found)) return "unknown"
        return found.some(instance => valueOf(instance, SOP_INSTANCE_UID) === uid)
            ? "found"
            : "missing"
    }

    /** @throws SendError unless the answer is a success */
    private refuse({ status, location }: Answer): void {
        const { where } = this
        const { settings, authorization } = this.destination
        if (status >= 200 && status < 300) return
        if (status === 401 || status === 403)
            throw new SendError(
                "setup",
                authorization === undefined
                    ? `${where} asks for a password; write user and password, or a token, into ${settings}`
                    : `${where} refuses the password or token of ${settings}; correct it`
            )
        if (status >= 300 && status < 400)
            throw new SendError(
                "setup",
                `${where} sends to another address (${location?.slice(0, 100) ?? "none"}); give that one`
            )
        if (PASSING.has(status))
            throw new SendError("away", `${where} does not answer (status ${status})`)
        throw new SendError(
            "setup",
            `There is no DICOMweb at ${this.base.href} (status ${status}); correct the address`
        )
    }

    private ask(path: string, signal: AbortSignal): Promise<Answer> {
        return this.exchange("GET", path, signal)
    }

    private exchange(
        method: string,
        path: string,
        signal: AbortSignal,
        body?: Body
    ): Promise<Answer> {
        const { authorization, tls } = this.destination
        return new Promise((resolve, reject) => {
            const request = (this.base.protocol === "https:" ? httpsRequest : httpRequest)(
                this.base.href.replace(/\/+$/, "") + path,
                {
                    ...{ method, signal, agent: false, timeout: SILENCE_MS, ...tls },
                    headers: {
                        Accept: "application/dicom+json",
                        ...(authorization !== undefined && { Authorization: authorization }),
                        ...(body && {
                            "Content-Type": body.type,
                            "Content-Length":
                                body.head.length + body.object.bytes + body.tail.length,
                        }),
                    },
                }
            )
            const fail = (error: Error): void =>
                reject(signal.aborted ? error : networkError(this.where, error))
            request.on("error", fail)
            request.on("timeout", () =>
                request.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }))
            )
            request.on("response", response => {
                readAnswer(response).then(resolve, fail)
            })
            if (body) sendBody(request, body, reject)
            else request.end()
        })
    }
}

/** The file goes as it is read, so that its size does not matter. */
function sendBody(request: ClientRequest, body: Body, onDiskError: (error: Error) => void): void {
    const { head, object, tail } = body
    request.write(head)
    const file = createReadStream(object.path, { end: object.bytes - 1 })
    file.on("error", error => {
        onDiskError(error)
        request.destroy()
    })
    file.on("end", () => request.end(tail))
    // An answer may come before the end: nothing more is sent then.
    request.on("close", () => file.destroy())
    file.pipe(request, { end: false })
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
    const pieces: Buffer[] = []
    let bytes = 0
    for await (const piece of response as AsyncIterable<Buffer>) {
        bytes += piece.length
        if (bytes > ANSWER_MAX) break
        pieces.push(piece)
    }
    return {
        status: response.statusCode ?? 0,
        text: Buffer.concat(pieces).toString("utf8"),
        location: response.headers.location,
    }
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        return undefined
    }
}

/** The first value of an element in the DICOM JSON model (PS3.18 F). */
function valueOf(elements: unknown, tag: string): unknown {
    const element = (elements as Record<string, { Value?: unknown[] }> | null)?.[tag]
    return element?.Value?.[0]
}

/** Why an object was not stored, by the answer to STOW-RS (PS3.18, table I.2-2). */
function failureIn(text: string, uid: string): string | undefined {
    const element = (parsed(text) as Record<string, { Value?: unknown[] }> | null | undefined)?.[
        FAILED_SEQUENCE
    ]
    const failed = element?.Value ?? []
    const own = failed.find(item => {
        const of = valueOf(item, "00081155")
        return of === uid || of === undefined
    })
    if (own === undefined) return undefined
    const reason = valueOf(own, FAILURE_REASON)
    return typeof reason === "number"
        ? `reason ${reason.toString(16).padStart(4, "0")}h`
        : "no reason given"
}
