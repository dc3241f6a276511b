// Where the commands that follow a bedside unit put its runs, and the program that makes their results.

import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { UsageError } from "../errors"
import { makeFolders } from "../runs/make-folders"

export const RESULTS_PROGRAM = fileURLToPath(new URL("results-child.ts", import.meta.url))

/** Makes the folder for the folders of runs. @throws UsageError */
export function openRuns(folder: string): string {
    try {
        makeFolders(resolve(folder))
        return folder
    } catch (error) {
        throw new UsageError(
            `The folder "${folder}" cannot be made (${(error as NodeJS.ErrnoException).code}); name a writable one with --out.`
        )
    }
}
