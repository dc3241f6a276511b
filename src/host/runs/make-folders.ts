// Makes a folder and those above it.

import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"

/** Level by level: Node's recursive mkdir hangs below /proc. @param made gets the folders that were missing */
export function makeFolders(folder: string, made: string[] = []): void {
    if (existsSync(folder)) return
    makeFolders(dirname(folder), made)
    mkdirSync(folder)
    made.push(folder)
}
