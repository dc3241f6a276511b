// Reads a file that a user named.

import { readFileSync } from "node:fs"
import { diskReason } from "../../disk-reason"
import { UsageError } from "../../errors"

/** @throws UsageError when it cannot be read */
export function readInput(file: string, what: string): Buffer {
    try {
        return readFileSync(file)
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        throw new UsageError(
            `The ${what} file "${file}" cannot be read (${code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : diskReason(error)}); name a readable file.`
        )
    }
}
