// Opens the out folder of `ivus serve`.

import { UsageError } from "../errors"
import { OutFolder, OutFolderError } from "../runs/out-folder"

/** @throws UsageError */
export function openOut(path: string): OutFolder {
    try {
        return new OutFolder(path)
    } catch (error) {
        if (error instanceof OutFolderError) throw new UsageError(error.message)
        throw error
    }
}
