// marks.json beside a run: bookmarks and calipers of a person, and that a run was rejected. Reads, checks and changes it.

import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as v from "valibot"
import { diskReason, isDiskError } from "../disk-reason"
import { RunError, UsageError } from "../errors"
import { logText, nameText } from "../log/log-text"
import { changeFile, FileLocked, STALE_MS } from "./locked-file"
import { parseJson } from "../json-text"

export const MARKS_NAME = "marks.json"
/** Raised when a reader of an earlier one would misunderstand it. */
export const MARKS_FORMAT = 1
/** Largest file that is read. */
const BYTES_MAX = 1 << 24

const NUMBER = v.pipe(v.number(), v.finite())
const TEXT = v.pipe(v.string(), v.maxLength(500), v.regex(/^[^\p{Cc}]*$/u))
const ID = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
const MADE = {
    by: v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
    date: v.pipe(
        v.string(),
        v.check(text => !Number.isNaN(Date.parse(text)))
    ),
}

/** A place along the pullback. */
export const BOOKMARK = v.object({ id: ID, position_mm: NUMBER, note: TEXT })
/** Points of a caliper: two for a distance, three for an angle with its corner in the middle, more for an area. */
export const CALIPER = v.object({
    id: ID,
    kind: v.picklist(["distance", "area", "angle"]),
    /** The column "frame" of measurements.csv. */
    frame: v.pipe(v.number(), v.integer(), v.minValue(0)),
    /** From the catheter's centre, x right and y down. */
    points_mm: v.pipe(v.array(v.tuple([NUMBER, NUMBER])), v.minLength(2), v.maxLength(500)),
    label: TEXT,
})
const MADE_BOOKMARK = v.object({ ...BOOKMARK.entries, ...MADE })
const MADE_CALIPER = v.object({ ...CALIPER.entries, ...MADE })
const REJECTION = v.object({ reason: TEXT, ...MADE })

/** The content of marks.json. */
export const MARKS = v.object({
    format: v.literal(MARKS_FORMAT),
    bookmarks: v.array(MADE_BOOKMARK),
    calipers: v.array(MADE_CALIPER),
    /** A person found the run not usable. */
    rejected: v.nullable(REJECTION),
    history: v.array(
        v.object({
            /** One sentence. */
            what: v.string(),
            /** What was there before. */
            replaced: v.nullable(v.union([MADE_BOOKMARK, MADE_CALIPER, REJECTION])),
            ...MADE,
        })
    ),
})

export type Marks = v.InferOutput<typeof MARKS>
export type BookmarkMark = Marks["bookmarks"][number]
export type CaliperMark = Marks["calipers"][number]

export const NO_MARKS: Marks = {
    format: MARKS_FORMAT,
    ...{ bookmarks: [], calipers: [], rejected: null, history: [] },
}

/** @returns those of a run; none where it has no such file @throws UsageError for one that cannot be used */
export function readMarks(folder: string): Marks {
    const path = join(folder, MARKS_NAME)
    if (!existsSync(path)) return NO_MARKS
    const name = nameText(path)
    let text: string
    try {
        if (statSync(path).size > BYTES_MAX) throw new Error("it is too large")
        text = readFileSync(path, "utf8")
    } catch (error) {
        throw new UsageError(`The marks in "${name}" cannot be read (${diskReason(error)}).`)
    }
    return checked(text, name)
}

function checked(text: string, name: string): Marks {
    let candidate: unknown
    try {
        candidate = parseJson(text)
    } catch {
        throw new UsageError(`The marks in "${name}" are damaged: the file is not JSON.`)
    }
    const result = v.safeParse(MARKS, candidate)
    if (result.success) return result.output
    const issue = result.issues[0]
    throw new UsageError(
        `The marks in "${name}" cannot be used: ${v.getDotPath(issue) ?? "content"} is ${logText(issue.received).slice(0, 40)}; correct the file, or move it away.`
    )
}

/**
 * @param change makes the new marks from those on the disk
 * @returns the new marks
 * @throws what `change` throws; UsageError while another program writes; RunError when the disk does not take it
 */
export function changeMarks(folder: string, change: (before: Marks) => Marks): Marks {
    const name = nameText(folder)
    let after = NO_MARKS
    try {
        changeFile(join(folder, MARKS_NAME), () => {
            after = change(readMarks(folder))
            return JSON.stringify(after, undefined, 1) + "\n"
        })
        return after
    } catch (error) {
        if (error instanceof FileLocked)
            throw new UsageError(
                `The marks of "${name}" are being written by another program; try again in ${STALE_MS / 1000} s.`
            )
        if (isDiskError(error))
            throw new RunError(
                `The ${MARKS_NAME} of "${name}" cannot be written (${diskReason(error)}); it is as it was.`
            )
        throw error
    }
}
