// Makes a folder and those above it.

import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { diskReason } from "../disk-reason"

/** Level by level: Node's recursive mkdir hangs below /proc. @param made gets the folders that were missing */
export function makeFolders(folder: string, made: string[] = []): void {
    if (existsSync(folder)) return
    makeFolders(dirname(folder), made)
    mkdirSync(folder)
    made.push(folder)
}

/** Why a folder, or a file in it, could not be made. */
export function makeReason(error: unknown): string {
    const { code } = error as NodeJS.ErrnoException
    return code === "ENOENT" ? "the system makes no folders there" : diskReason(error)
}
