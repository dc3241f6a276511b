// Makes the folder in which each run of a cart gets a folder of its own.

import { resolve } from "node:path"
import { UsageError } from "../errors"
import { nameText } from "../log/log-text"
import { makeFolders, makeReason } from "../runs/make-folders"

/** @throws UsageError */
export function openRuns(folder: string): string {
    try {
        makeFolders(resolve(folder))
        return folder
    } catch (error) {
        throw new UsageError(
            `The folder "${nameText(folder)}" cannot be made (${makeReason(error)}); name a writable one with --out.`
        )
    }
}
