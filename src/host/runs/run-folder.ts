// The folders of runs that a host receives without being told where to put each: one for each run, in one parent folder.

import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { stampOf } from "../clock"

/** In the zone of this computer; a name must have no colon on some systems: 2026-11-30T10-39-17. */
function timeName(ms: number): string {
    return stampOf(ms).slice(0, 19).replaceAll(":", "-")
}

/**
 * Makes the empty folder of a run: DATE-CATHETER, or with -2, -3 … behind it if there is one already. Two programs never get the
 * same one.
 * @param parent exists
 * @returns its path
 */
export function makeRunFolder(parent: string, dateMs: number, catheter: string): string {
    const name = `${timeName(dateMs)}-${catheter}`
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
