// Where a file is after the folder of a run was set aside, which may have been the folder of that file.

import { realpathSync } from "node:fs"
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path"

/** A folder of a run, and the present name of the one that had its name before. */
export interface SetAside {
    readonly path: string
    readonly setAside?: string | undefined
}

/**
 * Looks for a file before a folder is set aside: symbolic links to it may lead nowhere, or to another file, later.
 * @returns its path once a run has its folder
 */
export function followed(file: string): (folder: SetAside) => string {
    const real = realPathOf(file)
    return ({ path, setAside }) => {
        if (setAside === undefined) return file
        const folder = resolve(path)
        // A folder that is itself a symbolic link is renamed without what it leads to.
        const renamed = join(realPathOf(dirname(folder)), basename(folder))
        const inFolder = relative(renamed, real)
        return isOutside(inFolder) ? real : join(setAside, inFolder)
    }
}

function isOutside(path: string): boolean {
    return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)
}

function realPathOf(path: string): string {
    try {
        return realpathSync(path)
    } catch {
        // Whoever opens it says why it cannot be read.
        return resolve(path)
    }
}
