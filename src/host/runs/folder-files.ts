// The files in the folder of a run: each is written under a temporary name, which is changed when it is complete.

import {
    closeSync,
    fsyncSync,
    openSync,
    renameSync,
    rmSync,
    unlinkSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { isDiskError } from "../disk-reason"
import type { FolderPlace } from "./folder-place"
import { CAPTURE_NAME, RECORD_NAME } from "./run-record"

const PART = ".part"

/** What a replay needs, and what says how the run went. */
const KEPT = /^(capture\.ivl|run\.(json|log)|(catheter|pairs)\.json)$/

export class FolderFiles {
    private readonly names = new Set<string>([CAPTURE_NAME, RECORD_NAME])
    /** Texts that a replay needs. */
    private readonly needed = new Map<string, string>()

    constructor(private readonly place: FolderPlace) {}

    /** The names of those that are complete. */
    get list(): readonly string[] {
        return [...this.names].sort()
    }

    /** The names of all that may be there. */
    get all(): readonly string[] {
        return [...this.names].flatMap(name => [name, name + PART])
    }

    /** The temporary path. */
    partOf(name: string): string {
        return join(this.place.folder, name + PART)
    }

    /** @throws an error of the disk */
    put(name: string, content: Uint8Array | string): void {
        this.place.find()
        writeFileSync(this.partOf(name), content)
        this.rename(name)
    }

    /** On return the disk has it. @throws an error of the disk */
    putSafely(name: string, text: string): void {
        this.place.find()
        const fd = openSync(this.partOf(name), "w")
        try {
            writeFileSync(fd, text)
            fsyncSync(fd)
        } finally {
            closeSync(fd)
        }
        this.rename(name)
    }

    /** @throws an error of the disk */
    rename(name: string): void {
        this.place.find()
        renameSync(this.partOf(name), join(this.place.folder, name))
        this.names.add(name)
    }

    added(name: string): void {
        this.names.add(name)
    }

    /** Remembers a text that a replay needs. @returns whether it is new */
    need(name: string, text: string): boolean {
        const isNew = this.needed.get(name) !== text
        this.needed.set(name, text)
        return isNew
    }

    discardPart(name: string): void {
        try {
            if (name !== CAPTURE_NAME) unlinkSync(this.partOf(name))
        } catch {
            // There may be none.
        }
    }

    /** Removes what can be made again from the capture. */
    removeDerived(): void {
        for (const name of this.names) {
            if (KEPT.test(name)) continue
            this.names.delete(name)
            rmSync(join(this.place.folder, name), { force: true })
        }
    }

    /** The folder is gone. Writes what a replay needs into that of the copy, if there is one. */
    moveOut(): void {
        this.names.clear()
        if (this.place.isLost) return
        this.names.add(CAPTURE_NAME)
        for (const [name, text] of this.needed)
            try {
                this.put(name, text)
            } catch (error) {
                if (!isDiskError(error)) throw error
                this.discardPart(name)
            }
    }
}
