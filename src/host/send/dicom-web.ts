// An archive that speaks DICOMweb (PS3.18): STOW-RS stores an object, QIDO-RS tells whether it is there.

import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http"
import { request as httpsRequest } from "node:https"
import { nameText } from "../log/log-text"
import type { Archive, Found } from "./destination"
import { failureIn, instancesIn, isStoredBy } from "./dicom-json"
import { networkError, SendError } from "./send-error"
import type { SendObject } from "./send-object"
import type { Destination } from "./send-settings"

/** An archive that is silent for so long is taken as away: Orthanc stores 100 MB in a few seconds. */
const SILENCE_MS = 60_000
/** The longest answer that is read. */
const ANSWER_MAX = 1 << 20

/** Codes of HTTP that are about the object. */
const WHY_REFUSED = {
    413: "too large",
    415: "it does not take this kind",
    422: "it does not take its content",
}
/** Codes of HTTP that may pass: too slow, too often, out of service. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

interface Answer {
    readonly status: number
    /** The media type, without its parameters. */
    readonly type: string
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
        const { status } = answer
        // An archive that only stores may not know or allow this query; storing tells.
        if (status === 403 || status === 404 || status === 405 || status === 501) return
        this.refuse(answer)
        if (status !== 204 && instancesIn(answer) === undefined) throw this.noDicomWeb(answer)
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
        // Other answers are of a server in between, or of one that is none.
        if (status === 409 || status === 202 || status === 200) {
            const reason = failureIn(answer, object.uid)
            if (reason !== undefined || status === 409)
                throw new SendError(
                    "refused",
                    `${this.where} refuses ${object.name} (${reason ?? "status 409"})`
                )
            if (isStoredBy(answer, object.uid)) return
            throw this.noDicomWeb(answer, ` that ${object.name} is stored`)
        }
        if (status === 413 || status === 415 || status === 422)
            throw new SendError(
                "refused",
                `${this.where} refuses ${object.name} (${WHY_REFUSED[status]}, status ${status})`
            )
        this.refuse(answer)
        throw this.noDicomWeb(answer, ` that ${object.name} is stored`)
    }

    async find({ uid, studyUid, seriesUid }: SendObject, signal: AbortSignal): Promise<Found> {
        const path = `/studies/${studyUid}/series/${seriesUid}/instances?SOPInstanceUID=${uid}`
        const answer = await this.ask(path, signal)
        if (answer.status === 404 || answer.status === 204) return "missing"
        if (PASSING.has(answer.status)) this.refuse(answer)
        if (answer.status !== 200) return "unknown"
        const instances = instancesIn(answer)
        if (instances === undefined) throw this.noDicomWeb(answer)
        return instances.includes(uid) ? "found" : "missing"
    }

    /** @throws SendError unless the answer is a success */
    private refuse({ status, location }: Answer): void {
        const { where } = this
        const { settings, authorization } = this.destination
        const has = authorization !== undefined
        if (status >= 200 && status < 300) return
        if (status === 401)
            throw new SendError(
                "setup",
                has
                    ? `${where} refuses the password or token of ${settings}; correct it`
                    : `${where} asks for a password; write user and password, or a token, into ${settings}`
            )
        if (status === 403)
            throw new SendError(
                "setup",
                has
                    ? `${where} does not allow the user of ${settings} to store (status 403); ask its administrator for the right to`
                    : `${where} does not allow to store without a user (status 403); write user and password, or a token, into ${settings}, or ask its administrator`
            )
        if (status === 400)
            throw new SendError(
                "setup",
                `${where} does not understand the request (status 400); correct the address, or use https:// if this port speaks TLS`
            )
        if (status >= 300 && status < 400)
            throw new SendError(
                "setup",
                `${where} sends to another address (${nameText(location?.slice(0, 100) ?? "none")}); give that one`
            )
        if (PASSING.has(status))
            throw new SendError("away", `${where} cannot take anything now (status ${status})`)
        throw new SendError(
            "setup",
            `There is no DICOMweb at ${this.base.href} (status ${status}); correct the address`
        )
    }

    /** A success that says nothing: of a page for logging in, of another service, of a server in between. */
    private noDicomWeb({ status, type, text }: Answer, what = ""): SendError {
        const kind = type === "" ? "an answer of no type" : nameText(type.slice(0, 60))
        const size = text === "" ? "nothing" : kind
        return new SendError(
            "setup",
            `${this.where} answers status ${status} with ${size} and does not say in DICOM JSON${what === "" ? " what it has" : what}; check the address in a browser: a page for logging in needs user and password, or a token, in ${this.destination.settings}`
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
        type: (response.headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase(),
        text: Buffer.concat(pieces).toString("utf8"),
        location: response.headers.location,
    }
}
