// Responsible for: the out folder: checked before a run, filled all at once after it.
// Not for: what the files hold.

import {
    closeSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    openSync,
    readdirSync,
    renameSync,
    rmdirSync,
    rmSync,
    statSync,
    writeFileSync,
    writeSync,
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"

/** The folder cannot be used; the message says why and what to do. */
export class OutFolderError extends Error {}

/** So much of a file waits in memory. */
const BUFFER_BYTES = 1 << 18

/** Files that a run writes; older ones of these names make way for the new ones. */
const RESULT_NAMES =
    /^((cross-section|depth-lines)-\d{4,}\.png|longitudinal\.png|pullback\.dcm|measurements\.csv|(timing|pairs|catheter)\.json|timing\.html|timing-(series|bursts)\.csv|capture\.ivl)$/

/**
 * Results are written beside the folder and moved into it when they are whole, so
 * that a run that fails leaves nothing, and an earlier result stays as it was.
 */
export class OutFolder {
    private readonly staging: string
    private readonly written: string[] = []
    private readonly openFiles: BufferedFile[] = []
    /** Folders that were made on the way, outermost first. */
    private readonly madeFolders: string[] = []
    private done = false

    /** @throws OutFolderError when nothing can be written there */
    constructor(readonly path: string) {
        const folder = resolve(path)
        try {
            const there = statSync(folder, { throwIfNoEntry: false })
            if (there && !there.isDirectory()) throw new Error("it is not a folder")
            this.makeFolder(dirname(folder))
            this.staging = mkdtempSync(join(dirname(folder), `.${basename(folder)}-partial-`))
            if (there) {
                const probe = join(folder, `.probe-${process.pid}`)
                writeFileSync(probe, "")
                rmSync(probe)
            }
        } catch (error) {
            this.unmakeFolders()
            throw new OutFolderError(
                `The out folder "${path}" cannot be written (${reasonOf(error)}); name a folder that can with --out.`
            )
        }
    }

    write(name: string, content: Uint8Array | string): void {
        writeFileSync(join(this.staging, name), content)
        this.written.push(name)
    }

    /** A file that is written bit by bit until {@link commit} or {@link discard}. @returns what takes its bytes */
    stream(name: string): (bytes: Uint8Array) => void {
        const file = new BufferedFile(join(this.staging, name))
        this.openFiles.push(file)
        this.written.push(name)
        return file.write
    }

    /** Moves everything into place. @returns the names of the files */
    commit(): readonly string[] {
        const folder = resolve(this.path)
        this.closeFiles()
        this.makeFolder(folder)
        this.madeFolders.length = 0
        for (const name of readdirSync(folder))
            if (RESULT_NAMES.test(name)) rmSync(join(folder, name))
        for (const name of this.written) renameSync(join(this.staging, name), join(folder, name))
        this.discard()
        return this.written
    }

    /**
     * Of a run that failed: keeps one file and nothing else; earlier results stay as they were, and so does what was kept
     * before: `stem.ending` is followed by `stem-2.ending`, and so on.
     * @returns the file's path
     */
    keepOnly(name: string, stem: string, ending: string): string {
        this.closeFiles()
        this.makeFolder(resolve(this.path))
        this.madeFolders.length = 0
        const kept = this.reserved(stem, ending)
        renameSync(join(this.staging, name), resolve(kept))
        this.discard()
        return kept
    }

    /** An empty file of the first name that nobody has, also where two programs look at the same moment. */
    private reserved(stem: string, ending: string): string {
        for (let n = 1; ; n++) {
            const path = join(this.path, `${stem}${n > 1 ? `-${n}` : ""}.${ending}`)
            try {
                closeSync(openSync(resolve(path), "wx"))
                return path
            } catch (error) {
                if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
            }
        }
    }

    /** Removes what has not been moved into place. */
    discard(): void {
        if (this.done) return
        this.done = true
        this.closeFiles()
        rmSync(this.staging, { recursive: true, force: true })
        this.unmakeFolders()
    }

    private closeFiles(): void {
        for (const file of this.openFiles.splice(0)) file.close()
    }

    /** Level by level: Node's recursive way never returns below /proc. */
    private makeFolder(folder: string): void {
        if (existsSync(folder)) return
        this.makeFolder(dirname(folder))
        mkdirSync(folder)
        this.madeFolders.push(folder)
    }

    private unmakeFolders(): void {
        for (const folder of this.madeFolders.reverse())
            if (readdirSync(folder).length === 0) rmdirSync(folder)
    }
}

/** Bytes that come in small pieces, tens of thousands a second, and go to the file in large ones. */
class BufferedFile {
    private readonly fd: number
    private readonly waiting = Buffer.allocUnsafe(BUFFER_BYTES)
    private filled = 0

    constructor(path: string) {
        this.fd = openSync(path, "w")
    }

    readonly write = (bytes: Uint8Array): void => {
        if (this.filled + bytes.length > BUFFER_BYTES) this.flush()
        if (bytes.length > BUFFER_BYTES) return this.out(bytes)
        this.waiting.set(bytes, this.filled)
        this.filled += bytes.length
    }

    close(): void {
        try {
            this.flush()
        } finally {
            closeSync(this.fd)
        }
    }

    private flush(): void {
        this.out(this.waiting.subarray(0, this.filled))
        this.filled = 0
    }

    private out(bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at)
    }
}

function reasonOf(error: unknown): string {
    const { code, message } = error as NodeJS.ErrnoException
    switch (code) {
        case "EACCES":
        case "EPERM":
            return "no permission"
        case "EROFS":
            return "read-only"
        case "ENOTDIR":
        case "EEXIST":
            return "a part of the path is a file"
        case "ENOSPC":
            return "no space left"
        default:
            return message
    }
}
