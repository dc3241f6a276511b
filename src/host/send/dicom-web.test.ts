// DICOMweb against a server that answers what the test tells: each failure has its kind and its sentence.

import { createServer, type RequestListener, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { DicomWeb } from "./dicom-web"
import { SendError, type SendFailure } from "./send-error"
import { readObject, type SendObject } from "./send-object"
import type { Destination, Tls } from "./send-settings"
import { selfSigned } from "./testing/certificate"
import { fails, rejectionOf } from "./testing/rejection"
import { SendableRun } from "./testing/sendable-run"

const NAME = "pullback.dcm"
const signal = new AbortController().signal
let run: SendableRun
let object: SendObject

const test = suite("an archive that speaks DICOMweb")
test.after(() => run?.remove())

test("the object to send is read from its file", async () => {
    run = await SendableRun.make(NAME)
    object = await readObject(run.folder, NAME)
    assert.is(object.sopClass, "1.2.840.10008.5.1.4.1.1.3.1")
    assert.is(object.transferSyntax, "1.2.840.10008.1.2.4.80")
    for (const uid of [object.uid, object.studyUid, object.seriesUid])
        assert.match(uid, /^2\.25\.\d+$/)
})

function archiveAt(port: number, tls?: Tls, authorization?: string): DicomWeb {
    const to = `http${tls ? "s" : ""}://127.0.0.1:${port}/dicom-web`
    const destination: Destination = {
        ...{
            address: { kind: "web", to, url: new URL(to) },
            callingAe: "A",
            settings: "send.json",
        },
        ...(tls && { tls }),
        ...(authorization !== undefined && { authorization }),
    }
    return new DicomWeb(destination)
}

async function listening(server: Server): Promise<number> {
    await new Promise<void>(resolve => void server.listen(0, "127.0.0.1", resolve))
    return (server.address() as AddressInfo).port
}

async function withServer(
    listener: RequestListener,
    use: (archive: DicomWeb) => Promise<void>,
    authorization?: string
): Promise<void> {
    const server = createServer(listener)
    try {
        await use(archiveAt(await listening(server), undefined, authorization))
    } finally {
        server.closeAllConnections()
        server.close()
    }
}

const answering =
    (status: number, body: unknown = "", headers = {}): RequestListener =>
    (request, response) => {
        request.resume().on("end", () => {
            response.writeHead(status, headers)
            response.end(typeof body === "string" ? body : JSON.stringify(body))
        })
    }

const JSON_TYPE = { "content-type": "application/dicom+json; charset=utf-8" }

/** What an archive says that has stored an object (PS3.18, table I.2-1). */
const named = (uid: string): object => ({
    "00081199": { vr: "SQ", Value: [{ "00081155": { vr: "UI", Value: [uid] } }] },
})

const stored = (uid = object.uid): RequestListener => answering(200, named(uid), JSON_TYPE)

test("the file is sent byte for byte, as the one part of the message, with the password", async () => {
    let body = Buffer.alloc(0)
    let headers: Record<string, unknown> = {}
    await withServer(
        (request, response) => {
            const pieces: Buffer[] = []
            ;({ headers } = request)
            assert.is(`${request.method} ${request.url}`, "POST /dicom-web/studies")
            request.on("data", (piece: Buffer) => pieces.push(piece))
            request.on("end", () => {
                body = Buffer.concat(pieces)
                response.writeHead(200, JSON_TYPE).end(JSON.stringify(named(object.uid)))
            })
        },
        archive => archive.store(object, signal),
        "Bearer x"
    )
    const type = String(headers["content-type"])
    const [, boundary] = /^multipart\/related; type="application\/dicom"; boundary=(\S+)$/.exec(
        type
    )!
    const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`
    const tail = `\r\n--${boundary}--\r\n`
    const expected = [Buffer.from(head), readFileSync(object.path), Buffer.from(tail)]
    assert.is(headers.authorization, "Bearer x")
    assert.is(body.equals(Buffer.concat(expected)), true)
})

test("a refused object, a wrong password, a wrong address and a pause of the archive differ", async () => {
    const failed = {
        "00081198": { vr: "SQ", Value: [{ "00081197": { vr: "US", Value: [0xa900] } }] },
    }
    const cases: readonly (readonly [RequestListener, SendFailure, RegExp])[] = [
        [answering(409), "refused", /refuses pullback\.dcm/],
        [answering(409, failed, JSON_TYPE), "refused", /reason a900h/],
        [answering(200, failed, JSON_TYPE), "refused", /reason a900h/],
        [answering(413), "refused", /too large, status 413/],
        [answering(415), "refused", /status 415/],
        [answering(400), "setup", /does not understand the request \(status 400\).*https/],
        [answering(401), "setup", /asks for a password/],
        [answering(403), "setup", /does not allow to store without a user \(status 403\)/],
        [answering(404), "setup", /no DICOMweb at http:.*404/],
        [answering(301, "", { location: "https://new" }), "setup", /https:\/\/new/],
        [answering(503), "away", /503/],
        [(_, response) => response.destroy(), "away", /connection broke/],
    ]
    for (const [listener, failure, sentence] of cases)
        await withServer(listener, archive =>
            fails(archive.store(object, signal), failure, sentence)
        )
    for (const [status, sentence] of [
        [401, /refuses the password or token of send\.json/],
        [403, /does not allow the user of send\.json to store/],
    ] as const)
        await withServer(
            answering(status),
            archive => fails(archive.store(object, signal), "setup", sentence),
            "Bearer x"
        )
})

test("a success that does not name the object as stored has stored nothing", async () => {
    const page = "<html><form action='/login'></form></html>"
    for (const [answer, sentence] of [
        [answering(200, page, { "content-type": "text/html" }), /status 200 with text\/html/],
        [answering(200, page, JSON_TYPE), /does not say in DICOM JSON/],
        [answering(200, '{"00081199":', JSON_TYPE), /that pullback\.dcm is stored/],
        [answering(200, "{}", JSON_TYPE), /check the address in a browser/],
        [answering(200, '{"00081199": null}', JSON_TYPE), /does not say/],
        [answering(200, '{"00081199": {"Value": [null]}}', JSON_TYPE), /does not say/],
        [answering(200, []), /an answer of no type/],
        [answering(202, "", JSON_TYPE), /status 202 with nothing/],
        [answering(204), /status 204 with nothing/],
        [answering(201, page), /status 201/],
        [stored("1.2.3"), /does not say/],
    ] as const)
        await withServer(answer, async archive => {
            await fails(archive.store(object, signal), "setup", sentence)
        })
    await withServer(stored(), archive => archive.store(object, signal))
})

test("a server that answers a query with a page is noticed before anything is sent", async () => {
    const page = answering(200, "<html>", { "content-type": "text/html" })
    await withServer(page, archive =>
        fails(archive.check(signal), "setup", /with text\/html.*does not say in DICOM JSON what/)
    )
    for (const status of [204, 403, 404, 405, 501])
        await withServer(answering(status), archive => archive.check(signal))
    await withServer(answering(200, [{}], JSON_TYPE), archive => archive.check(signal))
})

test("a query finds the object, does not find it, or is not answered", async () => {
    const found = [{ "00080018": { vr: "UI", Value: [object.uid] } }]
    const asked: string[] = []
    const cases = [
        [answering(200, found, JSON_TYPE), "found"],
        [answering(200, [], JSON_TYPE), "missing"],
        [answering(200, [null], JSON_TYPE), "missing"],
        [answering(204), "missing"],
        [answering(403), "unknown"],
    ] as const
    for (const [listener, expected] of cases)
        await withServer(
            (request, response) => {
                asked.push(request.url!)
                listener(request, response)
            },
            async archive => assert.is(await archive.find(object, signal), expected)
        )
    const { studyUid, seriesUid, uid } = object
    const path = `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances?SOPInstanceUID=${uid}`
    assert.equal(new Set(asked), new Set([path]))
    await withServer(answering(200, "<html>", JSON_TYPE), archive =>
        fails(archive.find(object, signal), "setup", /does not say in DICOM JSON what it has/)
    )
})

test("nobody at the port is away; no such host and no TLS at the port are for a person", async () => {
    const server = createServer(answering(200))
    const port = await listening(server)
    await fails(archiveAt(port, {}).check(signal), "setup", /does not speak TLS/)
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    await fails(archiveAt(port).check(signal), "away", /connection was refused/)
})

test("a certificate is trusted only if the settings file names it", async () => {
    const certificate = selfSigned()
    if (!certificate) return console.log("skipped, because openssl is missing")
    const server = createTlsServer(certificate, answering(200, [], JSON_TYPE))
    try {
        const port = await listening(server)
        await fails(
            archiveAt(port, {}).check(signal),
            "setup",
            /is not trusted \(it is self-signed\)/
        )
        await archiveAt(port, { ca: certificate.cert }).check(signal)
    } finally {
        server.closeAllConnections()
        server.close()
    }
})

test("stops at once when it is told to", async () => {
    const stopping = new AbortController()
    await withServer(
        () => stopping.abort(),
        async archive => {
            const error = await rejectionOf(archive.check(stopping.signal))
            assert.not.instance(error, SendError)
        }
    )
})

test.run()
