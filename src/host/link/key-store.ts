// The keys that this host shares with its boards: one file per board, readable by this user only.

import {
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { dirname, join, resolve } from "node:path"
import { KEY_LENGTH } from "../../shared/protocol/session"
import { configPath } from "../config-path"

/** A key is missing, damaged or readable by others; the message is one sentence. */
export class KeyStoreError extends Error {}

const HEX = new RegExp(`^[0-9a-f]{${2 * KEY_LENGTH}}$`)
/** Permission bits of everybody but the owner. */
const GROUP_AND_OTHERS = 0o077

/** `IVUS_KEYS`, or `ivus-cart/keys` in the user's configuration folder. */
function keyFolder(env: NodeJS.ProcessEnv = process.env): string {
    return env.IVUS_KEYS ?? configPath("keys", env)
}

export class KeyStore {
    constructor(readonly folder: string = keyFolder()) {}

    fileOf(boardId: string): string {
        return join(this.folder, `${boardId}.key`)
    }

    /**
     * The key shared with a board.
     * @param boardId 16 hex digits
     * @returns undefined if there is none
     * @throws KeyStoreError if the key file cannot be trusted
     */
    keyOf(boardId: string): Uint8Array | undefined {
        const file = this.fileOf(boardId)
        let text: string
        try {
            if (process.platform !== "win32" && statSync(file).mode & GROUP_AND_OTHERS)
                throw new KeyStoreError(
                    `The key ${file} can be read by others; make a new one with \`ivus pair\`, or \`chmod 600\` the file if nobody has read it.`
                )
            text = readFileSync(file, "latin1").trim()
        } catch (error) {
            if (error instanceof KeyStoreError) throw error
            const { code } = error as NodeJS.ErrnoException
            if (code === "ENOENT") return undefined
            throw new KeyStoreError(
                `The key ${file} cannot be read (${code}); make a new one with \`ivus pair\`.`
            )
        }
        if (!HEX.test(text))
            throw new KeyStoreError(
                `The key ${file} is damaged; make a new one with \`ivus pair\`.`
            )
        return Uint8Array.from(Buffer.from(text, "hex"))
    }

    /** Whether a key file exists for this board, valid or not. */
    has(boardId: string): boolean {
        return existsSync(this.fileOf(boardId))
    }

    /**
     * Stores a key in place of an earlier one. The earlier one stays in place until the new one is on the disk.
     * @returns its file, and a function that restores the earlier state
     * @throws KeyStoreError if the folder cannot be written
     */
    save(boardId: string, key: Uint8Array): { file: string; undo(): void } {
        const file = this.fileOf(boardId)
        return this.withWriteErrors(file, () => {
            makeFolder(resolve(this.folder))
            const before = this.has(boardId) ? readFileSync(file, "latin1") : undefined
            writePrivately(file, `${Buffer.from(key).toString("hex")}\n`)
            const undo = (): void =>
                this.withWriteErrors(file, () => {
                    if (before === undefined) rmSync(file, { force: true })
                    else writePrivately(file, before)
                })
            return { file, undo }
        })
    }

    /**
     * Removes a key. @returns whether there was one
     * @throws KeyStoreError if the folder cannot be written
     */
    remove(boardId: string): boolean {
        const file = this.fileOf(boardId)
        const had = this.has(boardId)
        this.withWriteErrors(file, () => rmSync(file, { force: true }))
        return had
    }

    private withWriteErrors<T>(file: string, write: () => T): T {
        try {
            return write()
        } catch (error) {
            throw new KeyStoreError(
                `The key ${file} cannot be written (${(error as NodeJS.ErrnoException).code}); make its folder writable, or set IVUS_KEYS to another folder.`
            )
        }
    }
}

/** Creates a folder for this user only, level by level: Node's recursive mkdir hangs below /proc. */
function makeFolder(folder: string): void {
    if (existsSync(folder)) return
    makeFolder(dirname(folder))
    mkdirSync(folder, { mode: 0o700 })
}

/** Writes a file that only this user may read; the old content stays until the new one is complete. */
export function writePrivately(file: string, text: string): void {
    const unfinished = `${file}.partial`
    // A file left by an earlier attempt may have another mode.
    rmSync(unfinished, { force: true })
    try {
        writeFileSync(unfinished, text, { mode: 0o600, flag: "wx" })
        renameSync(unfinished, file)
    } catch (error) {
        rmSync(unfinished, { force: true })
        throw error
    }
}
