// Where the folder of a run is now: it is known by its open capture and not by its name, as it may be moved, removed or replaced.

import {
    closeSync,
    fstatSync,
    mkdirSync,
    openSync,
    readdirSync,
    readlinkSync,
    readSync,
    rmSync,
    statSync,
    writeSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"
import { makeFolders } from "./make-folders"
import { CAPTURE_NAME } from "./run-record"

/** Longest part of the old name in the name of the new folder. */
const NAME_MAX = 100
/** Bytes that are copied at once. */
const PIECE_BYTES = 1 << 20
/** Of these errors it is known that the file is not there. */
const NONE = new Set(["ENOENT", "ENOTDIR", "ESTALE", "ELOOP"])

/**
 * @param capture the open capture of the run
 * @param folder where it was
 * @returns where it is; undefined if it is nowhere
 */
export function folderNow(capture: number, folder: string): string | undefined {
    if (holds(folder, capture)) return folder
    try {
        // Of Linux: the present name of an open file.
        const path = readlinkSync(`/proc/self/fd/${capture}`)
        if (basename(path) === CAPTURE_NAME && holds(dirname(path), capture)) return dirname(path)
        const parent = dirname(folder)
        return readdirSync(parent)
            .map(name => join(parent, name))
            .find(beside => holds(beside, capture))
    } catch {
        return undefined
    }
}

/** A disk that does not answer may still have it. */
function holds(folder: string, capture: number): boolean {
    try {
        const [open, there] = [
            fstatSync(capture, { bigint: true }),
            statSync(join(folder, CAPTURE_NAME), { bigint: true }),
        ]
        return open.ino === there.ino && open.dev === there.dev
    } catch (error) {
        return !NONE.has((error as NodeJS.ErrnoException).code ?? "")
    }
}

/** A new folder with a copy of the capture. */
export interface Copied {
    readonly folder: string
    /** Its capture, open for reading and writing. */
    readonly capture: number
}

/**
 * Copies a capture whose folder is gone, through its open file, into a new folder.
 * @param size of the capture
 * @param parents the folders for the new one; the first that takes it gets it
 * @throws the error of the last one
 */
export function copyOut(
    capture: number,
    size: number,
    name: string,
    parents: readonly string[]
): Copied {
    let failure: unknown
    for (const parent of parents)
        try {
            return copiedInto(newFolder(parent, name), capture, size)
        } catch (error) {
            failure = error
        }
    throw failure
}

function newFolder(parent: string, name: string): string {
    makeFolders(parent)
    for (let n = 1; ; n++) {
        const folder = join(parent, `${name.slice(0, NAME_MAX)}-kept${n > 1 ? `-${n}` : ""}`)
        try {
            mkdirSync(folder)
            return folder
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
        }
    }
}

function copiedInto(folder: string, from: number, size: number): Copied {
    const to = openSync(join(folder, CAPTURE_NAME), "wx+")
    try {
        const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
        for (let at = 0; at < size;) {
            const count = readSync(from, piece, 0, Math.min(PIECE_BYTES, size - at), at)
            if (count === 0) throw new Error("its end is missing")
            for (let done = 0; done < count;)
                done += writeSync(to, piece, done, count - done, at + done)
            at += count
        }
        return { folder, capture: to }
    } catch (error) {
        closeSync(to)
        rmSync(folder, { recursive: true, force: true })
        throw error
    }
}
