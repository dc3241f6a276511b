// The folder of one run, from its first byte on: the capture is written in place, every other file under a temporary name first.

import {
    closeSync,
    fstatSync,
    fsyncSync,
    openSync,
    renameSync,
    unlinkSync,
    writeFileSync,
    writeSync,
} from "node:fs"
import { join, resolve } from "node:path"
import { diskReason, isDiskError } from "../disk-reason"
import { logText } from "../log/log-text"
import { aboutNothing } from "./run-about"
import {
    type Claim,
    claimFolder,
    RunFolderError,
    type RunPlace,
    unclaimFolder,
} from "./claim-folder"
import {
    CAPTURE_NAME,
    RECORD_NAME,
    receivingRecord,
    recordText,
    type RunRecord,
} from "./run-record"

export { RunFolderError, type RunPlace }

/** The disk took no more of a run. */
export interface DiskError {
    /** Of the operating system: ENOSPC, EROFS and so on. */
    readonly code: string
    /** One sentence. */
    readonly message: string
}

/** Capture bytes are collected up to this number. */
const BUFFER_BYTES = 1 << 18
/** A program that is killed loses the bytes of so much time. */
const FLUSH_MS = 500
/** Space that is kept for run.json and run.log on a full disk. */
const RESERVE_BYTES = 1 << 18

const PART = ".part"

export class RunFolder {
    /** Called once, with the first error of the disk. What is written after it is dropped, except the record. */
    onDiskError: (error: DiskError) => void = () => undefined
    /** Bytes of the capture that were not kept. */
    bytesLost = 0
    private readonly folder: string
    private readonly names = new Set<string>([CAPTURE_NAME, RECORD_NAME])
    private readonly waiting = Buffer.allocUnsafe(BUFFER_BYTES)
    private filled = 0
    private timer: NodeJS.Timeout | undefined
    private failure: DiskError | undefined
    private reserve: number | undefined
    private isOver = false

    /** @throws RunFolderError when the folder cannot be written, or holds a run already */
    static create(place: RunPlace): RunFolder {
        const claim = claimFolder(place)
        try {
            const folder = new RunFolder(claim)
            folder.begin(receivingRecord(aboutNothing(place.dateMs, ""), place.catheter))
            return folder
        } catch (error) {
            unclaimFolder(claim, [CAPTURE_NAME, RECORD_NAME, RECORD_NAME + PART])
            throw new RunFolderError(
                `The folder "${logText(claim.path)}" cannot be written (${diskReason(error)}); name a writable one with --out.`
            )
        }
    }

    private constructor(private readonly claim: Claim) {
        this.folder = resolve(claim.path)
    }

    /** As it was named, or as it is below the folder of runs. */
    get path(): string {
        return this.claim.path
    }

    /** The new name of the folder that was set aside. */
    get setAside(): string | undefined {
        return this.claim.setAside
    }

    /** The names of the files that are complete. */
    get files(): readonly string[] {
        return [...this.names].sort()
    }

    /** The disk error that there was, if any. */
    get diskError(): DiskError | undefined {
        return this.failure
    }

    /** Adds bytes to capture.ivl. Never throws. */
    capture(bytes: Uint8Array): void {
        if (this.isOver) return
        if (this.failure) return void (this.bytesLost += bytes.length)
        if (this.filled + bytes.length > BUFFER_BYTES) this.flush()
        if (bytes.length > BUFFER_BYTES) return this.append(bytes)
        this.waiting.set(bytes, this.filled)
        this.filled += bytes.length
        this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref()
    }

    /** Writes a file as a whole: under a temporary name, which is then changed. */
    write(name: string, content: Uint8Array | string): void {
        if (this.failure || this.isOver) return
        this.tried(name, () => {
            writeFileSync(this.pathOf(name), content)
            this.renamed(name)
        })
    }

    /** The temporary path of a file that somebody else writes, who then calls {@link wrote}. */
    pathOf(name: string): string {
        return join(this.folder, name + PART)
    }

    /** A file at {@link pathOf} is complete. */
    wrote(name: string): void {
        if (this.failure || this.isOver) return
        this.tried(name, () => this.renamed(name))
    }

    /** A file at {@link pathOf} could not be written by its writer. */
    failed(name: string, error: NodeJS.ErrnoException): void {
        if (this.failure || this.isOver) return
        this.discardPart(name)
        this.fail(name, error)
    }

    /** A file that its writer put there under its own name, such as the log. */
    added(name: string): void {
        this.names.add(name)
    }

    /** Writes run.json, also after a disk error: space was kept for it. @returns whether it is written */
    record(record: RunRecord): boolean {
        if (this.isOver) return false
        if (this.failure) this.releaseReserve()
        else this.flush()
        return this.tried(RECORD_NAME, () => {
            const path = this.pathOf(RECORD_NAME)
            const fd = openSync(path, "w")
            try {
                writeFileSync(fd, recordText(record))
                fsyncSync(fd)
            } finally {
                closeSync(fd)
            }
            this.renamed(RECORD_NAME)
        })
    }

    /** Nothing is written any more. */
    close(): void {
        if (this.isOver) return
        if (!this.failure) this.flush()
        this.isOver = true
        this.releaseReserve()
        try {
            closeSync(this.claim.capture)
        } catch {
            // What was written is with the operating system.
        }
    }

    /** Nothing was received: removes the files of the run and, if it was made for it, the folder; one that was set aside is put back. */
    remove(): void {
        this.close()
        unclaimFolder(
            this.claim,
            [...this.names].flatMap(name => [name, name + PART])
        )
    }

    private begin(record: RunRecord): void {
        writeFileSync(this.pathOf(RECORD_NAME), recordText(record))
        this.renamed(RECORD_NAME)
        this.reserve = reserved(join(this.folder, `reserve${PART}`))
    }

    private renamed(name: string): void {
        renameSync(this.pathOf(name), join(this.folder, name))
        this.names.add(name)
    }

    private flush(): void {
        clearTimeout(this.timer)
        this.timer = undefined
        const { filled } = this
        this.filled = 0
        if (filled > 0 && !this.isOver) this.append(this.waiting.subarray(0, filled))
    }

    private append(bytes: Uint8Array): void {
        const { capture } = this.claim
        let at = 0
        const isWritten = this.tried(CAPTURE_NAME, () => {
            // A folder that was removed takes bytes as before, and nobody can find them.
            if (fstatSync(capture).nlink === 0) throw goneError()
            while (at < bytes.length) at += writeSync(capture, bytes.subarray(at))
        })
        if (!isWritten) this.bytesLost += bytes.length - at
    }

    /** @returns whether the action was done; only errors of the disk are caught */
    private tried(name: string, action: () => void): boolean {
        try {
            action()
            return true
        } catch (error) {
            if (!isDiskError(error)) throw error
            this.discardPart(name)
            this.fail(name, error)
            return false
        }
    }

    private fail(name: string, error: NodeJS.ErrnoException): void {
        if (this.failure) return
        const message = `The disk takes no more of the run in "${logText(this.path)}": ${name} cannot be written (${diskReason(error)}).`
        this.failure = { code: error.code!, message }
        this.onDiskError(this.failure)
    }

    private discardPart(name: string): void {
        try {
            if (name !== CAPTURE_NAME) unlinkSync(this.pathOf(name))
        } catch {
            // There may be none.
        }
    }

    private releaseReserve(): void {
        if (this.reserve !== undefined) closeSync(this.reserve)
        this.reserve = undefined
    }
}

function goneError(): Error {
    return Object.assign(new Error("it is gone"), { code: "ENOENT", syscall: "write" })
}

/** An open file without a name, so that nothing is left of it if this program is killed. */
function reserved(path: string): number | undefined {
    const fd = openSync(path, "w")
    writeSync(fd, Buffer.alloc(RESERVE_BYTES))
    unlinkSync(path)
    return fd
}
