// Folders for what is replaced in the folder of a run or of a comparison: a result never overwrites an earlier one.

import { copyFileSync, existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"

/** Makes `earlier-1`, `earlier-2` … in a folder. @returns its path */
export function earlierFolder(folder: string): string {
    for (let n = 1; ; n++)
        try {
            const path = join(folder, `earlier-${n}`)
            mkdirSync(path)
            return path
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
        }
}

/** Copies files that are about to be replaced. @returns where they are now; undefined where there were none */
export function keepEarlier(folder: string, names: readonly string[]): string | undefined {
    const there = names.filter(name => existsSync(join(folder, name)))
    if (there.length === 0) return undefined
    const earlier = earlierFolder(folder)
    for (const name of there) copyFileSync(join(folder, name), join(earlier, name))
    return earlier
}
