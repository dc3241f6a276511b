// Responsible for: the keys that this host shares with its boards: one file each, for nobody else to read.
// Not for: what a key is used for (host-session.ts), or how the board gets it (../cli/pair-command.ts).

import {
    chmodSync,
    mkdirSync,
    readFileSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { KEY_LENGTH } from "../../wire/session"

/** A key is missing, damaged or open to others; the message is a sentence. */
export class KeyStoreError extends Error {}

const HEX = new RegExp(`^[0-9a-f]{${2 * KEY_LENGTH}}$`)
/** What others than the owner may do with a file. */
const OTHERS = 0o077

/** `IVUS_KEYS`, or the user's configuration folder. */
export function keyFolder(env: NodeJS.ProcessEnv = process.env): string {
    return (
        env.IVUS_KEYS ??
        join(
            env.XDG_CONFIG_HOME ?? join(homedir(), ".config"),
            "ivus-cart",
            "keys"
        )
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
            if (process.platform !== "win32" && statSync(file).mode & OTHERS)
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

    /** Keeps a key, in place of an earlier one. @returns its file */
    keep(boardId: string, key: Uint8Array): string {
        const file = this.fileOf(boardId)
        mkdirSync(this.folder, { recursive: true, mode: 0o700 })
        writeFileSync(file, `${Buffer.from(key).toString("hex")}\n`, {
            mode: 0o600,
        })
        // The mode above is only that of a new file.
        chmodSync(file, 0o600)
        return file
    }
}
