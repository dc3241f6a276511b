// The name of a run's folder where none is given: date, time and catheter; a number where there is one already.

import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { stampOf } from "../clock"

/** Longest part of a name that comes from a catheter's id. */
const ID_MAX = 64

/** In the zone of this computer; a name must have no colon on some systems: 2026-11-30T10-39-17. */
function timeName(ms: number): string {
    return stampOf(ms).slice(0, 19).replaceAll(":", "-")
}

/** An id comes from the link or from a file of the user. */
function idName(catheter: string): string {
    return catheter.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, ID_MAX) || "unknown"
}

/**
 * Makes the empty folder of a run: DATE-CATHETER, or with -2, -3 … behind it if there is one already. Two programs never get the
 * same one.
 * @param parent exists
 * @returns its path
 */
export function makeDatedFolder(parent: string, dateMs: number, catheter: string): string {
    const name = `${timeName(dateMs)}-${idName(catheter)}`
    for (let n = 1; ; n++) {
        const path = join(parent, n > 1 ? `${name}-${n}` : name)
        try {
            mkdirSync(path)
            return path
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
        }
    }
}
