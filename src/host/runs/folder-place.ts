// Where the folder of a run is while the run is received: it may be moved, or removed, and then its capture gets another one.

import { basename, dirname, resolve } from "node:path"
import { diskReason } from "../disk-reason"
import { nameText } from "../log/log-text"
import type { CaptureFile } from "./capture-file"
import { copyOut, folderNow } from "./find-folder"

export class FolderPlace {
    /** Absolute. */
    folder: string
    /** As it was named, or as it is below the folder of runs; the absolute one after it was moved. */
    named: string
    /** A folder that was made in place of one that is gone. */
    copy: string | undefined
    /** Whether the folder of the beginning was removed. */
    isGone = false

    /** @param runs the folder for the folders of runs */
    constructor(
        named: string,
        private readonly runs: string,
        private readonly captured: CaptureFile
    ) {
        this.named = named
        this.folder = resolve(named)
    }

    /** Whether the folder was removed, and no copy of the capture could be made. */
    get isLost(): boolean {
        return this.isGone && this.copy === undefined
    }

    /** The folder may have been moved, and another one may have its name. @throws an error of the disk when it is gone */
    find(): void {
        const now = folderNow(this.captured.fd, this.folder)
        if (now === undefined)
            throw Object.assign(new Error("it is gone"), { code: "ENOENT", syscall: "open" })
        if (now !== this.folder) this.folder = this.named = now
    }

    isFound(): boolean {
        try {
            this.find()
            return true
        } catch {
            return false
        }
    }

    /** The folder is gone: what is in the open capture gets another one, if a disk takes it. @returns what to say of it */
    moveOut(): string {
        this.isGone = true
        const gone = `The folder "${nameText(this.named)}" of the run is gone`
        const { captured, folder, runs } = this
        const parents = [dirname(folder), ...(runs === "" ? [] : [resolve(runs)])]
        try {
            captured.finishLettingGo()
            const copy = copyOut(captured.fd, captured.bytes, basename(folder), parents)
            captured.goOnIn(copy.capture)
            this.folder = this.named = this.copy = copy.folder
            return `${gone}; its capture is kept in "${nameText(copy.folder)}".`
        } catch (error) {
            captured.lose()
            return `${gone}, and what was received of it is lost, as no other folder takes it (${diskReason(error)}).`
        }
    }
}
