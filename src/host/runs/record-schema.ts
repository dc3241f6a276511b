// What run.json must be, and what is said of one that is missing, damaged or of a later version.

import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as v from "valibot"
import { diskReason } from "../disk-reason"
import { logText } from "../log/log-text"
import { VERDICTS } from "../results/verdict"
import { VESSEL_SIDES } from "./run-about"
import {
    CAPTURE_NAME,
    RECORD_FORMAT,
    RECORD_NAME,
    type RunRecord,
    SEND_OUTCOMES,
} from "./run-record"
import { parseJson } from "../json-text"

/** Largest record that is read. */
const RECORD_BYTES_MAX = 1 << 24

/** Why a record cannot be used. */
export type RecordDefect = "missing" | "unreadable" | "damaged" | "later"

/** The record cannot be used; the message is one sentence, which says what to do. */
export class RecordError extends Error {
    constructor(
        readonly defect: RecordDefect,
        folder: string,
        /** The message without what to do, and without its full stop. */
        readonly problem: string
    ) {
        super(`${problem}; ${adviceFor(defect, folder)}.`)
    }
}

/** A replay needs the capture only. */
function adviceFor(defect: RecordDefect, folder: string): string {
    if (defect === "later") return "update this program"
    if (!existsSync(join(folder, CAPTURE_NAME)))
        return `there is no ${CAPTURE_NAME} from which "ivus replay" could make the run again, so copy its folder from a backup`
    const again = '"ivus replay" makes a run with a record from its capture'
    return defect === "unreadable" ? `make it readable, or ${again}` : again
}

const TEXT = v.nullable(v.string())
const NUMBER = v.nullable(v.pipe(v.number(), v.finite()))
const COUNT = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)))

const DATE = v.pipe(
    v.string(),
    v.check(text => !Number.isNaN(Date.parse(text)))
)

const SITE = v.object({
    label: TEXT,
    vessel: TEXT,
    side: v.nullable(v.picklist(VESSEL_SIDES)),
    segment: TEXT,
})

/** The summary's fields are not checked: only whoever shows them needs them. */
export const RECORD = v.looseObject({
    format: v.literal(RECORD_FORMAT),
    verdict: v.picklist(VERDICTS),
    verdict_reason: TEXT,
    date: DATE,
    catheter: v.string(),
    study: TEXT,
    patient: v.object({ id: TEXT, name: TEXT }),
    site: SITE,
    history: v.array(
        v.object({
            date: v.string(),
            field: v.picklist(["label", "vessel", "side", "segment"]),
            from: TEXT,
            to: TEXT,
        })
    ),
    asked: v.looseObject({ target: v.string() }),
    versions: v.object({ host: v.string(), firmware: TEXT, protocol: v.number() }),
    cart: TEXT,
    // Absent in records of earlier versions.
    study_date: v.optional(v.nullable(DATE)),
    replay_of: v.optional(TEXT),
    replay_date: v.optional(v.nullable(DATE)),
    run: v.optional(COUNT),
    frames: v.pipe(v.number(), v.integer(), v.minValue(0)),
    length_mm: NUMBER,
    lines_fired: COUNT,
    lines_missing: COUNT,
    measurements: v.looseObject({
        mla_mm2: NUMBER,
        mla_position_mm: NUMBER,
        reference_proximal_mm2: NUMBER,
        reference_distal_mm2: NUMBER,
        area_stenosis_percent: NUMBER,
        lesion_length_mm: NUMBER,
    }),
    files: v.array(v.string()),
    warnings: v.array(v.string()),
    disk: v.nullable(v.object({ message: v.string(), bytes_lost: v.number() })),
    sent: v.optional(
        v.array(
            v.object({
                to: v.string(),
                object: v.string(),
                uid: v.string(),
                outcome: v.picklist(SEND_OUTCOMES),
                reason: TEXT,
                date: DATE,
            })
        )
    ),
    writer: v.optional(
        v.object({
            pid: v.pipe(v.number(), v.integer()),
            host: v.string(),
            boot: v.optional(v.string()),
            started: v.optional(v.number()),
        })
    ),
})

/** @throws RecordError */
export function readRecord(folder: string): RunRecord {
    return checkedRecord(readJson(folder), folder)
}

function readJson(folder: string): unknown {
    const path = join(folder, RECORD_NAME)
    let text: string
    try {
        const stat = statSync(path)
        if (!stat.isFile()) throw defective("damaged", folder, "is damaged: it is not a file")
        if (stat.size > RECORD_BYTES_MAX)
            throw defective("damaged", folder, "is damaged: it is too large")
        text = readFileSync(path, "utf8")
    } catch (error) {
        if (error instanceof RecordError) throw error
        const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT"
        const reason = isMissing ? "there is none" : diskReason(error)
        const defect = isMissing ? "missing" : "unreadable"
        throw defective(defect, folder, `cannot be read: ${reason}`)
    }
    try {
        return parseJson(text)
    } catch {
        throw defective("damaged", folder, "is damaged: it is not JSON")
    }
}

/** @throws RecordError */
export function checkedRecord(candidate: unknown, folder: string): RunRecord {
    const format = (candidate as { format?: unknown } | null)?.format
    if (typeof format === "number" && format > RECORD_FORMAT)
        throw defective("later", folder, `is of a later version of this program (format ${format})`)
    const result = v.safeParse(RECORD, candidate)
    if (result.success) {
        // As it was read: an edit keeps the order of its fields.
        const record = candidate as RunRecord
        const { replay_of = null, replay_date = null } = record
        return { ...record, replay_of, replay_date }
    }
    throw defective("damaged", folder, `is damaged: ${defectText(result.issues[0])}`)
}

function defective(defect: RecordDefect, folder: string, what: string): RecordError {
    return new RecordError(defect, folder, `The ${RECORD_NAME} of "${logText(folder)}" ${what}`)
}

/** Longest value that is shown. */
const VALUE_MAX = 40

function defectText(issue: v.BaseIssue<unknown>): string {
    const field = v.getDotPath(issue)
    const { received } = issue
    if (field === null) return `it is ${logText(received)} and not a record`
    if (received === "undefined") return `its field ${field} is missing`
    const value = received.length > VALUE_MAX ? `${received.slice(0, VALUE_MAX)}…` : received
    return `its field ${field} is ${logText(value)}`
}
