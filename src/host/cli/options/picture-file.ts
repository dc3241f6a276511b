// The file of the picture that `ivus live` writes.

import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { diskReason } from "../../disk-reason"
import { UsageError } from "../../errors"
import { logText } from "../../log/log-text"

/** Folder of the pictures where no file is named. */
export const PICTURES = "out"

/** @throws UsageError for a file that is no picture, or that is there already */
export function pictureFile(file: string): string {
    if (!file.endsWith(".png"))
        throw new UsageError(
            `--out ${logText(file)} is not a picture; name a file that ends in .png.`
        )
    if (existsSync(file)) throw thereAlready(file)
    return file
}

/** A file that there is not yet, where none is named: live.png, live-1.png, live-2.png … */
export function freePicture(folder = PICTURES): string {
    for (let n = 0; ; n++) {
        const file = join(folder, n === 0 ? "live.png" : `live-${n}.png`)
        if (!existsSync(file)) return file
    }
}

/** Writes a file under a temporary name first, so that it is whole or not there. @throws UsageError */
export function writePicture(path: string, bytes: Uint8Array): void {
    if (existsSync(path)) throw thereAlready(path)
    try {
        mkdirSync(dirname(resolve(path)), { recursive: true })
        writeFileSync(`${path}.partial`, bytes)
        renameSync(`${path}.partial`, path)
    } catch (error) {
        throw new UsageError(
            `The picture "${logText(path)}" cannot be written (${diskReason(error)}); name a writable file with --out.`
        )
    }
}

function thereAlready(file: string): UsageError {
    return new UsageError(
        `There is a file "${logText(file)}" already, and a picture never overwrites one; name another file with --out.`
    )
}
