// The folder of ring-down references: finds them by catheter and settings, and writes each file completely or not at
// all.

import {
    closeSync,
    fsyncSync,
    mkdirSync,
    openSync,
    readdirSync,
    readFileSync,
    renameSync,
    statSync,
    writeSync,
} from "node:fs"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { crc32c } from "@node-rs/crc32"
import {
    decodeReference,
    encodeReference,
    FILE_MAX_BYTES,
    ReferenceError,
    type StoredReference,
} from "./reference-file"
import { differences, type ReferenceKey } from "./reference-key"

/** Catheter ids that may become part of a file name. */
const ID = /^[a-z0-9][a-z0-9-]{0,31}$/
const NAME = /^([a-z0-9-]+)-(\d+)-[0-9a-f]{8}\.json$/

export interface FoundReference {
    /** The reference of this catheter with these settings. */
    readonly stored: StoredReference | undefined
    /** Why there is none, or which files could not be used; one sentence each. */
    readonly notes: readonly string[]
}

/** The user's data folder by the XDG base directory specification. */
export function defaultReferenceFolder(env: Readonly<Record<string, string | undefined>>): string {
    const data = env.XDG_DATA_HOME
    // The specification says to ignore relative paths.
    const root = data && isAbsolute(data) ? data : join(homedir(), ".local", "share")
    return join(root, "ivus-cart", "references")
}

export class ReferenceStore {
    constructor(readonly folder: string) {}

    /**
     * Finds the reference of this catheter with these settings.
     * @returns no reference, with the reason in `notes`, also where the folder or a file cannot be read
     */
    find(key: ReferenceKey): FoundReference {
        const notes: string[] = []
        const others: string[] = []
        let stored: StoredReference | undefined
        const { mine, serials } = this.filesOf(key)
        for (const name of mine) {
            try {
                const candidate = this.read(name)
                if (name !== fileNameOf(candidate.key))
                    throw new ReferenceError("its content belongs to another file name")
                const differs = differences(candidate.key, key)
                if (differs.length === 0) stored = candidate
                else
                    others.push(
                        `A reference of this catheter was captured with another ${differs.join(", ")}: capture a new one.`
                    )
            } catch (error) {
                notes.push(
                    `The reference ${name} cannot be used: ${reasonOf(error)}; capture a new one.`
                )
            }
        }
        if (stored) return { stored, notes }
        notes.push(...others)
        if (notes.length === 0) {
            const beside =
                serials.length > 0 ? ` (only of serial number ${serials.join(", ")})` : ""
            notes.push(
                `No reference is stored for ${key.catheter} with serial number ${key.serial}${beside}.`
            )
        }
        return { stored, notes }
    }

    /**
     * Stores a reference in place of an older one of the same catheter with the same settings.
     * @returns the file's path
     * @throws ReferenceError if it cannot be written; the older one is then still there
     */
    save(stored: StoredReference): string {
        const path = join(this.folder, fileNameOf(stored.key))
        // Overwrites one left by a crash; find() ignores such names.
        const partial = `${path}.partial`
        try {
            mkdirSync(this.folder, { recursive: true })
            const fd = openSync(partial, "w")
            try {
                writeSync(fd, encodeReference(stored))
                fsyncSync(fd)
            } finally {
                closeSync(fd)
            }
            renameSync(partial, path)
        } catch (error) {
            throw new ReferenceError(
                `The reference could not be stored in "${this.folder}" (${reasonOf(error)}); name a writable folder with --references.`
            )
        }
        return path
    }

    /** Files of this catheter, and serial numbers of other catheters of its type. */
    private filesOf({ catheter, serial }: ReferenceKey): {
        mine: string[]
        serials: number[]
    } {
        const mine: string[] = []
        const serials = new Set<number>()
        for (const name of this.names()) {
            const [, id, number] = NAME.exec(name) ?? []
            if (id !== catheter) continue
            if (Number(number) === serial) mine.push(name)
            else serials.add(Number(number))
        }
        return { mine, serials: [...serials] }
    }

    private names(): string[] {
        try {
            return readdirSync(this.folder).sort()
        } catch {
            // No folder: no references.
            return []
        }
    }

    private read(name: string): StoredReference {
        const path = join(this.folder, name)
        const about = statSync(path)
        if (!about.isFile() || about.size > FILE_MAX_BYTES)
            throw new ReferenceError("it is not a ring-down reference")
        return decodeReference(readFileSync(path, "utf8"))
    }
}

/** @throws ReferenceError for a catheter id that cannot be part of a file name */
function fileNameOf(key: ReferenceKey): string {
    if (!ID.test(key.catheter))
        throw new ReferenceError(`"${key.catheter}" is not a valid catheter id`)
    const settings = crc32c(JSON.stringify(key)).toString(16).padStart(8, "0")
    return `${key.catheter}-${key.serial}-${settings}.json`
}

function reasonOf(error: unknown): string {
    if (error instanceof ReferenceError) return error.message
    const { code, message } = error as NodeJS.ErrnoException
    return code ?? message
}
