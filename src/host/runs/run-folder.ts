// The folder of one run, from its first byte on: the capture is written in place, every other file under a temporary name first.

import { diskReason, isDiskError } from "../disk-reason"
import { nameText } from "../log/log-text"
import { CaptureFile } from "./capture-file"
import { changeRecord } from "./change-record"
import { DiskReserve } from "./disk-reserve"
import { FolderFiles } from "./folder-files"
import { FolderPlace } from "./folder-place"
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

/** The disk has no space for this run. */
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"])

export class RunFolder {
    /**
     * Called once, with the first error of the disk. What is written after it is dropped, except the record and what a replay
     * needs. The capture is still tried: its bytes wait for a disk that takes them again.
     */
    onDiskError: (error: DiskError) => void = () => undefined
    /** The folder is gone, and the capture is in another one. */
    onCopied: (path: string) => void = () => undefined
    private readonly place: FolderPlace
    private readonly captured: CaptureFile
    private readonly contents: FolderFiles
    private failure: DiskError | undefined
    private reserve: DiskReserve | undefined
    private isOver = false

    /** @throws RunFolderError when the folder cannot be written, or holds a run already */
    static create(place: RunPlace): RunFolder {
        const claim = claimFolder(place)
        try {
            const folder = new RunFolder(claim, place.onDiskFull ?? "stop", place.runs)
            folder.begin(receivingRecord(aboutNothing(place.dateMs, ""), place.catheter))
            return folder
        } catch (error) {
            unclaimFolder(claim, [CAPTURE_NAME, RECORD_NAME, `${RECORD_NAME}.part`])
            throw new RunFolderError(
                `The folder "${nameText(claim.path)}" cannot be written (${diskReason(error)}); name a writable one with --out.`
            )
        }
    }

    private constructor(
        private readonly claim: Claim,
        private readonly onDiskFull: OnDiskFull,
        runs: string
    ) {
        this.captured = new CaptureFile(
            claim.capture,
            error => this.captureFailed(error),
            () => this.place.find()
        )
        this.place = new FolderPlace(claim.path, runs, this.captured)
        this.contents = new FolderFiles(this.place)
    }

    /** As it was named, or as it is below the folder of runs; another one after it was moved. */
    get path(): string {
        return this.place.named
    }

    /** Whether the folder was removed, and no copy of the capture could be made. */
    get isLost(): boolean {
        return this.place.isLost
    }

    /** Whether the folder was removed, and the capture is in another one. */
    get isMoved(): boolean {
        return this.place.copy !== undefined
    }

    /** The new name of the folder that was set aside. */
    get setAside(): string | undefined {
        return this.claim.setAside
    }

    /** The names of the files that are complete. */
    get files(): readonly string[] {
        return this.contents.list
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

    /** For a source that is faster than real time: waits while the oldest part of the capture goes. */
    room(): Promise<void> | undefined {
        return this.captured.lettingGo
    }

    /** The capture is on the disk, or what waits for it is in memory. */
    async settled(): Promise<void> {
        while (this.captured.lettingGo) await this.captured.lettingGo
    }

    /** Writes a file as a whole: under a temporary name, which is then changed. */
    write(name: string, content: Uint8Array | string): void {
        if (this.failure || this.isOver) return
        this.tried(name, () => this.contents.put(name, content))
    }

    /** Writes a text that a replay needs, also after a disk error, and into a folder that gets the capture later. */
    keep(name: string, text: string): void {
        if (this.isOver || !this.contents.need(name, text)) return
        this.makeRoom()
        this.tried(name, () => this.contents.put(name, text))
    }

    /** The temporary path of a file that somebody else writes, who then calls {@link wrote}. */
    pathOf(name: string): string {
        if (!this.isOver) this.place.isFound()
        return this.contents.partOf(name)
    }

    /** A file at {@link pathOf} is complete. */
    wrote(name: string): void {
        if (this.isOver) return
        if (this.failure) return this.contents.discardPart(name)
        this.tried(name, () => this.contents.rename(name))
    }

    /** A file at {@link pathOf} could not be written by its writer. */
    failed(name: string, error: NodeJS.ErrnoException): void {
        if (this.failure || this.isOver) return
        this.contents.discardPart(name)
        this.fail(name, error)
    }

    /** A file that its writer put there under its own name, such as the log. */
    added(name: string): void {
        this.contents.added(name)
    }

    /** Writes run.json, also after a disk error: space was kept for it. @returns whether it is written */
    record(record: RunRecord): boolean {
        if (this.isOver) return false
        this.makeRoom()
        return this.tried(RECORD_NAME, () => {
            this.contents.putSafely(RECORD_NAME, recordText(record))
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
            this.place.find()
            try {
                written = changeRecord(this.place.folder, ({ site, history, sent }) => ({
                    ...{ ...record, site, history },
                    ...(sent && { sent }),
                }))
            } catch (error) {
                // There is nothing in it that could be kept.
                if (!(error instanceof RecordError)) throw error
                this.record(record)
            }
        })
        return written
    }

    /** Makes {@link path} that of the folder now, if it was moved or is gone. */
    locate(): void {
        if (!this.isOver) this.tried(RECORD_NAME, () => this.place.find())
    }

    /** Nothing is written any more. */
    close(): void {
        if (this.isOver) return
        this.isOver = true
        this.captured.close()
        this.reserve?.release()
    }

    /** Nothing was received: removes the files of the run and, if it was made for it, the folder; one that was set aside is put back. */
    remove(): void {
        const { place, claim } = this
        const isThere = this.isOver || place.isFound()
        // What was not written yet need not be.
        place.isGone ||= !isThere
        this.close()
        const made = place.copy === undefined ? claim.made : [...claim.made, place.copy]
        unclaimFolder({ ...claim, path: place.folder, made }, isThere ? this.contents.all : [])
    }

    private begin(record: RunRecord): void {
        this.contents.put(RECORD_NAME, recordText(record))
        this.reserve = new DiskReserve(this.contents.partOf("reserve"), RESERVE_BYTES)
    }

    /** Gives the reserve to what comes now. */
    private makeRoom(): void {
        // Before that, so that the capture does not fill it.
        this.captured.flush()
        if (this.failure) this.reserve?.release()
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
            this.contents.discardPart(name)
            this.fail(name, error)
            return false
        }
    }

    private fail(name: string, error: NodeJS.ErrnoException): void {
        const { place } = this
        const gone = place.isGone || place.isFound() ? undefined : this.moveOut()
        if (this.failure) return
        const what = name.includes(".") ? name : `the scratch file "${name}"`
        const message =
            gone ??
            `The disk takes no more of the run in "${nameText(this.path)}": ${what} cannot be written (${diskReason(error)}).`
        this.failure = { code: error.code!, message }
        if (this.onDiskFull === "keep-newest") this.contents.removeDerived()
        this.onDiskError(this.failure)
    }

    /** The folder is gone: what is left of the run gets another one. @returns what to say of it */
    private moveOut(): string {
        const said = this.place.moveOut()
        this.contents.moveOut()
        if (this.isMoved) this.onCopied(this.place.folder)
        return said
    }
}
