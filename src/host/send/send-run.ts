// Sends the objects of one run to one archive: into the queue first, then one after the other, each verified by a query.

import { existsSync } from "node:fs"
import { join } from "node:path"
import { UsageError } from "../errors"
import { nameText } from "../log/log-text"
import { type Clock, withRetries } from "./back-off"
import type { Archive, Found } from "./destination"
import { DicomFileError, readObject, SENT_FILES, type SendObject, sentFilesIn } from "./send-object"
import { SendError } from "./send-error"
import { note, type Outcome, usableRecord } from "./send-queue"

export interface SendOptions {
    readonly clock: Clock
    readonly signal: AbortSignal
    /** How long an archive that is away is tried again. */
    readonly retryForMs: number
    /** One line for the user. */
    readonly report: (line: string) => void
}

/** What became of the objects of one run. */
export interface SendResult {
    readonly outcomes: readonly Outcome[]
    /** Why the rest waits, as a sentence without its end; the archive is not tried again. */
    readonly stoppedBy?: SendError
}

/** An archive may take some time before a query finds what it stored. */
const FIND_PAUSES_MS = [0, 250, 1_000, 3_000]

/**
 * @param to the address, for the record
 * @param names of the files; left out, all that the run has
 * @throws UsageError when the run cannot be sent; RunError when the disk does not take its record
 */
export async function sendRun(
    folder: string,
    to: string,
    archive: Archive,
    options: SendOptions,
    names?: readonly string[]
): Promise<SendResult> {
    const { clock, signal } = options
    const objects: SendObject[] = []
    const outcomes: Outcome[] = []
    const asked = names ?? filesToSend(folder)
    if (asked.length === 0)
        throw new UsageError(
            `The run in "${nameText(folder)}" has no DICOM file; "ivus replay" makes its results again.`
        )
    for (const name of asked) {
        if (!existsSync(join(folder, name))) outcomes.push(missing(to, name))
        else objects.push(await readable(folder, name))
    }
    const waiting = objects.map(object => outcomeOf(to, object, "waiting"))
    await note(folder, [...waiting, ...outcomes], clock, signal)
    let stoppedBy: SendError | undefined
    for (const object of objects) {
        const outcome = await send(to, archive, object, options).catch((error: unknown) => {
            if (!(error instanceof SendError)) throw error
            if (error.failure !== "refused") stoppedBy = error
            const kind = error.failure === "refused" ? "refused" : "waiting"
            return outcomeOf(to, object, kind, error.message)
        })
        outcomes.push(outcome)
        await note(folder, [outcome], clock, signal)
        if (stoppedBy) break
    }
    const isTold = (name: string): boolean => outcomes.some(({ object }) => object === name)
    outcomes.push(...waiting.filter(({ object }) => !isTold(object)))
    return { outcomes, ...(stoppedBy && { stoppedBy }) }
}

/** What the run has, and what its record says that it has: a file that is gone is told. */
function filesToSend(folder: string): string[] {
    const there = sentFilesIn(folder)
    if (there.length === 0) return there
    const { files } = usableRecord(folder)
    return SENT_FILES.filter(name => there.includes(name) || files.includes(name))
}

/** @throws UsageError */
async function readable(folder: string, name: string): Promise<SendObject> {
    try {
        return await readObject(folder, name)
    } catch (error) {
        if (error instanceof DicomFileError)
            throw new UsageError(`${error.message} Nothing was sent of "${nameText(folder)}".`)
        throw error
    }
}

async function send(
    to: string,
    archive: Archive,
    object: SendObject,
    { clock, signal, retryForMs, report }: SendOptions
): Promise<Outcome> {
    const attempt = async (): Promise<Found> => {
        await archive.check(signal)
        await archive.store(object, signal)
        const found = await find(archive, object, clock, signal)
        if (found === "missing")
            throw new SendError("away", `${to} took ${object.name} and does not find it`)
        return found
    }
    const found = await withRetries(
        attempt,
        clock.nowMs() + retryForMs,
        clock,
        signal,
        (error, ms) => report(`${error.message}; again in ${ms / 1000} s.`)
    )
    if (found === "found") return outcomeOf(to, object, "verified")
    return outcomeOf(to, object, "accepted", "it answers no query, so it is not verified")
}

async function find(
    archive: Archive,
    object: SendObject,
    clock: Clock,
    signal: AbortSignal
): Promise<Found> {
    let found: Found = "missing"
    for (const ms of FIND_PAUSES_MS) {
        if (ms > 0) await clock.wait(ms, signal)
        found = await archive.find(object, signal)
        if (found !== "missing") return found
    }
    return found
}

function outcomeOf(
    to: string,
    { name: object, uid }: SendObject,
    outcome: Outcome["outcome"],
    reason: string | null = null
): Outcome {
    return { to, object, uid, outcome, reason }
}

function missing(to: string, object: string): Outcome {
    return { to, object, uid: "", outcome: "missing", reason: "its file is not there any more" }
}
