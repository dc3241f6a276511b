// DIMSE against a service that answers what the test tells: the bytes arrive as they are, each failure has its kind and its sentence.

import { readFileSync, writeFileSync } from "node:fs"
import { createServer, type AddressInfo, type Server, type Socket } from "node:net"
import type { Writable } from "node:stream"
import { createServer as createTlsServer } from "node:tls"
import dimse from "dcmjs-dimse"
import type { association, requests, responses } from "dcmjs-dimse"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { DimseArchive } from "./dimse"
import { SendError } from "./send-error"
import { readObject, type SendObject } from "./send-object"
import type { Tls } from "./send-settings"
import { selfSigned } from "./testing/certificate"
import { fails, rejectionOf } from "./testing/rejection"
import { SendableRun } from "./testing/sendable-run"

const { PresentationContextResult, RejectResult, RejectSource, RejectReason, Status } =
    dimse.constants
const NAME = "pullback.dcm"
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
const COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
const signal = new AbortController().signal
let run: SendableRun
let object: SendObject

const test = suite("an archive that speaks DIMSE")
test.after(() => run?.remove())

/** What the service does. */
interface Behaviour {
    readonly rejects?: readonly [result: number, source: number, reason: number]
    /** Transfer syntaxes that it takes; left out, all. */
    readonly takes?: readonly string[]
    readonly storeStatus?: number
    readonly finds?: readonly string[]
    readonly findStatus?: number
    /** Called with the bytes of each stored data set. */
    readonly onBytes?: (bytes: Buffer) => void
    /** The connection ends when a data set has come. */
    readonly breaks?: true
}

function serviceOn(socket: Socket, behaviour: Behaviour): void {
    const { rejects, takes, storeStatus = 0, finds = [], findStatus = 0 } = behaviour
    class Service extends dimse.Scp {
        override associationRequested(asked: association.Association): void {
            const service = this as unknown as {
                sendAssociationReject(...why: readonly number[]): void
                sendAssociationAccept(): void
            }
            if (rejects) return service.sendAssociationReject(...rejects)
            for (const { id } of asked.getPresentationContexts()) {
                const context = asked.getPresentationContext(id)
                const syntax = context
                    .getTransferSyntaxUids()
                    .find(uid => !takes || takes.includes(uid))
                if (syntax === undefined)
                    context.setResult(PresentationContextResult.RejectTransferSyntaxesNotSupported)
                else context.setResult(PresentationContextResult.Accept, syntax)
            }
            service.sendAssociationAccept()
        }
        override associationReleaseRequested(): void {
            ;(
                this as unknown as { sendAssociationReleaseResponse(): void }
            ).sendAssociationReleaseResponse()
        }
        override cEchoRequest(
            request: requests.CEchoRequest,
            answer: (response: responses.CEchoResponse) => void
        ): void {
            const response = dimse.responses.CEchoResponse.fromRequest(request)
            response.setStatus(Status.Success)
            answer(response)
        }
        override createDatasetFromStoreWritableStream(
            writable: Writable & { toBuffer(): Buffer },
            _: unknown,
            callback: (dataset: InstanceType<typeof dimse.Dataset>) => void
        ): void {
            behaviour.onBytes?.(writable.toBuffer())
            if (behaviour.breaks) return void socket.destroy()
            callback(new dimse.Dataset({}))
        }
        override cStoreRequest(
            request: requests.CStoreRequest,
            answer: (response: responses.CStoreResponse) => void
        ): void {
            assert.is(request.getAffectedSopInstanceUid(), object.uid)
            const response = dimse.responses.CStoreResponse.fromRequest(request)
            response.setStatus(storeStatus)
            answer(response)
        }
        override cFindRequest(
            request: requests.CFindRequest,
            answer: (responses: responses.CFindResponse[]) => void
        ): void {
            const answers = [...finds, undefined].map(uid => {
                const response = dimse.responses.CFindResponse.fromRequest(request)
                response.setStatus(uid === undefined ? findStatus : Status.Pending)
                if (uid !== undefined)
                    response.setDataset(new dimse.Dataset({ SOPInstanceUID: uid }))
                return response
            })
            answer(answers)
        }
    }
    new Service(socket, {})
}

async function withService(
    behaviour: Behaviour,
    use: (archive: DimseArchive, port: number) => Promise<void>,
    tls?: { cert: Buffer; key: Buffer }
): Promise<void> {
    const sockets = new Set<Socket>()
    const onSocket = (socket: Socket): void => {
        sockets.add(socket.on("error", () => undefined))
        serviceOn(socket, behaviour)
    }
    const server: Server = tls ? createTlsServer(tls, onSocket) : createServer(onSocket)
    server.on("tlsClientError", () => undefined)
    await new Promise<void>(resolve => void server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    try {
        await use(archiveAt(port), port)
    } finally {
        for (const socket of sockets) socket.destroy()
        server.close()
    }
}

function archiveAt(port: number, tls?: Tls): DimseArchive {
    const to = `dicom://ARCHIVE@127.0.0.1:${port}`
    return new DimseArchive({
        address: { kind: "dimse", to, ae: "ARCHIVE", host: "127.0.0.1", port },
        ...{ callingAe: "IVUS-CART", settings: "send.json" },
        ...(tls && { tls }),
    })
}

test("the data set arrives byte for byte, in the transfer syntax of the file", async () => {
    dimse.log.setLevel("silent")
    run = await SendableRun.make(NAME)
    object = await readObject(run.folder, NAME)
    let bytes: Buffer = Buffer.alloc(0)
    await withService({ onBytes: all => void (bytes = all) }, async archive => {
        await archive.check(signal)
        await archive.store(object, signal)
    })
    assert.is(bytes.equals(readFileSync(object.path).subarray(object.dataAt)), true)
})

test("an archive that does not take JPEG-LS refuses, and gets nothing else in its place", async () => {
    let isSent = false
    const takes = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"]
    await withService({ takes, onBytes: () => void (isSent = true) }, archive =>
        fails(archive.store(object, signal), "refused", /does not take pullback\.dcm.*4\.80/)
    )
    assert.is(isSent, false)
})

test("an uncompressed file is not converted either, for an archive that takes both kinds", async () => {
    const { data } = (await import("dcmjs")).default
    const { DicomDict, DicomMetaDictionary } = data
    const meta = { TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, MediaStorageSOPInstanceUID: "1.2.3" }
    const report = new DicomDict(DicomMetaDictionary.denaturalizeDataset(meta))
    report.dict = DicomMetaDictionary.denaturalizeDataset({
        ...{ SOPClassUID: COMPREHENSIVE_SR, SOPInstanceUID: object.uid, Modality: "SR" },
        ...{ StudyInstanceUID: "1.2", SeriesInstanceUID: "1.2.4", CompletionFlag: "PARTIAL" },
    })
    writeFileSync(run.path("report.dcm"), new Uint8Array(report.write()))
    const sent = await readObject(run.folder, "report.dcm")
    let bytes: Buffer = Buffer.alloc(0)
    await withService({ onBytes: all => void (bytes = all) }, archive =>
        archive.store(sent, signal)
    )
    assert.is(bytes.equals(readFileSync(sent.path).subarray(sent.dataAt)), true)
})

test("a status of C-STORE is a refusal, a lack of resources that passes, or a warning", async () => {
    const store =
        (status: number) =>
        (use: (archive: DimseArchive) => Promise<void>): Promise<void> =>
            withService({ storeStatus: status }, use)
    await store(0xa900)(a => fails(a.store(object, signal), "refused", /status a900h/))
    await store(0xc123)(a => fails(a.store(object, signal), "refused", /status c123h/))
    await store(0xa700)(a => fails(a.store(object, signal), "away", /no resources/))
    await store(0xb007)(a => a.store(object, signal))
})

test("each rejection of an association has its sentence", async () => {
    const { Permanent, Transient } = RejectResult
    const { ServiceUser, ServiceProviderPresentation } = RejectSource
    const { CallingAeNotRecognized, CalledAeNotRecognized, NoReasonGiven, TemporaryCongestion } =
        RejectReason
    const cases = [
        [[Permanent, ServiceUser, CalledAeNotRecognized], "setup", /no AE ARCHIVE at/],
        [
            [Permanent, ServiceUser, CallingAeNotRecognized],
            "setup",
            /does not know the AE IVUS-CART/,
        ],
        [[Permanent, ServiceUser, NoReasonGiven], "setup", /rejects associations/],
        [[Transient, ServiceProviderPresentation, TemporaryCongestion], "away", /is busy/],
    ] as const
    for (const [rejects, failure, sentence] of cases)
        await withService({ rejects }, archive => fails(archive.check(signal), failure, sentence))
})

test("a query finds the object, does not find it, or is refused", async () => {
    const find = (behaviour: Behaviour, expected: string): Promise<void> =>
        withService(behaviour, async a => assert.is(await a.find(object, signal), expected))
    await find({ finds: [object.uid] }, "found")
    await find({ finds: ["1.2.3"] }, "missing")
    await find({}, "missing")
    await find({ findStatus: Status.NotAuthorized }, "unknown")
})

test("a connection that breaks, and nobody at the port, are away", async () => {
    let closed = 0
    await withService({ breaks: true }, async (archive, port) => {
        closed = port
        await fails(archive.store(object, signal), "away", /connection broke/)
    })
    await fails(archiveAt(closed).check(signal), "away", /connection was refused/)
})

test("speaks TLS, and trusts a certificate only if the settings file names it", async () => {
    const tls = selfSigned()
    if (!tls) return console.log("skipped, because openssl is missing")
    await withService(
        {},
        async (_, port) => {
            await fails(archiveAt(port, {}).check(signal), "setup", /self-signed/)
            await archiveAt(port, { ca: tls.cert }).check(signal)
        },
        tls
    )
})

test("stops at once when it is told to", async () => {
    const stopping = new AbortController()
    const server = createServer(() => stopping.abort())
    await new Promise<void>(resolve => void server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const error = await rejectionOf(archiveAt(port).check(stopping.signal))
    assert.not.instance(error, SendError)
    await new Promise(resolve => server.close(resolve))
})

test.run()
