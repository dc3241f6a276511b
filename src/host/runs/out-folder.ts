// The out folder of a run: checked before the run, filled in one step after it.

import {
    closeSync,
    existsSync,
    mkdtempSync,
    openSync,
    readdirSync,
    renameSync,
    rmdirSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { BufferedFile } from "./buffered-file"
import { makeFolders } from "./make-folders"

/** The folder cannot be used; the message says why and what to do. */
export class OutFolderError extends Error {}

/** The log of the run; it is moved with the results, or kept beside the capture of a run that was cut. */
const LOG_NAME = "run.log"

/** Names of result files; a new run replaces files with these names. */
const RESULT_NAMES =
    /^((cross-section|depth-lines)-\d{4,}\.png|longitudinal\.png|pullback\.dcm|measurements\.csv|(timing|pairs|catheter)\.json|timing\.html|timing-(series|bursts)\.csv|capture\.ivl|run\.(json|log))$/

/**
 * Results are written to a staging folder beside it and moved in when they are complete, so that a failed run leaves
 * nothing and an earlier result stays as it was.
 */
export class OutFolder {
    private readonly staging: string
    private readonly written: string[] = []
    private readonly openFiles: BufferedFile[] = []
    /** Folders created for it, outermost first. */
    private readonly madeFolders: string[] = []
    private done = false

    /** @throws OutFolderError if it cannot be written */
    constructor(readonly path: string) {
        const folder = resolve(path)
        try {
            const there = statSync(folder, { throwIfNoEntry: false })
            if (there && !there.isDirectory()) throw new Error("it is not a folder")
            makeFolders(dirname(folder), this.madeFolders)
            this.staging = mkdtempSync(join(dirname(folder), `.${basename(folder)}-partial-`))
            if (there) {
                const probe = join(folder, `.probe-${process.pid}`)
                writeFileSync(probe, "")
                rmSync(probe)
            }
        } catch (error) {
            this.unmakeFolders()
            throw new OutFolderError(
                `The out folder "${path}" cannot be written (${reasonOf(error)}); name a writable folder with --out.`
            )
        }
    }

    write(name: string, content: Uint8Array | string): void {
        writeFileSync(join(this.staging, name), content)
        this.written.push(name)
    }

    /**
     * A file that is written in pieces until {@link commit} or {@link discard}. @returns the function that writes
     * bytes
     */
    stream(name: string): (bytes: Uint8Array) => void {
        const file = new BufferedFile(join(this.staging, name))
        this.openFiles.push(file)
        this.written.push(name)
        return file.write
    }

    /** Where a file can be written by its maker, who then calls {@link wrote}. */
    pathOf(name: string): string {
        return join(this.staging, name)
    }

    wrote(name: string): void {
        this.written.push(name)
    }

    /** Path of the run's log, which its writer ends before {@link commit} or {@link keepOnly}. */
    get logPath(): string {
        return join(this.staging, LOG_NAME)
    }

    /** Moves all files into the folder. @returns their names */
    commit(): readonly string[] {
        const folder = resolve(this.path)
        this.closeFiles()
        if (existsSync(this.logPath)) this.written.push(LOG_NAME)
        makeFolders(folder, this.madeFolders)
        this.madeFolders.length = 0
        for (const name of readdirSync(folder))
            if (RESULT_NAMES.test(name)) rmSync(join(folder, name))
        for (const name of this.written) renameSync(join(this.staging, name), join(folder, name))
        this.discard()
        return this.written
    }

    /**
     * For a failed run: keeps one file and the log, and removes all others. Earlier results and earlier kept files stay: the
     * name is `stem.ending`, then `stem-2.ending`, and so on, and that of the log ends with `.log`.
     * @returns the file's path
     */
    keepOnly(name: string, stem: string, ending: string): string {
        this.closeFiles()
        makeFolders(resolve(this.path), this.madeFolders)
        this.madeFolders.length = 0
        const kept = this.reserved(stem, ending)
        renameSync(join(this.staging, name), resolve(kept))
        if (existsSync(this.logPath)) renameSync(this.logPath, resolve(logBeside(kept)))
        this.discard()
        return kept
    }

    /** Creates an empty file with the first free name; safe when two programs do so at the same time. */
    private reserved(stem: string, ending: string): string {
        for (let n = 1; ; n++) {
            const path = join(this.path, `${stem}${n > 1 ? `-${n}` : ""}.${ending}`)
            if (existsSync(resolve(logBeside(path)))) continue
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

    private unmakeFolders(): void {
        for (const folder of this.madeFolders.reverse())
            if (readdirSync(folder).length === 0) rmdirSync(folder)
    }
}

function logBeside(path: string): string {
    return path.replace(/[^.]*$/, "log")
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
