// The folder of one run, from its first byte on: the capture is written in place, every other file under a temporary name first.

import {
    closeSync,
    fsyncSync,
    openSync,
    renameSync,
    rmSync,
    unlinkSync,
    writeFileSync,
    writeSync,
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { diskReason, isDiskError } from "../disk-reason"
import { logText } from "../log/log-text"
import { CaptureFile } from "./capture-file"
import { changeRecord } from "./change-record"
import { copyOut, folderNow } from "./find-folder"
import { RecordError } from "./record-schema"
import { aboutNothing, type OnDiskFull } from "./run-about"
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

/** Space that is kept for run.json and run.log on a full disk. */
const RESERVE_BYTES = 1 << 18

const PART = ".part"

/** The disk has no space for this run. */
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"])
/** What a replay needs, and what says how the run went. */
const KEPT = /^(capture\.ivl|run\.(json|log)|(catheter|pairs)\.json)$/

export class RunFolder {
    /**
     * Called once, with the first error of the disk. What is written after it is dropped, except the record. The capture is still
     * tried: its bytes wait for a disk that takes them again.
     */
    onDiskError: (error: DiskError) => void = () => undefined
    /** Absolute. */
    private folder: string
    private named: string
    private isGone = false
    /** A folder that was made in place of one that is gone. */
    private copy: string | undefined
    private readonly captured: CaptureFile
    private readonly names = new Set<string>([CAPTURE_NAME, RECORD_NAME])
    private failure: DiskError | undefined
    private reserve: number | undefined
    private isOver = false

    /** @throws RunFolderError when the folder cannot be written, or holds a run already */
    static create(place: RunPlace): RunFolder {
        const claim = claimFolder(place)
        try {
            const folder = new RunFolder(claim, place.onDiskFull ?? "stop", place.runs)
            folder.begin(receivingRecord(aboutNothing(place.dateMs, ""), place.catheter))
            return folder
        } catch (error) {
            unclaimFolder(claim, [CAPTURE_NAME, RECORD_NAME, RECORD_NAME + PART])
            throw new RunFolderError(
                `The folder "${logText(claim.path)}" cannot be written (${diskReason(error)}); name a writable one with --out.`
            )
        }
    }

    private constructor(
        private readonly claim: Claim,
        private readonly onDiskFull: OnDiskFull,
        private readonly runs: string
    ) {
        this.named = claim.path
        this.folder = resolve(claim.path)
        this.captured = new CaptureFile(
            claim.capture,
            error => this.captureFailed(error),
            () => this.find()
        )
    }

    /** As it was named, or as it is below the folder of runs; another one after it was moved. */
    get path(): string {
        return this.named
    }

    /** Whether the folder was removed, and no copy of the capture could be made. */
    get isLost(): boolean {
        return this.isGone && this.copy === undefined
    }

    /** Whether the folder was removed, and the capture is in another one. */
    get isMoved(): boolean {
        return this.copy !== undefined
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

    /** Bytes of the capture that were not kept. */
    get bytesLost(): number {
        return this.captured.bytesLost
    }

    /** Adds bytes to capture.ivl. Never throws. */
    capture(bytes: Uint8Array): void {
        if (!this.isOver) this.captured.add(bytes)
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
        if (!this.isOver) this.isFound()
        return join(this.folder, name + PART)
    }

    /** A file at {@link pathOf} is complete. */
    wrote(name: string): void {
        if (this.isOver) return
        if (this.failure) return this.discardPart(name)
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
        this.captured.flush()
        // After that, so that the capture does not fill it.
        if (this.failure) this.releaseReserve()
        return this.tried(RECORD_NAME, () => {
            this.find()
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

    /**
     * Writes run.json again, of a run that had ended: what was edited since then stays.
     * @returns what is written
     * @throws RecordLocked while another program writes it
     */
    recordAgain(record: RunRecord): RunRecord {
        let written = record
        this.tried(RECORD_NAME, () => {
            this.find()
            try {
                written = changeRecord(this.folder, ({ site, history }) => ({
                    ...{ ...record, site, history },
                }))
            } catch (error) {
                // There is nothing in it that could be kept.
                if (!(error instanceof RecordError)) throw error
                this.record(record)
            }
        })
        return written
    }

    /** Makes {@link path} that of the folder now, if it was moved. */
    locate(): void {
        if (!this.isOver) this.tried(RECORD_NAME, () => this.find())
    }

    /** Nothing is written any more. */
    close(): void {
        if (this.isOver) return
        this.isOver = true
        this.captured.close()
        this.releaseReserve()
    }

    /** Nothing was received: removes the files of the run and, if it was made for it, the folder; one that was set aside is put back. */
    remove(): void {
        const isThere = this.isOver || this.isFound()
        // What was not written yet need not be.
        this.isGone ||= !isThere
        this.close()
        const names = isThere ? [...this.names].flatMap(name => [name, name + PART]) : []
        const made = this.copy === undefined ? this.claim.made : [...this.claim.made, this.copy]
        unclaimFolder({ ...this.claim, path: this.folder, made }, names)
    }

    private begin(record: RunRecord): void {
        writeFileSync(this.pathOf(RECORD_NAME), recordText(record))
        this.renamed(RECORD_NAME)
        this.reserve = reserved(join(this.folder, `reserve${PART}`))
    }

    private renamed(name: string): void {
        this.find()
        renameSync(this.pathOf(name), join(this.folder, name))
        this.names.add(name)
    }

    /** The folder may have been moved, and another one may have its name. @throws an error of the disk when it is gone */
    private find(): void {
        const now = folderNow(this.captured.fd, this.folder)
        if (now === undefined)
            throw Object.assign(new Error("it is gone"), { code: "ENOENT", syscall: "open" })
        if (now !== this.folder) this.folder = this.named = now
    }

    private isFound(): boolean {
        try {
            this.find()
            return true
        } catch {
            return false
        }
    }

    /** The folder is gone: what is in the open capture gets another one. @returns what to say of it */
    private copied(): string {
        this.isGone = true
        const gone = `The folder "${logText(this.path)}" of the run is gone`
        const { captured, folder, names } = this
        const parents = [dirname(folder), ...(this.runs === "" ? [] : [resolve(this.runs)])]
        names.clear()
        try {
            const { bytes, fd } = captured
            const copy = copyOut(fd, bytes, basename(folder), parents)
            captured.goOnIn(copy.capture)
            names.add(CAPTURE_NAME)
            this.folder = this.named = this.copy = copy.folder
            return `${gone}; its capture is kept in "${logText(copy.folder)}".`
        } catch (error) {
            captured.lose()
            return `${gone}, and what was received of it is lost, as no other folder takes it (${diskReason(error)}).`
        }
    }

    private captureFailed(error: unknown): void {
        if (!isDiskError(error)) throw error
        const isFirst = this.failure === undefined
        this.fail(CAPTURE_NAME, error)
        // What was removed for the first error may be enough.
        if (!isFirst && this.onDiskFull === "keep-newest" && FULL.has(error.code!))
            this.captured.letGo()
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
        const isGone = !this.isGone && !this.isFound()
        const gone = isGone ? this.copied() : undefined
        if (this.failure) return
        const what = name.includes(".") ? name : `the scratch file "${name}"`
        const message =
            gone ??
            `The disk takes no more of the run in "${logText(this.path)}": ${what} cannot be written (${diskReason(error)}).`
        this.failure = { code: error.code!, message }
        if (this.onDiskFull === "keep-newest") this.removeDerived()
        this.onDiskError(this.failure)
    }

    /** What can be made again from the capture. */
    private removeDerived(): void {
        for (const name of this.names) {
            if (KEPT.test(name)) continue
            this.names.delete(name)
            rmSync(join(this.folder, name), { force: true })
        }
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

/** An open file without a name, so that nothing is left of it if this program is killed. */
function reserved(path: string): number | undefined {
    const fd = openSync(path, "w")
    writeSync(fd, Buffer.alloc(RESERVE_BYTES))
    unlinkSync(path)
    return fd
}
