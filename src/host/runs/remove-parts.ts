// Removes the results that were not complete when a run was ended at once.

import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"

/** Pictures and the like, of which the threads were writing some. The record has its own part, which locks it. */
const RESULT_PART = /\.(png|dcm|csv|html)\.part$/

/** Never throws: what cannot be removed stays. */
export function removeParts(folder: string): void {
    try {
        for (const name of readdirSync(folder))
            if (RESULT_PART.test(name)) rmSync(join(folder, name), { force: true })
    } catch {
        // The disk is gone.
    }
}
