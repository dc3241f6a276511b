// The routes of runs: what the page reads of them, and what it changes.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as v from "valibot"
import { dateMs } from "../../clock"
import { diskReason, isDiskError } from "../../disk-reason"
import { RunError, UsageError } from "../../errors"
import { REPORT_NAME } from "../../results/report/write-report"
import { editRun } from "../../runs/edit-run"
import { readRecord } from "../../runs/record-schema"
import type { Site } from "../../runs/run-about"
import { EDITS_CHANGE, MARKS_CHANGE, SITE_CHANGE } from "../run/run-changes"
import { bordersBytes, cutBytes, framesBytes } from "../run/run-content"
import type { RunListJson } from "../run/run-json"
import type { RunLibrary } from "../run/run-library"
import { thumbnailOf } from "../run/run-list"
import { ChangeConflict, type RunSession } from "../run/run-session"
import { bytes, json, refused, type Reply } from "./reply"

/** Frames of one reply: some MB. */
const FRAMES_MAX = 64

/** As in reports and comparisons themselves: they load nothing. */
const OWN_PAGE_POLICY =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"

const NO_RUN = "There is no such run; go back to the list of runs."
const NOT_OPEN = "This run is not open; open it again."

type Read = (session: RunSession, rest: string) => Reply
type Change = (session: RunSession, body: unknown) => void

/** `GET /api/runs/ID/NAME/REST` of a run that is open. */
const READS: Readonly<Record<string, Read>> = {
    content: session => json(session.content()),
    frames: (session, rest) =>
        ofRange(session, rest, FRAMES_MAX, (from, to) => framesBytes(session.results, from, to)),
    borders: (session, rest) =>
        ofRange(session, rest, Infinity, (from, to) => {
            const { geometry } = session.results
            return bordersBytes({ geometry, ...session.frames }, from, to)
        }),
    cut: ({ results }, rest) => {
        const line = Number(rest)
        const lines = results.geometry.linesPerFrame
        if (!/^\d+$/.test(rest) || line >= lines)
            return refused(400, `There is no A-line ${rest}; choose 0 to ${lines - 1}.`)
        return bytes(cutBytes(results, line))
    },
}

/** `POST /api/runs/ID/NAME` of a run that is open. */
const CHANGES: Readonly<Record<string, Change>> = {
    edits: (session, body) => session.changeEdits(checked(EDITS_CHANGE, body)),
    marks: (session, body) => session.changeMarks(checked(MARKS_CHANGE, body)),
    site: (session, body) => {
        const change = checked(SITE_CHANGE, body) as Partial<Site>
        const folder = session.writable()
        editRun(folder, change, dateMs())
        session.changeSite(readRecord(folder).site)
    },
}

/** @param path behind `/api/runs`, without its leading slash. @returns undefined for a path that is no route */
export function readRuns(library: RunLibrary, hasLive: boolean, path: string): Reply | undefined {
    if (path === "") return listOf(library, hasLive)
    const [id = "", name, rest = "", ...more] = path.split("/").map(decodeURIComponent)
    if (more.length > 0) return undefined
    if (name === undefined) return opened(library, id)
    if (name === "thumbnail" && rest === "") return thumbnail(library, id)
    if (name === "report" && rest === "") return report(library, id)
    const read = Object.hasOwn(READS, name) ? READS[name] : undefined
    if (!read) return undefined
    const session = library.session(id)
    return session ? read(session, rest) : refused(404, NOT_OPEN)
}

/** Carries out a change, and answers with the new content. @returns undefined for a path that is no route */
export function changeRun(library: RunLibrary, path: string, body: unknown): Reply | undefined {
    const [id = "", name = "", ...more] = path.split("/").map(decodeURIComponent)
    const change = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined
    if (!change || more.length > 0) return undefined
    const session = library.session(id)
    if (!session) return refused(404, NOT_OPEN)
    try {
        change(session, body)
        return json(session.content())
    } catch (error) {
        if (error instanceof ChangeConflict) return refused(409, error.message)
        return refusal(error)
    }
}

function listOf(library: RunLibrary, hasLive: boolean): Reply {
    try {
        const list: RunListJson = { folder: library.parent ?? null, runs: library.list(), hasLive }
        return json(list)
    } catch (error) {
        if (!isDiskError(error)) throw error
        return refused(500, `The folder of runs cannot be read (${diskReason(error)}).`)
    }
}

/** A run that is not open yet begins to be opened; the page asks again. */
function opened(library: RunLibrary, id: string): Reply {
    const session = library.session(id)
    if (session) return json(session.json())
    try {
        const opening = library.opening(id)
        if (opening) return json(opening, 202)
        if (library.folderOf(id) === undefined) return refused(404, NO_RUN)
        library.open(id).catch(() => undefined)
        return json(library.opening(id)!, 202)
    } catch (error) {
        return refusal(error)
    }
}

function thumbnail(library: RunLibrary, id: string): Reply {
    const folder = library.folderOf(id)
    if (folder === undefined) return refused(404, NO_RUN)
    try {
        const name = thumbnailOf(readRecord(folder))
        if (name === undefined) return refused(404, "This run has no pictures.")
        return bytes(readFileSync(join(folder, name)), "image/png")
    } catch {
        return refused(404, "The picture of this run cannot be read.")
    }
}

/** `GET /api/compare/FIRST/SECOND`, and `/page` of it: the page of `ivus compare`. @returns undefined for a path that is no route */
export function compared(library: RunLibrary, path: string): Reply | undefined {
    const [first, second, what, ...more] = path.split("/").map(decodeURIComponent)
    const isPage = what === "page"
    if (first === undefined || second === undefined || more.length > 0) return undefined
    if (what !== undefined && !isPage) return undefined
    try {
        const compared = library.compare([first, second])
        if (!compared) return undefined
        const { alignment, figures, refused, notes } = compared.comparison
        return isPage ? ownPage(compared.page) : json({ alignment, figures, refused, notes })
    } catch (error) {
        return isPage ? asText(refusal(error)) : refusal(error)
    }
}

/** A refusal as a browser shows it. */
function asText({ body, ...rest }: Reply): Reply {
    const { error } = JSON.parse(body as string) as { error: string }
    return { ...rest, body: error, type: "text/plain; charset=utf-8" }
}

/** A page that holds all of itself. */
function ownPage(body: string | Uint8Array): Reply {
    const headers = { "Content-Security-Policy": OWN_PAGE_POLICY }
    return { ...{ status: 200, type: "text/html; charset=utf-8" }, body, headers }
}

/** The report as it is in the folder of the run. */
function report(library: RunLibrary, id: string): Reply {
    const folder = library.folderOf(id)
    if (folder === undefined) return refused(404, NO_RUN)
    try {
        return ownPage(readFileSync(join(folder, REPORT_NAME)))
    } catch {
        return refused(404, 'This run has no report; make it with "ivus measure".')
    }
}

/** @param rest FROM-TO, both included */
function ofRange(
    { results }: RunSession,
    rest: string,
    most: number,
    make: (from: number, to: number) => Uint8Array
): Reply {
    const [, from, to] = /^(\d{1,7})-(\d{1,7})$/.exec(rest)?.map(Number) ?? []
    const { length } = results.frames
    if (from === undefined || to === undefined || from > to || to >= length || to - from >= most)
        return refused(
            400,
            `There are no frames ${rest}; choose FROM-TO within 0 to ${length - 1}.`
        )
    return bytes(make(from, to))
}

function checked<Schema extends v.GenericSchema>(
    schema: Schema,
    body: unknown
): v.InferOutput<Schema> {
    const result = v.safeParse(schema, body)
    if (result.success) return result.output
    const issue = result.issues[0]
    const what = v.getDotPath(issue) ?? "the request"
    throw new UsageError(`The change was refused: ${what} is ${issue.received.slice(0, 40)}.`)
}

function refusal(error: unknown): Reply {
    if (error instanceof UsageError) return refused(400, error.message)
    if (error instanceof RunError) return refused(500, error.message)
    throw error
}
