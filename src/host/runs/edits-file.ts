// borders.json beside a run: the borders and references of a person. Reads, checks and changes it.

import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as v from "valibot"
import { diskReason, isDiskError } from "../disk-reason"
import { RunError, UsageError } from "../errors"
import { logText, nameText } from "../log/log-text"
import { EDITS, EDITS_FORMAT, type Edits, NO_EDITS } from "../measure/edits"
import { changeFile, FileLocked, STALE_MS } from "./locked-file"
import { parseJson } from "../json-text"

export const EDITS_NAME = "borders.json"

/** Largest file that is read. */
const BYTES_MAX = 1 << 26

/** @returns those of a run; none where it has no such file @throws UsageError for one that cannot be used */
export function readEdits(folder: string): Edits {
    const path = join(folder, EDITS_NAME)
    return existsSync(path) ? editsIn(path) : NO_EDITS
}

/** @throws UsageError */
export function editsIn(path: string): Edits {
    const name = nameText(path)
    let text: string
    try {
        const stat = statSync(path)
        if (!stat.isFile()) throw new Error("it is not a file")
        if (stat.size > BYTES_MAX) throw new Error("it is too large")
        text = readFileSync(path, "utf8")
    } catch (error) {
        throw new UsageError(
            `The borders in "${name}" cannot be read (${diskReason(error)}); name another file.`
        )
    }
    return checked(text, name)
}

function checked(text: string, name: string): Edits {
    let candidate: unknown
    try {
        candidate = parseJson(text)
    } catch {
        throw new UsageError(
            `The borders in "${name}" are damaged: the file is not JSON; correct it, or name another file.`
        )
    }
    const format = (candidate as { format?: unknown } | null)?.format
    if (typeof format === "number" && format > EDITS_FORMAT)
        throw new UsageError(
            `The borders in "${name}" are of a later version of this program (format ${format}); update this program.`
        )
    const result = v.safeParse(EDITS, candidate)
    if (result.success) {
        checkOnce(result.output, name)
        return result.output
    }
    const issue = result.issues[0]
    const field = v.getDotPath(issue) ?? "content"
    if (issue.received === "undefined")
        throw new UsageError(
            `The borders in "${name}" cannot be used: ${nameText(field)} is missing; add it, or name another file.`
        )
    throw new UsageError(
        `The borders in "${name}" cannot be used: ${field} is ${logText(issue.received).slice(0, 40)}, and ${logText(issue.expected ?? "another value").slice(0, 60)} is expected; correct it, or name another file.`
    )
}

/** Of two of a kind, the second one would replace the first without a word. */
function checkOnce({ borders, references }: Edits, name: string): void {
    const all = [
        ...borders.map(({ kind, frame }) => `${kind} border of frame ${frame}`),
        ...references.map(({ which }) => `${which} reference`),
    ]
    const again = twiceIn(all)
    if (again !== undefined)
        throw new UsageError(
            `The borders in "${name}" cannot be used: the ${again} is there twice; leave one of the two.`
        )
}

/** The first text that is in a list again. */
export function twiceIn(texts: readonly string[]): string | undefined {
    const before = new Set<string>()
    return texts.find(text => before.has(text) || !before.add(text))
}

/**
 * @param before what the change was made from
 * @throws UsageError when somebody else has changed it since; RunError when the disk does not take it
 */
export function changeEdits(folder: string, before: Edits, after: Edits): void {
    const name = nameText(folder)
    try {
        changeFile(join(folder, EDITS_NAME), () => {
            if (editsText(readEdits(folder)) !== editsText(before))
                throw new UsageError(
                    `The borders of "${name}" were changed by somebody else in the meantime; nothing was written, so do it again.`
                )
            return editsText(after)
        })
    } catch (error) {
        if (error instanceof FileLocked)
            throw new UsageError(
                `The borders of "${name}" are being written by another program; try again in ${STALE_MS / 1000} s.`
            )
        if (isDiskError(error))
            throw new RunError(
                `The ${EDITS_NAME} of "${name}" cannot be written (${diskReason(error)}); it is as it was.`
            )
        throw error
    }
}

export function editsText(edits: Edits): string {
    return JSON.stringify(edits, undefined, 1) + "\n"
}
