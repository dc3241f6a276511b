// An archive that speaks DIMSE (PS3.7): C-STORE stores an object, C-FIND tells whether it is there.

import { readFile } from "node:fs/promises"
import type { Socket } from "node:net"
import type * as dimsePackage from "dcmjs-dimse"
import type { Client, Dataset, requests, responses } from "dcmjs-dimse"
import type { Archive, Found } from "./destination"
import { networkError, SendError } from "./send-error"
import type { SendObject } from "./send-object"
import type { Destination } from "./send-settings"

type Dimse = typeof dimsePackage

/** An archive that is silent for so long is taken as away. */
const SILENCE_MS = 60_000
/** The slowest network on which an object is waited for. */
const SLOWEST_BYTES_PER_MS = 50

/** PS3.8, table 9-21: why an association is rejected by the service user. */
const CALLING_AE_UNKNOWN = 3
const CALLED_AE_UNKNOWN = 7
const SERVICE_USER = 1
const TRANSIENT = 2

/** PS3.4, table B.2-1: the first byte A7 is out of resources, which passes; B0 is a warning: it is stored. */
const isOutOfResources = (status: number): boolean => status >> 8 === 0xa7
const isStored = (status: number): boolean => status === 0 || status >> 8 === 0xb0

interface Rejection {
    readonly result: number
    readonly source: number
    readonly reason: number
}

export class DimseArchive implements Archive {
    private readonly ae: string
    private readonly host: string
    private readonly port: number

    constructor(private readonly destination: Destination) {
        const { address } = destination
        if (address.kind !== "dimse") throw new Error("not a DIMSE address")
        ;({ ae: this.ae, host: this.host, port: this.port } = address)
    }

    private get where(): string {
        return `${this.host}:${this.port}`
    }

    async check(signal: AbortSignal): Promise<void> {
        const dimse = await loadDimse()
        await this.perform(dimse, new dimse.requests.CEchoRequest(), signal)
    }

    async store(object: SendObject, signal: AbortSignal): Promise<void> {
        const dimse = await loadDimse()
        const file = await readFile(object.path)
        const dataset = asItIs(dimse, object, file.subarray(object.dataAt))
        const own = new dimse.association.PresentationContext(
            1,
            object.sopClass,
            object.transferSyntax
        )
        const answers = await this.perform(
            dimse,
            new dimse.requests.CStoreRequest(dataset),
            signal,
            client => client.addAdditionalPresentationContext(own, true),
            object.bytes / SLOWEST_BYTES_PER_MS
        )
        const status = answers.at(-1)?.getStatus()
        if (status === undefined)
            throw new SendError(
                "refused",
                `${this.ae} does not take ${object.name} (class ${object.sopClass}, transfer syntax ${object.transferSyntax}); allow these there`
            )
        if (isStored(status)) return
        const code = `status ${status.toString(16).padStart(4, "0")}h`
        if (isOutOfResources(status))
            throw new SendError("away", `${this.ae} has no resources for ${object.name} (${code})`)
        throw new SendError("refused", `${this.ae} refuses ${object.name} (${code})`)
    }

    async find({ uid, studyUid, seriesUid }: SendObject, signal: AbortSignal): Promise<Found> {
        const dimse = await loadDimse()
        const query = dimse.requests.CFindRequest.createImageFindRequest({
            StudyInstanceUID: studyUid,
            SeriesInstanceUID: seriesUid,
            SOPInstanceUID: uid,
        })
        const answers = await this.perform(dimse, query, signal)
        const { Pending, Success } = dimse.constants.Status
        const isFound = answers.some(
            answer =>
                answer.getStatus() === Pending &&
                answer.getDataset()?.getElement("SOPInstanceUID") === uid
        )
        if (isFound) return "found"
        return answers.at(-1)?.getStatus() === Success ? "missing" : "unknown"
    }

    /** One request in an association of its own. @returns its answers; none where the archive does not know its kind */
    private perform(
        { Client }: Dimse,
        request: requests.Request,
        signal: AbortSignal,
        prepare: (client: Client) => void = () => undefined,
        sendingMs = 0
    ): Promise<responses.Response[]> {
        signal.throwIfAborted()
        return new Promise((resolve, reject) => {
            const client = new Client()
            const answers: responses.Response[] = []
            const onAbort = (): void => {
                reject(new Error("stopped"))
                cut(client)
            }
            let failure: SendError | undefined
            let isReleased = false
            request.on("response", answer => void answers.push(answer as responses.Response))
            client.on("associationRejected", why => {
                failure = this.rejected(why as Rejection)
            })
            client.on("networkError", error => {
                failure ??= networkError(this.where, error as Error)
                reject(failure)
                cut(client)
            })
            client.on("associationReleased", () => void (isReleased = true))
            client.on("closed", () => {
                signal.removeEventListener("abort", onAbort)
                if (failure) reject(failure)
                else if (isReleased) resolve(answers)
                else
                    reject(
                        new SendError(
                            "away",
                            `${this.where} does not answer (the connection broke)`
                        )
                    )
            })
            signal.addEventListener("abort", onAbort, { once: true })
            client.addRequest(request)
            prepare(client)
            const { callingAe, tls } = this.destination
            client.send(this.host, this.port, callingAe, this.ae, {
                connectTimeout: SILENCE_MS,
                pduTimeout: SILENCE_MS + sendingMs,
                ...(tls && { securityOptions: { ...tls, rejectUnauthorized: true } }),
            })
        })
    }

    private rejected({ result, source, reason }: Rejection): SendError {
        const { where, ae, destination } = this
        if (source === SERVICE_USER && reason === CALLED_AE_UNKNOWN)
            return new SendError(
                "setup",
                `There is no AE ${ae} at ${where}; correct the AE title in --to`
            )
        if (source === SERVICE_USER && reason === CALLING_AE_UNKNOWN)
            return new SendError(
                "setup",
                `${ae} does not know the AE ${destination.callingAe}; register it there, or set "calling_ae" in ${destination.settings}`
            )
        if (result === TRANSIENT)
            return new SendError("away", `${ae} is busy (association rejected, reason ${reason})`)
        return new SendError(
            "setup",
            `${ae} rejects associations (reason ${reason}); ask its administrator`
        )
    }
}

async function loadDimse(): Promise<Dimse> {
    const dimse = (await import("dcmjs-dimse")).default as unknown as Dimse
    // Its errors come as events.
    dimse.log.setLevel("silent")
    return dimse
}

/** The package itself only ends a connection, which one that is silent does not notice. */
function cut(client: Client): void {
    const { network } = client as unknown as { network?: { socket: Socket } }
    network?.socket.destroy()
}

/** The bytes of the file: the package would otherwise read them into values and write them anew. */
function asItIs(dimse: Dimse, object: SendObject, bytes: Buffer): Dataset {
    class AsItIs extends dimse.Dataset {
        override getDenaturalizedDataset(): Buffer {
            return bytes
        }
        /** It asks for the values only to convert them to another transfer syntax. */
        override getElements(): Record<string, unknown> {
            throw new Error("no conversion")
        }
    }
    const uids = { SOPClassUID: object.sopClass, SOPInstanceUID: object.uid }
    return new AsItIs(uids, object.transferSyntax)
}
