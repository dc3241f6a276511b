// The record of a run: run.json, and what `--json` prints. Its names are in snake_case.

import { hostname } from "node:os"
import { PROTOCOL_VERSION } from "../../shared/protocol/burst"
import type { Hello } from "../../shared/protocol/messages"
import { PROGRAM_VERSION, versionText } from "../../shared/versions"
import { stampOf } from "../clock"
import { boardIdOf } from "../link/host-identity"
import type { Measurements } from "../results/measurements"
import type { RunSummary } from "../results/summary"
import { warningRows } from "../results/summary-text"
import type { Verdict } from "../results/verdict"
import type { Asked, Patient, RunAbout, Site } from "./run-about"
import { type SnakeCase, snakeCase } from "./snake-case"
import { bootId, startOf } from "./this-program"

export const RECORD_NAME = "run.json"
export const CAPTURE_NAME = "capture.ivl"
export const LOG_NAME = "run.log"

/** Raised when a reader of an earlier one would misunderstand it. */
export const RECORD_FORMAT = 1

/** A change of the site after the run. */
export interface Edit {
    /** ISO 8601. */
    readonly date: string
    readonly field: keyof Site
    readonly from: string | null
    readonly to: string | null
}

/** What the disk did to a run. */
export interface DiskNote {
    /** One sentence. */
    readonly message: string
    /** Bytes of the capture that were not kept. */
    readonly bytesLost: number
}

/** What every record has of the measurements. */
type BasicMeasurements = Pick<
    SnakeCase<Measurements>,
    | "mla_mm2"
    | "mla_position_mm"
    | "reference_proximal_mm2"
    | "reference_distal_mm2"
    | "area_stenosis_percent"
    | "lesion_length_mm"
>

/** A record of a run with results has all of them; one of an earlier version has not. */
export type RecordedMeasurements = BasicMeasurements & Partial<SnakeCase<Measurements>>

/**
 * - `waiting`: in the queue; it is sent by `ivus send --resume`.
 * - `verified`: the archive has it, by a query.
 * - `accepted`: the archive took it, and answers no query.
 * - `refused`: the archive does not take it.
 * - `missing`: its file was gone before it was sent.
 * - `cancelled`: a person took it out of the queue.
 */
export const SEND_OUTCOMES = [
    "waiting",
    "verified",
    "accepted",
    "refused",
    "missing",
    "cancelled",
] as const

/** One file of the run, sent to one archive: its latest outcome there. */
export interface SentObject {
    /** The address, without user and password. */
    readonly to: string
    /** The name of the file. */
    readonly object: string
    /** SOP Instance UID. */
    readonly uid: string
    readonly outcome: (typeof SEND_OUTCOMES)[number]
    /** Why it is not verified; null where it is, or where it has not been tried. */
    readonly reason: string | null
    /** ISO 8601. */
    readonly date: string
}

/** A program that receives a run. */
export interface RunWriterId {
    readonly pid: number
    readonly host: string
    /** Of the start of the computer, and of that of the program, where the system tells them. */
    readonly boot?: string
    readonly started?: number
}

/** What every record has, also that of a run of which nothing but this is known. */
export interface RunBasics {
    readonly format: typeof RECORD_FORMAT
    readonly verdict: Verdict
    /** Why the run did not complete; null where it did. */
    readonly verdict_reason: string | null
    /** ISO 8601, in the zone of the computer that received it. */
    readonly date: string
    readonly catheter: string
    readonly study: string | null
    /** The date of the first run of the study, ISO 8601; null without a study; an earlier version did not write it. */
    readonly study_date?: string | null
    readonly patient: Patient
    readonly site: Site
    readonly history: readonly Edit[]
    readonly asked: SnakeCase<Asked>
    readonly versions: {
        readonly host: string
        readonly firmware: string | null
        readonly protocol: number
    }
    /** The id of the cart's board. */
    readonly cart: string | null
    /** The run or the file from which a replay was made; null for a run that is none. */
    readonly replay_of: string | null
    /** When the replay was made, ISO 8601. */
    readonly replay_date: string | null
    /** The cart's number of the run; an earlier version did not write it. */
    readonly run?: number | null
    readonly frames: number
    readonly length_mm: number | null
    readonly lines_fired: number | null
    readonly lines_missing: number | null
    readonly measurements: RecordedMeasurements
    /** The names of the files in the folder. */
    readonly files: readonly string[]
    /** One sentence each. */
    readonly warnings: readonly string[]
    readonly disk: SnakeCase<DiskNote> | null
    /** What was sent to archives; absent where nothing was. */
    readonly sent?: readonly SentObject[]
    /** The program that is receiving the run; a finished record has none. */
    readonly writer?: RunWriterId
}

/** A run that has results also has all of its summary. */
export type RunRecord = RunBasics & Partial<Omit<SnakeCase<RunSummary>, keyof RunBasics>>

/** What a record needs besides the summary. */
export interface RecordParts {
    readonly about: RunAbout
    readonly hello: Hello | undefined
    /** The cart's number of the run. */
    readonly run?: number | undefined
    readonly files: readonly string[]
    readonly disk?: DiskNote | undefined
    /** Why the run ended, where it did not end well; the verdict may say less. */
    readonly endedBy?: string | undefined
}

const NOT_MEASURED: BasicMeasurements = {
    mla_mm2: null,
    mla_position_mm: null,
    reference_proximal_mm2: null,
    reference_distal_mm2: null,
    area_stenosis_percent: null,
    lesion_length_mm: null,
}

/** The record of a run with results. */
export function recordOf(summary: RunSummary, parts: RecordParts): RunRecord {
    const { lines } = summary
    return {
        ...bareRecord(summary, parts),
        ...snakeCase(summary),
        lines_fired: lines.fired,
        lines_missing: lines.missing,
        warnings: [...warningRows(summary), ...endRows(parts)],
    }
}

/** What is known of a run without a summary. */
export interface BareRun {
    readonly verdict: Verdict
    readonly verdictReason: string | null
    readonly catheter: string
    readonly frames?: number
    readonly lengthMm?: number
    readonly linesFired?: number | null
    readonly linesMissing?: number
}

/** The record of a run without results. */
export function bareRecord(run: BareRun, parts: RecordParts): RunRecord {
    const { about, hello, disk } = parts
    return {
        format: RECORD_FORMAT,
        verdict: run.verdict,
        verdict_reason: run.verdictReason,
        date: stampOf(about.dateMs),
        catheter: run.catheter,
        study: about.study,
        study_date: about.study === null ? null : stampOf(about.studyDateMs ?? about.dateMs),
        patient: about.patient,
        site: about.site,
        history: [],
        asked: snakeCase(about.asked),
        versions: {
            host: versionText(PROGRAM_VERSION),
            firmware: hello ? versionText(hello.firmware_version) : null,
            protocol: PROTOCOL_VERSION,
        },
        cart: hello ? boardIdOf(hello) : null,
        replay_of: about.replay?.of ?? null,
        replay_date: about.replay ? stampOf(about.replay.dateMs) : null,
        run: parts.run ?? null,
        frames: run.frames ?? 0,
        length_mm: run.lengthMm ?? null,
        lines_fired: run.linesFired ?? null,
        lines_missing: run.linesMissing ?? null,
        measurements: NOT_MEASURED,
        files: [...new Set([...parts.files, RECORD_NAME])].sort(),
        warnings: endRows(parts),
        disk: disk ? snakeCase(disk) : null,
    }
}

export const RECEIVING = "the run is being received"

/** The record of a run that has just begun: what is left of it if this program is killed. */
export function receivingRecord(about: RunAbout, catheter: string): RunRecord {
    const run: BareRun = { verdict: "incomplete", verdictReason: RECEIVING, catheter }
    const [boot, started] = [bootId(), startOf(process.pid)]
    return {
        ...bareRecord(run, { about, hello: undefined, files: [CAPTURE_NAME] }),
        writer: {
            ...{ pid: process.pid, host: hostname() },
            ...(boot !== undefined && { boot }),
            ...(started !== undefined && { started }),
        },
    }
}

function endRows({ endedBy, disk }: RecordParts): string[] {
    return [...new Set([endedBy, disk?.message].filter(text => text !== undefined))]
}

export function recordText(record: RunRecord): string {
    return JSON.stringify(record, undefined, 4) + "\n"
}
