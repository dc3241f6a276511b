// Responsible for: the keys that this host shares with its boards: one file each, for nobody else to read.
// Not for: what a key is used for (host-session.ts), or how the board gets it (../cli/pair-command.ts).

import {
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { homedir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { KEY_LENGTH } from "../../shared/protocol/session"

/** A key is missing, damaged or open to others; the message is a sentence. */
export class KeyStoreError extends Error {}

const HEX = new RegExp(`^[0-9a-f]{${2 * KEY_LENGTH}}$`)
/** What others than the owner may do with a file. */
const GROUP_AND_OTHERS = 0o077

/** `IVUS_KEYS`, or the user's configuration folder. */
function keyFolder(env: NodeJS.ProcessEnv = process.env): string {
    return (
        env.IVUS_KEYS ??
        join(env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "ivus-cart", "keys")
    )
}

export class KeyStore {
    constructor(readonly folder: string = keyFolder()) {}

    fileOf(boardId: string): string {
        return join(this.folder, `${boardId}.key`)
    }

    /**
     * The key shared with a board.
     * @param boardId 16 hex digits
     * @returns undefined when there is none
     * @throws KeyStoreError when there is one that cannot be trusted
     */
    keyOf(boardId: string): Uint8Array | undefined {
        const file = this.fileOf(boardId)
        let text: string
        try {
            if (process.platform !== "win32" && statSync(file).mode & GROUP_AND_OTHERS)
                throw new KeyStoreError(
                    `The key ${file} can be read by others; make a new one with \`ivus pair\`, or \`chmod 600\` it if nobody has.`
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

    /** Whether there is a key for this board, good or not. */
    has(boardId: string): boolean {
        return existsSync(this.fileOf(boardId))
    }

    /**
     * Keeps a key, in place of an earlier one, which stays until the new one is on the disk.
     * @returns its file, and what brings the earlier one back, or none
     * @throws KeyStoreError when the folder cannot be written
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
     * Forgets a key. @returns whether there was one
     * @throws KeyStoreError when the folder cannot be written
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
                `The key ${file} cannot be written (${(error as NodeJS.ErrnoException).code}); make its folder writable, or name another one in IVUS_KEYS.`
            )
        }
    }
}

/** For this user alone, level by level: Node's recursive way never returns below /proc. */
function makeFolder(folder: string): void {
    if (existsSync(folder)) return
    makeFolder(dirname(folder))
    mkdirSync(folder, { mode: 0o700 })
}

/** Writes a file that nobody else may read; what it held before stays until all of the new is there. */
export function writePrivately(file: string, text: string): void {
    const unfinished = `${file}.partial`
    // What another attempt left has a mode of its own.
    rmSync(unfinished, { force: true })
    try {
        writeFileSync(unfinished, text, { mode: 0o600, flag: "wx" })
        renameSync(unfinished, file)
    } catch (error) {
        rmSync(unfinished, { force: true })
        throw error
    }
}
