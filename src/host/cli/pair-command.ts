// Responsible for: `ivus pair`: one key for a board and this host, made here, kept here, and on its way to the board.
// Not for: what the key proves (../link/host-session.ts), or bringing settings to a board, which DeviceScript's tools do.

import { readFileSync, rmSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { KEY_LENGTH, LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../wire/session" // prettier-ignore
import { KeyStore, KeyStoreError, writePrivately } from "../link/key-store"
import { RunError } from "../run/technician"
import { UsageError } from "./usage-error"

export interface PairOptions {
    board?: string
    replace?: boolean
    unpair?: boolean
    deployed?: boolean
    show?: boolean
    settings: string
}

/** What DeviceScript's tools deploy beside the program: lines `name=JSON`, of which Git knows nothing (.gitignore). */
export const SETTINGS_FILE = ".env.local"
const BOARD_ID = /^[0-9a-f]{16}$/

/**
 * @param random bytes that nobody can guess
 * @throws UsageError for a bad board or options, RunError when something cannot be written
 */
export function pairCommand(
    options: PairOptions,
    random: (count: number) => Uint8Array,
    say: (line: string) => void,
    store = new KeyStore()
): void {
    const chosen = [options.unpair, options.deployed, options.show]
    if (chosen.filter(Boolean).length > 1)
        throw new UsageError(
            "--unpair, --deployed and --show are three commands; give one of them."
        )
    if (options.replace && chosen.some(Boolean))
        throw new UsageError(
            "--replace makes a new key; it does not go with --unpair, --deployed or --show."
        )
    if (options.deployed) {
        if (options.board !== undefined)
            throw new UsageError(
                "--deployed takes out the key that the settings hold, whose ever it is; leave --board out."
            )
        return deployed(options.settings, say)
    }
    const board = boardOf(options)
    try {
        if (options.unpair) return unpair(board, options.settings, say, store)
        if (options.show) return show(board, say, store)
        pair(board, options, random, say, store)
    } catch (error) {
        if (error instanceof KeyStoreError) throw new RunError(error.message)
        throw error
    }
}

function boardOf({ board }: PairOptions): string {
    if (board === undefined)
        throw new UsageError(
            "Which board? Name it with --board ID: 16 hex digits, as `ivus serve` tells them of a cart that it has no key for."
        )
    const id = board.toLowerCase()
    if (!BOARD_ID.test(id))
        throw new UsageError(
            `--board ${board} is no board; 16 hex digits are allowed, as \`ivus serve\` tells them of a cart that it has no key for.`
        )
    return id
}

function pair(
    board: string,
    options: PairOptions,
    random: (count: number) => Uint8Array,
    say: (line: string) => void,
    store: KeyStore
): void {
    if (store.has(board) && !options.replace)
        throw new UsageError(
            `There is a key for board ${board} already (${store.fileOf(board)}); --replace makes a new one, after which the board has to get it too.`
        )
    const key = random(KEY_LENGTH)
    const hex = Buffer.from(key).toString("hex")
    // First: no board may get a key that its host does not have.
    const { file, undo } = store.keep(board, key)
    try {
        setSetting(options.settings, hex)
    } catch (error) {
        undo()
        throw error
    }
    say(
        `Made a key for board ${board}: ${file}, for this user's eyes alone.
The board does not have it yet. It stands in ${options.settings} (not in the repository), from where it is deployed:
  1. Connect this board, and no other, by USB.
  2. Run  npx devs devtools --serial src/main.ts  and wait for "deploy status: OK"; then Ctrl-C.
     A program that the board has already is not sent again, the key is.
  3. Run  npm run ivus -- pair --deployed  to take the key out of ${options.settings}.
From then on cart and host open no session without it. Whoever copies the file can pass for this host.`
    )
}

function unpair(
    board: string,
    settings: string,
    say: (line: string) => void,
    store: KeyStore
): void {
    if (!store.has(board))
        throw new UsageError(
            `There is no key for board ${board} in ${store.folder}; nothing was changed.`
        )
    const before = settingsText(settings)
    // An empty key is none: the board then refuses every host.
    setSetting(settings, "")
    try {
        store.forget(board)
    } catch (error) {
        if (before === undefined) rmSync(settings, { force: true })
        else write(settings, before)
        throw error
    }
    say(
        `This host has no key for board ${board} any more and refuses it. The board still has its own:
${settings} holds an empty one now; deploy it as for pairing (npx devs devtools --serial src/main.ts), or pair the board anew.`
    )
}

function deployed(settings: string, say: (line: string) => void): void {
    const text = settingsText(settings)
    if (text === undefined)
        throw new UsageError(
            `There are no settings ${resolve(settings)}; name the file that was deployed with --settings.`
        )
    if (!text.split(/\r?\n/).some(isOurs))
        return say(`${settings} holds no key; nothing was changed.`)
    write(settings, otherSettings(text).join("\n"))
    say(`${settings} holds no key any more.`)
}

function show(
    board: string,
    say: (line: string) => void,
    store: KeyStore
): void {
    const key = store.keyOf(board)
    if (!key)
        throw new UsageError(
            `There is no key for board ${board} in ${store.folder}; leave --show out to make one.`
        )
    // As another deploying tool wants it. Quoted: digits alone would be read as a number.
    say(settingLine(Buffer.from(key).toString("hex")))
}

const settingLine = (hex: string): string => `${LINK_KEY_SETTING}="${hex}"`

/** Puts the key among the settings to deploy, in place of another one and of the leave to go without. */
function setSetting(file: string, hex: string): void {
    const others = otherSettings(settingsText(file) ?? "")
    const bench = `${LINK_INSECURE_SETTING}=false`
    write(file, [...others, settingLine(hex), bench, ""].join("\n"))
}

/** Whether a line of settings is one of the link's. */
function isOurs(line: string): boolean {
    const name = line.split("=")[0]!.trim()
    return name === LINK_KEY_SETTING || name === LINK_INSECURE_SETTING
}

/** Lines that are not the link's. */
function otherSettings(text: string): string[] {
    return text
        .split(/\r?\n/)
        .filter(line => !isOurs(line))
        .filter((line, i, all) => line !== "" || i < all.length - 1)
}

/** What the file holds; undefined when there is none. */
function settingsText(file: string): string | undefined {
    return trying(file, "read", () => {
        const about = statSync(file, { throwIfNoEntry: false })
        if (!about) return undefined
        // Of a pipe nobody knows when its end comes.
        if (!about.isFile())
            throw Object.assign(new Error(), { code: "it is not a file" })
        return readFileSync(file, "utf8")
    })
}

function write(file: string, text: string): void {
    trying(file, "written", () => writePrivately(file, text))
}

function trying<T>(file: string, done: string, action: () => T): T {
    try {
        return action()
    } catch (error) {
        throw new RunError(
            `The settings ${resolve(file)} cannot be ${done} (${(error as NodeJS.ErrnoException).code}); run this in the project's folder, or name a file with --settings.`
        )
    }
}
